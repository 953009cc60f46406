"""Checklists are copied when a category is chosen; what is done is never lost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.tickets.checklists import Item, Ticked, chosen, read_item, still_open

BILLING = [Item("Numara doğrulandı", mandatory=True), Item("İade açıldı")]
CARDS = [Item("Kart kapatıldı", mandatory=True), Item("Numara doğrulandı")]
ITEMS = st.lists(
    st.builds(Item, st.sampled_from("abcdef"), st.booleans()), unique_by=lambda i: i.text
)


@pytest.mark.parametrize(
    ("written", "item"),
    [
        ("!Numara", Item("Numara", True)),
        ("Numara", Item("Numara")),
        ("! Numara ", Item("Numara", True)),
    ],
)
def test_an_exclamation_mark_makes_an_item_mandatory(written: str, item: Item) -> None:
    assert read_item(written) == item


@pytest.mark.parametrize("written", ["", "!", " ", "! "])
def test_an_item_without_words_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match="says nothing"):
        read_item(written)


def test_the_first_category_gives_the_whole_list() -> None:
    assert chosen(BILLING) == (
        Ticked(1, "Numara doğrulandı", mandatory=True),
        Ticked(2, "İade açıldı"),
    )


def test_another_category_adds_what_is_missing_and_keeps_what_is_done() -> None:
    done = Ticked(2, "İade açıldı", done=True)
    there = [Ticked(1, "Numara doğrulandı", mandatory=True), done]
    assert chosen(CARDS, there) == (
        Ticked(1, "Numara doğrulandı"),
        done,
        Ticked(3, "Kart kapatıldı", mandatory=True),
    )


def test_an_open_step_of_a_category_chosen_by_mistake_goes() -> None:
    assert chosen([], chosen(CARDS)) == ()


def test_only_open_mandatory_items_keep_a_ticket_from_being_solved() -> None:
    rows = [
        Ticked(1, "a", mandatory=True),
        Ticked(2, "b", mandatory=True, done=True),
        Ticked(3, "c"),
    ]
    assert still_open(rows) == ("a",)


@given(ITEMS, ITEMS, st.sets(st.integers(1, 6)))
def test_done_items_stay_numbers_are_never_reused_and_twice_is_as_once(
    first: list[Item], second: list[Item], done: set[int]
) -> None:
    there = [Ticked(row.seq, row.text, row.mandatory, row.seq in done) for row in chosen(first)]
    after = chosen(second, there)
    assert [row for row in after if row.done] == [row for row in there if row.done]
    assert {item.text for item in second} <= {row.text for row in after}
    assert len({row.seq for row in after}) == len(after) == len({row.text for row in after})
    known = {row.seq: row.text for row in there}
    assert all(known.get(row.seq, row.text) == row.text for row in after)
    assert chosen(second, after) == after
