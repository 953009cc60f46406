"""Time is split where a quarter of an hour begins, and nothing of it is lost."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from ivr.domain.agent import AgentState
from ivr.reports.spans import DIALING, DIRECT, SIGNED_IN, count_of, instant_ns, quarters

NOON = 1_795_435_200 * 10**9
QUARTER = 1_795_435_200 // 900
MINUTE = 60 * 10**9


def test_a_moment_is_told_in_whole_nanoseconds() -> None:
    assert instant_ns(datetime(2026, 11, 23, 12, tzinfo=UTC)) == NOON
    assert instant_ns(datetime(2026, 11, 23, 12, 0, 0, 1, tzinfo=UTC)) == NOON + 1000


def test_a_stretch_is_split_at_the_border_to_the_microsecond() -> None:
    assert list(quarters(NOON + 14 * MINUTE, NOON + 31 * MINUTE)) == [
        (QUARTER, 60_000_000),
        (QUARTER + 1, 900_000_000),
        (QUARTER + 2, 60_000_000),
    ]
    assert list(quarters(NOON - 1000, NOON + 1000)) == [(QUARTER - 1, 1), (QUARTER, 1)]
    assert list(quarters(NOON, NOON + 15 * MINUTE)) == [(QUARTER, 900_000_000)]
    assert list(quarters(NOON, NOON)) == []


@given(st.integers(0, 10**12), st.integers(0, 10**11))
def test_no_microsecond_is_lost_or_counted_twice(start_us: int, lasts_us: int) -> None:
    begun = start_us * 1000
    found = list(quarters(begun, begun + lasts_us * 1000))
    assert sum(micros for _quarter, micros in found) == lasts_us
    places = [place for place, _micros in found]
    assert places == sorted(set(places))


def test_every_state_but_being_signed_out_is_counted() -> None:
    names = {
        count_of(state, for_queue=for_queue)
        for state in set(AgentState) - {AgentState.OFFLINE}
        for for_queue in (True, False)
    }
    assert names == set(SIGNED_IN)
    assert count_of("dialing", for_queue=True) == DIALING
    assert count_of("dialing", for_queue=False) == DIRECT
