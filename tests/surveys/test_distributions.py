"""Normal and binomial against SciPy."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.surveys.distributions import binomial_tail, normal_tail
from tests.fakes.reference import reference

NEAR = 1e-9


def test_the_tails_agree_with_scipy() -> None:
    for z, p in reference()["normal"]:
        assert normal_tail(z) == pytest.approx(p, rel=NEAR)


def test_the_exact_binomial_agrees_with_scipy() -> None:
    for hits, of, share, p in reference()["binomial"]:
        assert binomial_tail(hits, of, share) == pytest.approx(p, rel=NEAR)


@given(st.integers(1, 200), st.floats(0.01, 0.99))
def test_more_hits_are_less_surprising_and_any_number_not_at_all(of: int, share: float) -> None:
    tails = [binomial_tail(hits, of, share) for hits in range(of + 1)]
    assert tails == sorted(tails)
    assert tails[-1] == pytest.approx(1)


def test_what_is_no_probability_is_refused() -> None:
    with pytest.raises(ValueError, match="0 <= hits"):
        binomial_tail(3, 2, 0.5)
