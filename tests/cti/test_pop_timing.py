"""How quickly pops reach the screen."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from ivr.cti.pop_timing import BUCKETS_MS, Buckets, Times, Timing

AT = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)


def after(ms: int) -> datetime:
    return AT + timedelta(milliseconds=ms)


def test_the_steps_of_a_pop_fall_into_their_buckets() -> None:
    timing, times = Timing(), Times(AT)
    timing.sent("ayse", "cards", times, after(20))
    timing.received("ayse", "cards", times, after(100))
    timing.rendered("ayse", "cards", times, after(350))
    timing.rendered("ayse", "cards", times, after(9000))
    bounds = {
        step: timing.buckets("ayse", step).quantile_ms(0.95)
        for step in ("reserve_sent", "sent_received", "received_rendered", "reserve_rendered")
    }
    assert bounds == {
        "reserve_sent": 25,
        "sent_received": 100,
        "received_rendered": 300,
        "reserve_rendered": 500,
    }
    assert timing.buckets("can", "reserve_sent").quantile_ms(0.5) is None


def test_rendered_without_received_counts_as_both() -> None:
    timing, times = Timing(), Times(AT)
    timing.received("ayse", "cards", times, after(1))
    assert times.received_at is None
    timing.sent("ayse", "cards", times, after(5))
    timing.rendered("ayse", "cards", times, after(10))
    assert times.received_at == times.rendered_at == after(10)


def test_the_first_ring_says_whether_the_pop_was_in_time() -> None:
    timing, early, late = Timing(), Times(AT), Times(AT)
    timing.sent("ayse", "cards", early, after(1))
    timing.rendered("ayse", "cards", early, after(2))
    for _ in range(3):
        timing.rang("ayse", "cards", early)
    timing.rang("ayse", "cards", late)
    assert timing.before_ring("ayse") == (1, 2)
    assert timing.before_ring("can") == (0, 0)


@pytest.mark.parametrize(
    ("durations", "share", "bound"),
    [([10] * 19 + [4000], 0.95, 25), ([10, 60, 6000], 0.5, 100), ([6000], 0.5, None)],
)
def test_a_quantile_is_the_bound_that_holds_for_the_share(
    durations: list[int], share: float, bound: int | None
) -> None:
    buckets = Buckets()
    for each in durations:
        buckets.add(each)
    assert buckets.quantile_ms(share) == bound
    assert len(buckets.counts) == len(BUCKETS_MS) + 1
