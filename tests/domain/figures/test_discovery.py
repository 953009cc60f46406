"""Many tests at once: the worked example of the design and SciPy's adjusted values."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ivr.domain.figures.discovery import rejected
from tests.fakes.reference import reference


def test_of_ten_findings_the_first_six_are_believed() -> None:
    ps, adjusted = reference()["bh_adjusted"]
    assert rejected(ps) == [True] * 6 + [False] * 4 == [each <= 0.05 for each in adjusted]


def test_the_order_of_the_tests_does_not_matter() -> None:
    ps = [0.3, 0.0001, 0.04, 0.008]
    assert rejected(ps) == [False, True, False, True]
    assert rejected([]) == []


@given(st.lists(st.floats(0, 1), max_size=40))
def test_whoever_is_more_surprising_than_a_finding_is_one_too(ps: list[float]) -> None:
    found = rejected(ps)
    worst = max((p for p, kept in zip(ps, found, strict=True) if kept), default=-1)
    assert all(kept == (p <= worst) for p, kept in zip(ps, found, strict=True))
