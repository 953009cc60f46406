"""Who lives and who fell silent."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from ivr.channels.sip.wire.peers.keepalive import Keepalive


def watched(*names: str, chance: float = 0.5) -> Keepalive[str]:
    pulse: Keepalive[str] = Keepalive(lambda: chance)
    for name in names:
        pulse.watch(name, 0.0)
    return pulse


def test_the_first_question_comes_within_a_period_the_next_every_30_s() -> None:
    pulse = watched("a")
    assert pulse.due() == 15.0
    assert pulse.questions(14.9) == ([], [])
    assert pulse.questions(15.0) == ([("a", 1)], [])
    assert pulse.due() == 45.0


def test_periods_vary_by_a_tenth() -> None:
    for chance, due in ((0.0, 27.0), (0.999999, 63.0)):
        pulse = watched("a", chance=chance)
        at = pulse.due()
        assert at is not None
        pulse.questions(at)
        assert abs((pulse.due() or 0) - due) < 0.01


def test_two_questions_without_an_answer_mean_out_and_one_answer_means_back() -> None:
    pulse = watched("a")
    assert pulse.questions(15.0) == ([("a", 1)], [])
    assert pulse.questions(45.0) == ([("a", 2)], [])
    assert not pulse.is_out("a")
    assert pulse.questions(75.0) == ([("a", 3)], ["a"])
    assert pulse.is_out("a")
    assert pulse.questions(105.0) == ([("a", 4)], [])
    assert pulse.answered("a", 4, 200) is True
    assert not pulse.is_out("a")
    assert pulse.answered("a", 4, 200) is None


def test_an_answer_between_two_misses_starts_the_count_anew() -> None:
    pulse = watched("a")
    pulse.questions(15.0)
    pulse.questions(45.0)
    assert pulse.answered("a", 2, 404) is None
    pulse.questions(75.0)
    assert pulse.questions(105.0)[1] == []
    assert not pulse.is_out("a")


def test_408_and_503_are_misses_any_other_answer_is_a_sign_of_life() -> None:
    pulse = watched("a", "b")
    pulse.questions(15.0)
    assert pulse.answered("a", 1, 503) is None
    assert pulse.answered("b", 2, 486) is None
    pulse.questions(45.0)
    assert pulse.answered("a", 3, 408) is False
    assert pulse.answered("b", 4, 500) is None
    assert pulse.is_out("a")
    assert not pulse.is_out("b")


def test_the_silence_after_an_old_question_is_counted_once() -> None:
    pulse = watched("a")
    pulse.questions(15.0)
    pulse.questions(45.0)  # the first is missed
    assert pulse.answered("a", 1, 408) is None  # its transaction ends only now
    assert not pulse.is_out("a")
    assert pulse.answered("a", 2, 408) is False


def test_who_is_not_watched_is_not_out_and_not_asked() -> None:
    pulse = watched("a")
    pulse.watch("a", 10.0)
    assert pulse.due() == 15.0
    pulse.forget("a")
    pulse.forget("a")
    assert pulse.due() is None
    assert pulse.questions(99.0) == ([], [])
    assert pulse.answered("a", 1, 200) is None
    assert not pulse.is_out("a")


@given(st.lists(st.sampled_from([0, 200, 408, 503]), max_size=40), st.integers(0, 1000))
def test_out_and_back_alternate_whatever_comes(answers: list[int], seed: int) -> None:
    pulse: Keepalive[str] = Keepalive(random.Random(seed).random)  # noqa: S311
    pulse.watch("a", 0.0)
    turns: list[bool] = []
    for status in answers:
        due = pulse.due()
        assert due is not None
        [(_, number)], silent = pulse.questions(due)
        turns += [False for _ in silent]
        turn = pulse.answered("a", number, status) if status else None
        turns += [] if turn is None else [turn]
        assert pulse.is_out("a") == bool(turns and turns[-1] is False)
    assert turns == [bool(at % 2) for at in range(len(turns))]
