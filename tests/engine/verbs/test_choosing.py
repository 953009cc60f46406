"""Who accepts to be called back is asked when, and is promised a call whatever happens then."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from ivr.domain.calendar import Calendar
from ivr.domain.call import CALLER, Cause
from ivr.domain.commands import (
    AskNews,
    BookCallback,
    CloseInteraction,
    Collect,
    DropCallback,
    Enqueue,
    LeaveQueue,
    Play,
    StartTimer,
)
from ivr.domain.events import CallRecovered, LegAnswered, OfferSettled, QueueNews, QueueRefused
from ivr.domain.outbound import CallbackSuggested
from ivr.domain.queue import Ticket, WaitEnd, way_to
from ivr.flow.world import QueueShape
from tests.engine.verbs.test_promising import NUMBER, OFFER, booked
from tests.engine.verbs.test_queueing import O1, TWO, offer, queued
from tests.fakes.call_script import CallScript, Like

CHOOSES = QueueShape("general", callback_chooses=True)
TICKET = Ticket("CALL1/2")
DAY = datetime(2026, 11, 23, tzinfo=UTC)
NINE, ELEVEN, TOMORROW = (DAY + timedelta(hours=hours) for hours in (9, 11, 32))


def choosing(
    more: str = OFFER,
    shape: QueueShape | None = CHOOSES,
    **how: Any,  # noqa: ANN401
) -> CallScript:
    """A caller who has accepted, and is being asked when."""
    script = queued(more, shape=shape, **how).after(30).fires("offer").skip().press("1")
    return script.skip_closes() << Like(
        Collect, says=["callback_choice"], keys=("1", "2", "3", "4"), flush=True, music=None
    )


def wishes(script: CallScript) -> list[tuple[datetime | None, float]]:
    """From when on each call was wanted that was asked for, and for how long it may be tried."""
    found = [one for one in script.all if isinstance(one, BookCallback)]
    assert {(one.queue, one.number, one.ticket) for one in found} <= {("general", NUMBER, TICKET)}
    return [(one.due, one.window_s) for one in found]


@pytest.mark.parametrize(("key", "due"), [("1", None), ("2", NINE), ("3", ELEVEN), ("4", TOMORROW)])
def test_each_key_is_a_time_and_the_first_is_as_soon_as_possible(
    key: str, due: datetime | None
) -> None:
    script = choosing().press(key, "choose").skip()
    assert wishes(script) == [(due, 7200.0)]
    booked(script, due=due or DAY)
    script << LeaveQueue(ticket=TICKET, end=WaitEnd.CALLBACK)
    assert (script.skip().now.outcome, script.now.callback_at) == ("callback", due or DAY)


def test_music_goes_on_while_it_is_written_down() -> None:
    script = choosing().press("2", "choose") << Like(BookCallback, due=NINE)
    script << Like(Collect, says=[], music="")


def test_who_says_nothing_is_called_as_soon_as_possible() -> None:
    script = choosing().fail("none", name="choose").skip()
    assert wishes(script) == [(None, 7200.0)]


def test_another_key_is_asked_about_once_more_and_then_as_silence() -> None:
    script = choosing().fail("not_in_menu", "7", name="choose")
    script << Like(Collect, says=["callback_choice"])
    script.fail("not_in_menu", "7", name="choose").skip()
    assert wishes(script) == [(None, 7200.0)]


def test_who_hangs_up_before_he_chooses_is_promised_his_call_in_the_old_place() -> None:
    script = choosing().leave() << LeaveQueue(ticket=TICKET, end=WaitEnd.CALLBACK)
    script.skip_closes() << Like(BookCallback, due=None, ticket=TICKET)
    assert not script.now.ended
    booked(script).skip()
    closing = script.all[-1]
    assert isinstance(closing, CloseInteraction)
    assert closing.outcome == "callback"
    assert [one.detail for one in closing.segments if one.kind == "queue"] == ["general callback"]


def test_who_hangs_up_once_he_has_chosen_is_promised_that_time_once() -> None:
    script = choosing().press("2", "choose").skip().leave().skip()
    assert wishes(script) == [(NINE, 7200.0)]
    booked(script, due=NINE).skip()
    assert (script.now.ended, script.now.outcome) == (True, "callback")


def test_who_hangs_up_while_a_call_as_soon_as_possible_is_written_down_is_promised_it() -> None:
    shape = QueueShape("general")
    script = queued(OFFER, shape=shape).after(30).fires("offer").skip().press("1").skip()
    script.leave() << LeaveQueue(ticket=TICKET, end=WaitEnd.CALLBACK)
    assert wishes(script.skip()) == [(None, 7200.0)]
    booked(script).skip()
    assert (script.now.ended, script.now.outcome) == (True, "callback")


def test_a_caller_who_has_gone_and_cannot_be_promised_anything_is_over() -> None:
    script = choosing().leave().skip()
    booked(script, done=False).skip()
    assert (script.now.ended, script.now.outcome) == (True, "")


def test_after_a_restart_that_promise_is_asked_for_again() -> None:
    script = choosing().leave().skip()
    script >> CallRecovered(alive=())
    script.skip()
    assert wishes(script) == [(None, 7200.0), (None, 7200.0)]
    booked(script).skip()
    assert script.now.outcome == "callback"


@pytest.mark.parametrize("end", ["restart", "limit"])
def test_a_call_that_ends_without_its_caller_leaves_the_promise_too(end: str) -> None:
    script = choosing()
    if end == "limit":
        script.fires("limit").skip()
    else:
        (script >> CallRecovered(alive=())).skip()
    assert wishes(script) == [(None, 7200.0)]
    booked(script).skip()
    assert script.now.cause == (Cause.SYSTEM_LOST if end == "restart" else Cause.TIME_LIMIT)
    assert (script.now.ended, script.now.outcome) == (True, "callback")


def test_after_a_restart_the_choice_is_still_open() -> None:
    script = choosing() >> CallRecovered(alive=(CALLER,))
    script.skip().press("2", "choose").skip()
    assert wishes(script) == [(NINE, 7200.0)]


def test_an_agent_who_gets_the_caller_meanwhile_leaves_nothing_to_be_promised() -> None:
    script = (offer(choosing()).skip() >> LegAnswered(leg=TWO)).skip()
    script >> OfferSettled(turn=script.turn(f"settle:{O1}"), offer=O1, won=True)
    script.skip()
    assert "choose" not in script.open_turns()
    assert wishes(script) == []


def test_a_choice_beside_an_agents_answer_is_booked_and_taken_back_if_he_wins() -> None:
    script = (offer(choosing()).skip() >> LegAnswered(leg=TWO)).skip()
    script.press("2", "choose").skip()
    assert wishes(script) == [(NINE, 7200.0)]
    script >> OfferSettled(turn=script.turn(f"settle:{O1}"), offer=O1, won=True)
    assert DropCallback(queue="general", number=NUMBER) in script._due
    script.skip()


def test_nothing_else_is_said_meanwhile() -> None:
    shape = replace(CHOOSES, position=True)
    script = choosing(shape=shape).after(10).fires("every") << Like(StartTimer)
    script >> QueueNews(turn=script.turn("place"), position=3)
    script.silent()
    script >> CallbackSuggested(turn=script.turn("place"), queue="general")
    assert not any(isinstance(one, (Play, Collect)) for one in script._due)
    script.skip()
    assert not any(isinstance(one, AskNews) for one in script.all)


def test_the_longest_wait_does_not_end_the_question() -> None:
    script = choosing(OFFER + "      longest: 40s\n").after(10).fires("longest").silent()
    script.press("2", "choose").skip()
    booked(script, due=NINE).skip()
    assert script.now.top.node == "left"


@pytest.mark.parametrize(("done", "node"), [(True, "left"), (False, "late")])
def test_a_queue_that_lets_the_caller_go_meanwhile_has_to_wait_for_the_answer(
    done: bool, node: str
) -> None:
    script = choosing()
    way = way_to("exit", "timeout")
    script >> QueueRefused(turn=script.turn("place"), end=WaitEnd.OVERFLOW, ways=(way,))
    script.silent()
    script.fail("none", name="choose").skip()
    booked(script, done=done).skip()
    assert script.now.top.node == node


def test_where_no_time_is_left_to_choose_he_is_called_as_soon_as_possible() -> None:
    closes_soon = Calendar(UTC, ((),) * 7, {DAY.date(): ((0, 8 * 60),)})
    script = queued(OFFER, shape=replace(CHOOSES, hours="branch"), calendar=closes_soon)
    script.after(30).fires("offer").skip().press("1").skip()
    assert wishes(script) == [(None, 7200.0)]


@pytest.mark.parametrize(
    ("written", "shape", "asks"),
    [
        ("", None, False),
        (", window: choose", None, True),
        (", window: now", CHOOSES, False),
    ],
)
def test_the_step_says_it_before_the_queue(
    written: str, shape: QueueShape | None, asks: bool
) -> None:
    more = OFFER.replace("done: left", f"done: left{written}")
    script = queued(more, shape=shape).after(30).fires("offer").skip().press("1").skip()
    assert ("choose" in script.open_turns(), len(wishes(script))) == (asks, 0 if asks else 1)


@pytest.mark.parametrize(
    ("again", "text"),
    [
        (False, "We will call you back today between nine a m and eleven a m. Goodbye."),
        (True, "We will call you back. Goodbye."),
    ],
)
def test_our_own_goodbye_tells_the_time_unless_an_older_promise_stands(
    again: bool, text: str
) -> None:
    script = queued("", shape=CHOOSES)
    script.now.language = "en"
    script >> CallbackSuggested(turn=script.turn("place"), queue="general")
    script.skip().after(30).press("1").skip().press("2", "choose").skip()
    booked(script, due=DAY if again else NINE, again=again)
    (said,) = [one for one in script._due if isinstance(one, Play)]
    assert [prompt.text for prompt in said.prompts] == [text]
    script.skip()


def test_the_caller_keeps_his_place_while_he_chooses() -> None:
    script = choosing()
    assert "place" in script.open_turns()
    assert [one.ticket for one in script.all if isinstance(one, Enqueue)] == [TICKET]
