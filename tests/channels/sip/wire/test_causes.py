"""Every end has a word of ours, and every word of ours an answer on the wire."""

from __future__ import annotations

from typing import get_args

import pytest

from ivr.channels.sip.wire import causes
from ivr.channels.sip.wire.messages.message import Headers, Request, render
from ivr.channels.sip.wire.words import EndCause, FailCause
from ivr.domain.call import Cause, EndedBy


def test_every_way_to_fail_and_to_end_has_a_word() -> None:
    assert set(causes.FAILED) == set(get_args(FailCause))
    assert set(causes.ENDED) == set(get_args(EndCause))


@pytest.mark.parametrize(
    ("cause", "status"),
    [
        (Cause.BUSY, 486),
        (Cause.REJECTED, 603),
        (Cause.NO_ANSWER, 480),
        (Cause.UNREACHABLE, 404),
        (Cause.SYSTEM_LOST, 503),
        (Cause.FAILED, 500),
        (Cause.NORMAL, 480),
    ],
)
def test_a_call_is_refused_as_the_design_says(cause: Cause, status: int) -> None:
    assert causes.status_of(cause) == status


@pytest.mark.parametrize("cause", Cause)
def test_every_reason_can_be_written(cause: Cause) -> None:
    reason = causes.reason_of(cause)
    headers = Headers([("Reason", reason)] if reason else [])
    assert render(Request("BYE", "sip:a@b", headers, b""))
    assert 300 <= causes.status_of(cause) < 700


def test_who_ended_a_call_is_told_by_the_side_it_came_from() -> None:
    assert causes.ended_by("normal", far=True) is EndedBy.CALLER
    assert causes.ended_by("normal", far=False) is EndedBy.HANGUP
    assert causes.ended_by("signal_lost", far=False) is EndedBy.LOST
