"""One event in, state and commands out: begin, limit, restart, and events that do not fit."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any, ClassVar

import pytest

from ivr.domain.call import CALLER, CallId, Cause, EndedBy, LegId, Outcome, Result, Turn
from ivr.domain.commands import (
    Answer,
    Close,
    CloseInteraction,
    Collect,
    Fetch,
    HangUp,
    Play,
    StartTimer,
)
from ivr.domain.errors import ReplayError
from ivr.domain.events import (
    CallOffered,
    CallRecovered,
    Event,
    FactsChanged,
    Fetched,
    LegEnded,
    PromptEnded,
    TimerFired,
)
from ivr.domain.values import Sealed
from ivr.engine.step import step
from ivr.engine.verb import Stay
from tests.engine.small import ringing, small_book
from tests.fakes.call_script import START, CallScript, Like, keys

NODES = """
  start:
    - menu: main
      keys: {"1": lookup, "2": end, "3": ping}
      giveup: end
  lookup:
    - say: hello
    - fetch: customer
      with: {phone: =call.dnis}
      meanwhile: filler
      missing: end
      failed: end
    - hangup: bye
  ping:
    - say: hello
    - ask: question
      into: card
      digits: 4
      secret: true
      giveup: end
    - fetch: block
      with: {card: =card}
      meanwhile: filler
      failed: broken
    - hangup: bye
  broken:
    - menu: wrong
      keys: {"1": start}
      giveup: end
  end:
    - hangup: sorry
  closed:
    - hangup: late
  gone:
    - when:
        - call.test: slow
  slow:
    - fetch: customer
      with: {phone: =call.dnis}
      missing: end
      failed: end
