"""Recordings as messages: how long, how they ended, and what is none."""

from __future__ import annotations

import pytest

from ivr.channels.twilio.wire.calls import message_taken
from ivr.channels.twilio.wire.forms import Form
from ivr.domain.call import Turn
from ivr.domain.recording import HANGUP, KEY, LONGEST, SILENCE, MessageTaken, TakeMessage

SID = "RE00000000000000000000000000000001"
ASKED = TakeMessage(turn=Turn(7), prompts=(), longest_s=60, silence_s=4.5, shortest_s=3)


def taken(length: str, digits: str = "", **more: str) -> MessageTaken:
    pairs = {"RecordingSid": SID, "RecordingDuration": length, "Digits": digits, **more}
    return message_taken(ASKED, Form(pairs=tuple(pairs.items())))


@pytest.mark.parametrize(
    ("length", "digits", "ended_by", "seconds"),
    [
        ("12", "#", KEY, 12),
        ("12", "", SILENCE, 7),
        ("60", "", LONGEST, 60),
        ("12", "hangup", HANGUP, 12),
        ("3", "hangup", HANGUP, 3),
        ("2", "hangup", HANGUP, 0),
        ("7", "", SILENCE, 0),
        ("0", "#", KEY, 0),
    ],
)
def test_the_silence_that_ended_a_message_is_no_part_of_it(
    length: str, digits: str, ended_by: str, seconds: float
) -> None:
    source = SID if seconds else ""
    assert taken(length, digits) == MessageTaken(
        turn=Turn(7), seconds=seconds, ended_by=ended_by, source=source
    )


@pytest.mark.parametrize("length", ["", "-1", "soon"])
def test_a_length_that_nobody_tells_is_no_reason_to_throw_a_message_away(length: str) -> None:
    assert taken(length, "#") == MessageTaken(turn=Turn(7), seconds=3, ended_by=KEY, source=SID)


@pytest.mark.parametrize("status", ["absent", "failed"])
def test_what_the_provider_has_not_recorded_is_no_message(status: str) -> None:
    assert taken("12", "#", RecordingStatus=status).source == ""


def test_a_request_of_who_said_nothing_names_no_recording() -> None:
    form = Form(pairs=(("RecordingSid", SID),))
    assert message_taken(ASKED, form, nothing=True).seconds == 0
