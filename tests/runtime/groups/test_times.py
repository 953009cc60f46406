"""Nanoseconds and moments."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from ivr.runtime.groups.times import from_ns, to_ns


@given(st.datetimes(datetime(1970, 1, 2), datetime(2200, 1, 1)))  # noqa: DTZ001 - made aware below
def test_a_moment_comes_back_as_it_was(at: datetime) -> None:
    assert from_ns(to_ns(at.replace(tzinfo=UTC))) == at.replace(tzinfo=UTC)


def test_what_is_due_is_never_early() -> None:
    assert to_ns(from_ns(1_001)) == 2_000
