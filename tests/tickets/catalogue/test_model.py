"""Finding things in the catalogue."""

from __future__ import annotations

import pytest

from ivr.tickets.catalogue.model import EMPTY, Answer, Catalogue, Category
from ivr.tickets.states import DEFAULT_STATUSES

CARDS = Category("cards", "K1", {})
LOST = Category("cards.lost", "cards.lost", {}, parent="cards")
CATALOGUE = Catalogue({each.path: each for each in (CARDS, LOST)})


def test_the_path_comes_before_the_code() -> None:
    twisted = Catalogue({"a": Category("a", "b", {}), "b": Category("b", "a", {})})
    assert twisted.category("a") is twisted.categories["a"]
    assert CATALOGUE.category("K1") is CARDS
    assert CATALOGUE.category("K2") is None
    assert CATALOGUE.product("K1") is None


@pytest.mark.parametrize(
    ("category", "above", "within"),
    [
        ("cards", "cards", True),
        ("cards.lost", "cards", True),
        ("cards", "cards.lost", False),
        ("cardsharp", "cards", False),
    ],
)
def test_what_stands_below_a_category(category: str, above: str, within: bool) -> None:
    assert CATALOGUE.is_within(category, above) is within


def test_of_two_equally_near_texts_the_first_is_sent() -> None:
    first, second = (
        Answer(name, {}, {"sms": {}}, "receipt", ("cards", "loans")) for name in ("a", "b")
    )
    both = Catalogue(answers={"a": first, "b": second})
    assert both.notice("receipt", "cards.lost", "sms") is first


def test_an_empty_catalogue_has_the_statuses_of_every_house() -> None:
    assert EMPTY.statuses is DEFAULT_STATUSES
    assert EMPTY.notice("receipt", "", "sms") is None
    assert EMPTY.close_after_days == 3
