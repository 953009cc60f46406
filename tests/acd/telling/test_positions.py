"""The place a waiting caller is told: it never rises, and is not repeated too soon."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.acd.telling.positions import REPEAT_S, ToldPlace, is_beyond, next_place


def test_the_first_announcement_tells_the_place() -> None:
    assert next_place(3, 10.0, None) == ToldPlace(3, 10.0)


def test_a_better_place_is_told_at_once() -> None:
    assert next_place(2, 11.0, ToldPlace(3, 10.0)) == ToldPlace(2, 11.0)


def test_a_worse_place_is_kept_quiet() -> None:
    assert next_place(4, 500.0, ToldPlace(3, 10.0)) is None


@pytest.mark.parametrize(("later_s", "told"), [(REPEAT_S - 1, False), (REPEAT_S, True)])
def test_the_same_place_is_repeated_after_two_minutes(later_s: float, told: bool) -> None:
    assert (next_place(3, 10.0 + later_s, ToldPlace(3, 10.0)) is not None) is told


def test_far_behind_only_more_than_ten_is_said() -> None:
    far = next_place(27, 0.0, None)
    assert far is not None
    assert is_beyond(far)
    assert next_place(19, 60.0, far) is None, "that would be the same words again"
    near = next_place(10, 70.0, far)
    assert near == ToldPlace(10, 70.0)
    assert not is_beyond(near)


def test_the_limit_is_of_the_queue() -> None:
    assert next_place(4, 0.0, None, limit=3) == ToldPlace(4, 0.0)
    assert is_beyond(ToldPlace(4, 0.0), limit=3)


@pytest.mark.parametrize(("place", "limit"), [(0, 10), (1, 0)])
def test_places_start_at_one(place: int, limit: int) -> None:
    with pytest.raises(ValueError, match="start at 1"):
        next_place(place, 0.0, None, limit=limit)


@given(st.lists(st.tuples(st.integers(1, 30), st.floats(0, 300)), max_size=40))
def test_what_a_caller_hears_never_rises(moves: list[tuple[int, float]]) -> None:
    at_s, last, heard = 0.0, None, []
    for place, later_s in moves:
        at_s += later_s
        told = next_place(place, at_s, last)
        if told is not None:
            heard.append(told)
            last = told
    assert [each.place for each in heard] == sorted((t.place for t in heard), reverse=True)
    for one, other in pairwise(heard):
        assert other.place < one.place or other.at_s - one.at_s >= REPEAT_S
