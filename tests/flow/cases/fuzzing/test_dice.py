"""Chance that is the same everywhere, and fair enough."""

from __future__ import annotations

from collections import Counter

from ivr.flow.cases.fuzzing.dice import Dice


def test_the_same_seed_gives_the_same_numbers() -> None:
    rolls = [Dice("7/1").below(1000) for _ in range(3)]
    assert len(set(rolls)) == 1
    dice = Dice("7/1")
    assert [dice.below(100) for _ in range(10)] == [77, 65, 13, 39, 33, 86, 61, 71, 38, 70]


def test_other_seeds_give_other_numbers() -> None:
    one, other = Dice("7/1"), Dice("7/2")
    assert [one.below(1000) for _ in range(8)] != [other.below(1000) for _ in range(8)]


def test_every_number_comes_about_as_often() -> None:
    dice = Dice("fair")
    counts = Counter(dice.below(6) for _ in range(6000))
    assert sorted(counts) == [0, 1, 2, 3, 4, 5]
    assert all(850 < count < 1150 for count in counts.values())


def test_picks_and_words_are_made_of_what_is_given() -> None:
    dice = Dice("x")
    assert dice.pick(("a",)) == "a"
    assert set(dice.word("ab", 50)) == {"a", "b"}
    assert not Dice("y").chance(0)
    assert Dice("y").chance(100)
