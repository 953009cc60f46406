"""Words that facts are compared with in conditions."""

from __future__ import annotations

import pytest

from ivr.flow.expressions import parse
from ivr.tickets.catalogue.conditions import FIXED, Compared, compared
from ivr.tickets.sla.facts import FACTS


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("kind == 'complaint'", [Compared("kind", "complaint", 8)]),
        ("'task' != kind and emergency", [Compared("kind", "task", 0)]),
        ("team in ['a', 'b']", [Compared("team", "a", 9), Compared("team", "b", 14)]),
        ("'loud' not in tags", [Compared("tags", "loud", 0)]),
        ("starts_with(category, 'ca')", [Compared("category", "ca", 22, begins=True)]),
        ("not (customer.segment == 'gold')", [Compared("customer.segment", "gold", 25)]),
        ("customer.vip_rank >= 1", []),
        ("kind == team", []),
        ("'a' == 'b'", []),
        ("contains(category, 'x')", []),
    ],
)
def test_every_word_is_found_with_its_fact(text: str, found: list[Compared]) -> None:
    assert list(compared(parse(text))) == found


def test_a_beginning_is_known_if_anything_begins_so() -> None:
    word = Compared("category", "cards.", 0, begins=True)
    assert word.is_known(["cards.lost"])
    assert not word.is_known(["cards", "loans"])


def test_nothing_is_always_known() -> None:
    assert Compared("team", "", 0).is_known([])
    assert not Compared("team", "a", 0).is_known([])


def test_the_words_of_every_house_belong_to_facts() -> None:
    assert set(FIXED) <= set(FACTS)
