"""A caller in a queue is asked whether we shall call back, and is let go with a promise."""

from __future__ import annotations

from typing import Any

import pytest

from ivr.domain.commands import (
    BookCallback,
    Close,
    Collect,
    DropCallback,
    LeaveQueue,
    Play,
    StartTimer,
)
from ivr.domain.events import LegAnswered, OfferSettled
from ivr.domain.outbound import CallbackBooked, PromiseId
from ivr.domain.queue import Ticket, WaitEnd
from ivr.flow.world import QueueShape
from tests.engine.verbs.test_queueing import O1, TWO, offer, queued, waiting
from tests.fakes.call_script import START, CallScript, Like

OFFER = """
      priority: 7
      pop: {reason: card}
      callback: {key: "1", after: 30s, say: question, done: left}
"""
NUMBER = "+905321112233"


def asked(more: str = OFFER, **how: Any) -> CallScript:  # noqa: ANN401
    """A caller who has just been asked."""
    script = queued(more, **how).after(30).fires("offer")
    assert isinstance(script, CallScript)
    return script


def wanted() -> CallScript:
    """A caller who has said yes."""
    script = asked().skip().press("1")
    return script << Like(
        BookCallback,
        queue="general",
        number=NUMBER,
        due=None,
        attempts=3,
        ticket=Ticket("CALL1/2"),
        priority="7",
        pop={"reason": "card"},
    )


def booked(script: CallScript, **more: Any) -> CallScript:  # noqa: ANN401
    about: dict[str, Any] = {"promise": PromiseId("p-1"), "number": NUMBER, "due": START, **more}
    return script >> CallbackBooked(turn=script.turn("booked"), **about)


def test_the_offer_is_made_once_its_time_has_come() -> None:
    script = waiting(OFFER).skip()
    due = [one.due for one in script.now.top.open.values() if isinstance(one, StartTimer)]
    assert [(at - START).total_seconds() for at in due] == [30.0]
    script.after(30).fires("offer").skip_closes()
    script << Like(Collect, says=["question"], keys=("1",), music="")


def test_the_key_means_nothing_before_the_offer() -> None:
    script = waiting(OFFER).skip()
    assert not any(isinstance(one, Collect) for one in script.now.top.open.values())


def test_who_says_yes_leaves_with_a_promise() -> None:
    script = booked(wanted().skip())
    script << LeaveQueue(ticket=Ticket("CALL1/2"), end=WaitEnd.CALLBACK)
    script.skip_closes() << Like(Collect, says=["back"])
    assert (script.now.outcome, script.now.callback_at) == ("callback", START)
    assert [one.detail for one in script.now.segments] == ["general callback"]


def test_what_cannot_be_booked_leaves_the_caller_where_he_is() -> None:
    script = booked(wanted().skip(), done=False).silent()
    assert "place" in script.open_turns()
    assert script.now.outcome == ""


def test_a_second_yes_asks_for_no_second_promise() -> None:
    script = wanted().skip().press("1")
    assert not any(isinstance(one, BookCallback) for one in script._due)


def test_nobody_is_asked_whose_number_is_not_known() -> None:
    asked(ani=None).silent()


def test_other_keys_go_on_working() -> None:
    more = OFFER + '      keys: {"5": left}\n'
    script = asked(more).skip_closes()
    script << Like(Collect, says=["question"], keys=("5", "1"))
    script.press("5") << LeaveQueue(ticket=Ticket("CALL1/2"), end=WaitEnd.KEY)


def test_an_agent_who_answers_meanwhile_makes_the_promise_needless() -> None:
    script = offer(wanted().skip()).skip()
    script >> LegAnswered(leg=TWO)
    script.skip()
    booked(script).skip()
    script >> OfferSettled(turn=script.turn(f"settle:{O1}"), offer=O1, won=True)
    drops = [one for one in script._due if isinstance(one, DropCallback)]
    assert drops == [DropCallback(queue="general", number=NUMBER)]


def test_an_agent_who_is_lost_again_lets_the_caller_go_with_the_promise() -> None:
    script = offer(wanted().skip()).skip()
    script >> LegAnswered(leg=TWO)
    script.skip()
    booked(script).skip()
    script >> OfferSettled(turn=script.turn(f"settle:{O1}"), offer=O1, won=False)
    assert script.now.top.node == "left"
    assert script.now.outcome == "callback"
    script.skip()


def test_who_hears_music_hears_it_no_longer_beside_the_question() -> None:
    script = asked()
    assert any(isinstance(one, Close) for one in script._due)
    assert [type(one) for one in script.now.waiting()].count(Play) == 0
    script.skip()


@pytest.mark.parametrize(("shape", "after_s"), [(None, 120.0), (45.0, 45.0)])
def test_the_queue_says_when_the_step_does_not(shape: float | None, after_s: float) -> None:
    of_queue = QueueShape("general", callback_after_s=shape)
    script = waiting(OFFER.replace("after: 30s, ", ""), of_queue).skip()
    due = [one.due for one in script.now.top.open.values() if isinstance(one, StartTimer)]
    assert [(at - START).total_seconds() for at in due] == [after_s]