"""
HEAD = "vars: {card: sealed digits?}\nrescue: {hangup: gone, emergency: closed}"
LATER = START + timedelta(hours=2)


def call() -> CallScript:
    return ringing(NODES, HEAD).skip()


def test_a_call_is_taken_timed_and_begins_at_its_start() -> None:
    script = CallScript(small_book(NODES, HEAD)).ring()
    script << Answer() << StartTimer(turn=Turn(1), due=LATER) << Like(Collect, turn=2)
    assert script.now.path == ["start"]
    assert script.now.language == "tr"


@pytest.mark.parametrize("event", [LegEnded(), CallRecovered(), TimerFired(turn=Turn(1))])
def test_a_call_cannot_begin_with_another_event(event: Event) -> None:
    with pytest.raises(ReplayError, match="a call cannot begin with"):
        step(None, event, small_book(NODES, HEAD))


def test_a_call_of_an_unknown_version_cannot_begin() -> None:
    offered = CallOffered(call=CallId("C"), flow_hash="none", dnis="1")
    with pytest.raises(ReplayError, match="version none is not in the book"):
        step(None, offered, small_book(NODES, HEAD))


def test_while_the_emergency_switch_is_on_new_calls_start_there() -> None:
    script = CallScript(small_book(NODES, HEAD))
    script.ring(facts={"switch.emergency": True}).skip()
    assert script.now.path == ["closed"]
    without = CallScript(small_book(NODES, HEAD.replace(", emergency: closed", "")))
    without.ring(facts={"switch.emergency": True}).skip()
    assert without.now.path == ["start"]


def test_a_second_offer_is_unexpected() -> None:
    script = call().ring()
    assert script.noted("ignored") == [{"reason": "unexpected"}]
    script.silent()


def test_time_never_runs_backwards() -> None:
    script = call().after(10).press("9").skip()
    at = script.now.last_at
    script.after(-5).press("9").skip()
    assert script.now.last_at == at


def test_facts_are_remembered_and_lead_nowhere() -> None:
    script = call()
    (script >> FactsChanged(facts={"switch.storm": True})).silent()
    (script >> FactsChanged(facts={"queues.general.open": True})).silent()
    assert script.now.facts == {"switch.storm": True, "queues.general.open": True}


def test_an_answer_to_a_turn_that_is_closed_is_late() -> None:
    script = call()
    turn = script.turn("keys")
    script.press("1").skip()
    (script >> keys(turn, "2")).silent()
    (script >> TimerFired(turn=Turn(99))).silent()
    assert script.noted("ignored") == [{"reason": "late"}] * 2


def test_an_answer_of_another_kind_is_unexpected_and_the_turn_stays_open() -> None:
    script = call()
    (script >> PromptEnded(turn=script.turn("keys"))).silent()
    assert script.noted("ignored") == [{"reason": "unexpected"}]
    script.press("2") << Like(Play, says=["sorry"])


def test_the_end_of_another_leg_does_not_end_the_call() -> None:
    script = call().leave(leg=LegId(2)).silent()
    assert script.noted("ignored") == [{"reason": "illegal"}]
    assert script.open_turns() == {"keys": 2}


def test_a_call_that_has_ended_ignores_everything() -> None:
    script = call().leave().skip()
    assert script.now.ended
    for event in (LegEnded(), keys(2, "1"), CallRecovered(), FactsChanged()):
        (script >> event).silent()
    assert script.noted("ignored") == [{"reason": "ended"}] * 4


def test_the_time_limit_hangs_up() -> None:
    script = call().after(7200).fires("limit")
    script << Close(turn=Turn(2)) << HangUp(cause=Cause.TIME_LIMIT)
    ended = Like(CloseInteraction, cause=Cause.TIME_LIMIT, ended_by=EndedBy.HANGUP)
    (script << ended).silent()


def test_the_time_limit_ends_a_final_region_that_waits() -> None:
    script = CallScript(small_book(NODES, HEAD)).ring(test=True).skip()
    script.leave().skip()
    assert script.open_turns() == {"answer": 3}
    script.fires("limit") << Close(turn=Turn(3)) << Like(CloseInteraction, cause=Cause.NORMAL)
    script.silent()


def test_a_final_region_after_the_limit_waits_for_its_own_answers() -> None:
    script = CallScript(small_book(NODES, HEAD)).ring(test=True).skip()
    script.fires("limit").skip()
    (script >> TimerFired(turn=Turn(1))).silent()
    (script >> TimerFired(turn=Turn(0))).silent()
    script >> CallRecovered()
    (script << Like(Fetch, turn=4)).silent()
    script.fetched("failed") << Like(CloseInteraction, cause=Cause.TIME_LIMIT)
    assert script.silent().now.ended


def test_only_a_timer_reaches_the_limit() -> None:
    script = call()
    (script >> PromptEnded(turn=Turn(1))).silent()
    assert script.noted("ignored") == [{"reason": "late"}]


def test_an_interaction_has_one_segment_from_begin_to_end() -> None:
    script = call().after(60).leave()
    script << Like(Close) << Like(Close)
    (segment,) = script.all[-1].segments  # type: ignore[attr-defined]
    assert (segment.kind, segment.detail) == ("ivr", "main")
    assert segment.ended_at - segment.started_at == timedelta(seconds=60)
    script << Like(CloseInteraction, path=("start", "gone"), result=Result.SUCCESS)


# --- after a restart -----------------------------------------------------------------------------


def test_after_a_restart_a_listen_keeps_its_turn_and_the_limit_gets_a_new_one() -> None:
    script = call()
    script.after(60) >> CallRecovered(alive=(CALLER,))
    script << StartTimer(turn=Turn(3), due=LATER) << Like(Collect, turn=2, says=["main"])
    script.silent().press("1") << Like(Fetch)
    script.skip()


def test_after_a_restart_sound_keeps_its_turn_and_a_lookup_is_asked_again() -> None:
    script = call().press("1").skip()
    assert script.open_turns() == {"answer": 3, "sound": 4}
    script >> CallRecovered(alive=(CALLER,))
    script << Like(StartTimer, turn=5) << Like(Fetch, turn=6) << Like(Play, turn=4, says=["hello"])
    script.silent()
    (script >> Fetched(turn=Turn(3), result="found")).silent()
    script.fetched().silent()
    script.heard() << Like(Play, says=["bye"])


def test_after_a_restart_a_timer_keeps_its_time_under_a_new_turn() -> None:
    script = call().press("1").skip().after(2).heard()
    due = START + timedelta(seconds=2.7)
    script << StartTimer(turn=Turn(5), due=due)
    script.after(60) >> CallRecovered(alive=(CALLER,))
    script << Like(StartTimer, turn=6) << Like(Fetch, turn=7) << StartTimer(turn=Turn(8), due=due)
    script.silent()


def to_the_block(script: CallScript) -> CallScript:
    return script.press("3").skip().press("1234").skip()


def test_after_a_restart_a_lookup_that_must_not_repeat_has_failed() -> None:
    script = to_the_block(call())
    script >> CallRecovered(alive=(CALLER,))
    script << Like(StartTimer) << Like(Close) << Like(Collect, says=["wrong"])
    script.silent()
    assert script.noted("lookup")[-1]["reason"] == "restart"


def test_after_a_restart_what_is_being_said_goes_on_though_the_lookup_has_failed() -> None:
    script = to_the_block(call()).fires("filler").skip()
    script >> CallRecovered(alive=(CALLER,))
    script << Like(StartTimer, turn=script.now.limit) << Like(Play, says=["filler"])
    script.silent().heard() << Like(Collect, says=["wrong"])


def test_after_a_restart_without_the_source_its_lookup_has_failed() -> None:
    script = call().press("1").skip().heard().skip()
    script.book = replace(script.book, world=replace(script.book.world, sources={}))
    script >> CallRecovered(alive=(CALLER,))
    script << Like(StartTimer) << Like(Close) << Like(Play, says=["sorry"])


def test_after_a_restart_a_dead_leg_is_lost_and_never_abandoned() -> None:
    script = call() >> CallRecovered(alive=())
    script << Close(turn=Turn(2)) << Close(turn=Turn(1))
    (
        script
        << Like(
            CloseInteraction,
            outcome=Outcome.SYSTEM_LOST,
            cause=Cause.SYSTEM_LOST,
            ended_by=EndedBy.LOST,
            result=Result.SERVER_ERROR,
        )
    ).silent()


def test_after_a_restart_keys_typed_ahead_go_out_with_the_listen() -> None:
    script = call().fail("none").skip()
    script.press("9", left=Sealed("")).skip()
    script.press("3", left=Sealed("77")) << Like(Collect, secret=True, ahead=None)
    script >> CallRecovered(alive=(CALLER,))
    script << Like(StartTimer) << Like(Collect, says=["hello", "question"])


def test_an_answer_that_is_not_the_last_leaves_its_turn_open() -> None:
    script = call().press("2").skip()

    class Halfway(PromptEnded):
        """News of a turn, of which more will come."""

        last: ClassVar[bool] = False

    hangup = script.book.verbs["hangup"]
    resume: Any = {("sound", Halfway): lambda _step, _view, _event: Stay()}
    verbs = {**script.book.verbs, "hangup": replace(hangup, resume=resume)}
    turn = script.turn("sound")
    state, commands = step(script.now, Halfway(turn=turn), replace(script.book, verbs=verbs))
    assert commands == ()
    assert state.top.open["sound"].turn == turn
