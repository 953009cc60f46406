"""What becomes of promises, above all the one that was never even tried."""

from __future__ import annotations

import pytest

from ivr.reports.promises import Promise


def test_a_kept_promise_counts_as_in_time_up_to_its_last_moment() -> None:
    assert Promise("done", 1, 100, 100).counts(500)["in_time"] == 1
    assert Promise("done", 1, 100, 101).counts(500)["in_time"] == 0
    assert Promise("done", 1, 100, None).counts(500)["in_time"] == 0


@pytest.mark.parametrize(
    ("state", "tries", "now", "never"),
    [
        ("expired", 0, 50, 1),
        ("expired", 1, 50, 0),
        ("due", 0, 99, 0),
        ("due", 0, 100, 1),
        ("cancelled", 0, 500, 0),
        ("returned", 0, 500, 0),
    ],
)
def test_a_promise_is_never_tried_if_its_time_went_by(
    state: str, tries: int, now: int, never: int
) -> None:
    assert Promise(state, tries, 100).counts(now)["never_tried"] == never


def test_every_promise_is_in_one_state() -> None:
    for state in ("promised", "due", "reserved", "dialing", "done", "expired", "cancelled"):
        counts = Promise(state, 0, 100).counts(0)
        assert sum(counts[name] for name in ("open", "done", "expired", "cancelled")) == 1
