"""`voicemail`: a message is taken, kept and told of, also from a caller who hangs up in it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from ivr.domain.call import CALLER, Cause, EndedBy, Outcome, Segment
from ivr.domain.commands import Close, CloseInteraction, Collect, HangUp, StartTimer
from ivr.domain.events import CallRecovered, LegEnded
from ivr.domain.filing import OpenTicket, TicketOpened
from ivr.domain.recording import (
    HANGUP,
    SILENCE,
    FinishMessage,
    KeepRecording,
    MessageTaken,
    TakeMessage,
)
from ivr.engine.verbs.voicemail import VERB
from ivr.flow.expressions import EvaluationError
from tests.engine.small import ringing
from tests.fakes.call_script import START, CallScript, Like

if TYPE_CHECKING:
    from ivr.engine.verb import Move

FLOW = """
  start:
    - say: hello
    - voicemail: notice
      box: general
      longest: 30s
      silence: 4s
      end_key: "*"
      shortest: 3s
      TICKET
      done: taken
      empty: nothing
  taken:
    - menu: main
      keys: {"1": start}
      giveup: start
  nothing:
    - menu: sub
      keys: {"1": start}
      giveup: start
  after:
    - ticket: late
"""
TICKET = "ticket: {subject: hello, customer: =call.ani}"


def _asked(ticket: str = "", head: str = "") -> CallScript:
    return ringing(FLOW.replace("TICKET", ticket or "only: not call.test"), head)


def _taken(script: CallScript, seconds: float = 12.0, ended_by: str = SILENCE) -> CallScript:
    turn = script.turn("message")
    event = MessageTaken(turn=turn, seconds=seconds, ended_by=ended_by, source="spool:a", words="x")
    return script.after(20) >> event


def test_what_was_said_before_is_heard_before_the_tone_and_keys_typed_ahead_are_forgotten() -> None:
    script = _asked()
    script << TakeMessage(
        turn=script.turn("message"),
        prompts=script.all[-1].prompts,  # type: ignore[attr-defined]
        longest_s=30.0,
        silence_s=4.0,
        end_key="*",
        shortest_s=3.0,
    )
    assert [one.name for one in script.all[-1].prompts] == ["hello", "notice"]  # type: ignore[attr-defined]
    _taken(script) << Like(KeepRecording) << Like(Collect, says=["main"], flush=True)


def test_a_message_is_kept_and_the_caller_goes_on() -> None:
    script = _asked() << Like(TakeMessage)
    turn = script.turn("message")
    _taken(script) << KeepRecording(
        kind="voicemail",
        turn=turn,
        seconds=12.0,
        source="spool:a",
        box="general",
        words="x",
    )
    script << Like(Collect, says=["main"])
    at = START + timedelta(seconds=20)
    segment = Segment("voicemail", at - timedelta(seconds=12), at, "general")
    assert script.now.segments == [segment]


@pytest.mark.parametrize("seconds", [0.0, 2.9])
def test_too_little_is_no_message(seconds: float) -> None:
    script = _taken(_asked() << Like(TakeMessage), seconds)
    script << Like(Collect, says=["sub"])
    assert script.now.segments == []


def test_its_ticket_is_opened_before_the_caller_goes_on() -> None:
    script = _taken(_asked(TICKET) << Like(TakeMessage))
    script << Like(KeepRecording) << Like(OpenTicket, name="hello", customer="+905321112233")
    script >> TicketOpened(turn=script.turn("opened"), number="260000019", ticket="01J")
    script << Like(Collect, says=["main"])
    assert script.noted("ticket")[0]["number"] == "260000019"


def test_a_message_is_kept_even_if_no_ticket_could_be_opened() -> None:
    script = _taken(_asked(TICKET) << Like(TakeMessage))
    script << Like(KeepRecording) << Like(OpenTicket)
    script >> TicketOpened(turn=script.turn("opened"), done=False, reason="late")
    script << Like(Collect, says=["main"])


BROKEN = "ticket: {subject: hello, customer: \"='a' if 1 / zero > 0 else 'b'\"}"
ZERO = "vars: {zero: number = 0}\nrescue: {error: nothing, hangup: after}"


def test_a_message_is_kept_even_if_its_ticket_cannot_be_written() -> None:
    script = _taken(_asked(BROKEN, ZERO) << Like(TakeMessage))
    script << Like(KeepRecording) << Like(Collect, says=["main"])
    assert script.noted("error")[0]["reason"] == "division by zero"
    assert [one["failed"] for one in script.noted("ticket")] == ["E201"]


def test_a_message_of_who_has_gone_is_kept_even_if_its_ticket_cannot_be_written() -> None:
    script = _asked(BROKEN, ZERO) << Like(TakeMessage)
    script.leave().skip()
    _taken(script, ended_by=HANGUP) << Like(KeepRecording) << Like(Close)
    script << Like(OpenTicket, name="late")
    assert not script.now.failed


def test_a_fault_in_what_a_caller_has_left_behind_ends_only_that(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def broken(*_seen: object) -> Move:
        raise EvaluationError("E202", "a number is out of range")

    script = _asked("", ZERO) << Like(TakeMessage)
    resume = dict(VERB.resume)
    resume["message", MessageTaken] = broken
    monkeypatch.setitem(script.book.verbs, "voicemail", replace(VERB, resume=resume))
    script.leave().skip()
    _taken(script, ended_by=HANGUP) << Like(Close) << Like(OpenTicket, name="late")
    assert [one["code"] for one in script.noted("error")] == ["E202"]


def test_who_hangs_up_while_he_speaks_has_left_his_message_and_then_the_flow_ends() -> None:
    script = _asked(TICKET, "rescue: {hangup: after}") << Like(TakeMessage)
    message = script.turn("message")
    script >> LegEnded()
    script << FinishMessage(turn=message) << Like(StartTimer)
    _taken(script, ended_by=HANGUP)
    script << Like(Close) << Like(KeepRecording) << Like(OpenTicket, name="hello")
    script >> TicketOpened(turn=script.turn("opened"), number="1", ticket="01J")
    script << Like(OpenTicket, name="late")
    script >> TicketOpened(turn=script.turn("opened"), number="2", ticket="01K")
    script << Like(Close) << Like(CloseInteraction, outcome=Outcome.VOICEMAIL)


def test_who_hangs_up_before_he_says_anything_has_left_none() -> None:
    script = _asked() << Like(TakeMessage)
    script.leave().skip()
    _taken(script, 0.0, HANGUP)
    script << Like(Close) << Like(Close) << Like(CloseInteraction, outcome=Outcome.LEFT_MENU)


def test_if_nobody_ever_tells_what_became_of_it_the_call_ends_all_the_same() -> None:
    script = _asked() << Like(TakeMessage)
    script.leave().skip()
    script.after(120).fires("patience")
    script << Like(Close) << Like(Close) << Like(CloseInteraction)
    assert script.noted("voicemail")[-1]["lost"] is True


def test_a_call_that_lasts_too_long_keeps_what_was_said_of_a_message() -> None:
    script = _asked() << Like(TakeMessage)
    script.fires("limit") << Like(HangUp, cause=Cause.TIME_LIMIT) << Like(FinishMessage)
    script << Like(StartTimer)
    _taken(script, ended_by=HANGUP) << Like(KeepRecording)
    script.skip()
    assert script.now.ended
    assert script.now.ended_by == EndedBy.HANGUP


def test_after_a_restart_a_caller_who_is_there_is_asked_once_more() -> None:
    script = _asked() << Like(TakeMessage)
    first = script.turn("message")
    script >> CallRecovered(alive=(CALLER,))
    script << Like(StartTimer) << Like(TakeMessage, turn=first)


def test_after_a_restart_the_message_of_a_lost_caller_is_looked_for() -> None:
    script = _asked() << Like(TakeMessage)
    first = script.turn("message")
    script >> CallRecovered(alive=())
    script << FinishMessage(turn=first) << Like(StartTimer) << Like(StartTimer)
    _taken(script, ended_by="lost") << Like(KeepRecording)
    script.skip()
    assert script.now.ended
