"""Normal, Student's t and binomial against SciPy."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.surveys.distributions import (
    binomial_tail,
    incomplete_beta,
    normal_tail,
    student_quantile,
    student_tail,
)
from tests.fakes.reference import reference

NEAR = 1e-9


def test_the_tails_agree_with_scipy() -> None:
    for z, p in reference()["normal"]:
        assert normal_tail(z) == pytest.approx(p, rel=NEAR)
    for t, freedom, p in reference()["t_tail"]:
        assert student_tail(t, freedom) == pytest.approx(p, rel=NEAR)


def test_the_quantiles_of_t_agree_with_scipy() -> None:
    for tail, freedom, t in reference()["t"]:
        assert student_quantile(tail, freedom) == pytest.approx(t, rel=NEAR)


def test_the_incomplete_beta_function_agrees_with_scipy() -> None:
    for x, a, b, value in reference()["beta"]:
        assert incomplete_beta(x, a, b) == pytest.approx(value, abs=NEAR, rel=0)


def test_the_exact_binomial_agrees_with_scipy() -> None:
    for hits, of, share, p in reference()["binomial"]:
        assert binomial_tail(hits, of, share) == pytest.approx(p, rel=NEAR)


@given(st.integers(1, 200), st.floats(0.01, 0.99))
def test_more_hits_are_less_surprising_and_any_number_not_at_all(of: int, share: float) -> None:
    tails = [binomial_tail(hits, of, share) for hits in range(of + 1)]
    assert tails == sorted(tails)
    assert tails[-1] == pytest.approx(1)


@given(st.floats(0.001, 0.999), st.floats(0.1, 300), st.floats(0.1, 300))
def test_the_two_tails_of_beta_are_the_whole(x: float, a: float, b: float) -> None:
    assert incomplete_beta(x, a, b) + incomplete_beta(1 - x, b, a) == pytest.approx(1)


def test_what_is_no_probability_is_refused() -> None:
    with pytest.raises(ValueError, match="t must be"):
        student_tail(-1, 3)
    with pytest.raises(ValueError, match="a tail lies"):
        student_quantile(0.7, 3)
    with pytest.raises(ValueError, match="x must lie"):
        incomplete_beta(1.5, 1, 1)
    with pytest.raises(ValueError, match="0 <= hits"):
        binomial_tail(3, 2, 0.5)
