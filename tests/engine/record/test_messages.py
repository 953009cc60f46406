"""A message in the record of a call: a stretch for voicemail, nothing for a comment."""

from __future__ import annotations

from datetime import timedelta

from ivr.domain.call import CallId, Segment, Turn
from ivr.domain.recording import KeepRecording, TakeMessage
from ivr.domain.values import Sealed
from ivr.engine.record.messages import record
from ivr.engine.state import State
from tests.fakes.call_script import START


def state() -> State:
    at = START + timedelta(seconds=5)
    return State(CallId("c"), "h", "1", START, last_at=at, outcome="paid", ahead=Sealed("12"))


def test_keys_typed_ahead_and_the_outcome_so_far_are_forgotten() -> None:
    now = state()
    record(now, TakeMessage(turn=Turn(1), prompts=()))
    assert (now.outcome, now.ahead, now.flush) == ("", None, True)
    later = state()
    record(later, TakeMessage(turn=Turn(1), prompts=(), kind="survey_comment"))
    assert later.outcome == "paid"


def test_a_message_is_a_stretch_that_never_begins_before_the_call() -> None:
    now = state()
    keep = KeepRecording(kind="voicemail", turn=Turn(1), seconds=9, source="words:", box="b")
    record(now, keep)
    assert now.segments == [Segment("voicemail", START, now.last_at, "b")]
    later = state()
    record(later, KeepRecording(kind="survey_comment", turn=Turn(1), seconds=9, source="words:"))
    assert later.segments == []
