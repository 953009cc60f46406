"""A call in memory."""

from __future__ import annotations

import pytest

from ivr.domain.call import CallId
from ivr.runtime.live import LiveCall


def test_a_call_that_has_not_begun_has_no_state_to_give() -> None:
    call = LiveCall(CallId("a"), "main", "desk", "ref", b"", 1)
    with pytest.raises(AssertionError):
        _ = call.known


def test_two_calls_are_never_equal() -> None:
    one, other = (LiveCall(CallId("a"), "main", "desk", "ref", b"", 1) for _n in range(2))
    assert one != other
    assert len({one, other}) == 2
