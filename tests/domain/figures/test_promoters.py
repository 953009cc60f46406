"""The net promoter score to the digits of the design."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.domain.figures.promoters import net_interval, net_score


@pytest.mark.parametrize(
    ("counts", "value", "low", "high"),
    [((60, 25, 15), 45, 29.3, 58.0), ((12, 5, 3), 45, 8.4, 69.8), ((0, 10, 0), 0, -18.5, 18.5)],
)
def test_the_score_has_its_adjusted_interval(
    counts: tuple[int, int, int], value: float, low: float, high: float
) -> None:
    found = net_interval(*counts)
    assert found is not None
    assert net_score(*counts) == pytest.approx(value)
    assert (round(found.low, 1), round(found.high, 1)) == (low, high)


@given(*[st.integers(0, 500)] * 3)
def test_the_interval_stays_on_the_scale_and_turns_with_the_sign(a: int, b: int, c: int) -> None:
    found, turned = net_interval(a, b, c), net_interval(c, b, a)
    if found is None or turned is None:
        assert a + b + c == 0
        return
    assert -100 <= found.low < found.high <= 100
    assert found.low == pytest.approx(-turned.high)


def test_nobody_asked_is_no_score() -> None:
    assert net_score(0, 0, 0) is None
    assert net_interval(0, 0, 0) is None
    with pytest.raises(ValueError, match="0 or more"):
        net_interval(0, -1, 0)
