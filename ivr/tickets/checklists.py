"""Checklists: the steps of a category, copied to a ticket and ticked off there.

In the catalogue an item that begins with `!` must be done before the ticket counts as solved.
Source: tickets.md section 6.2.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

MANDATORY = "!"


@dataclass(frozen=True, slots=True)
class Item:
    """One step of a category's checklist."""

    text: str
    mandatory: bool = False


@dataclass(frozen=True, slots=True)
class Ticked:
    """One step on a ticket. seq: its place, from 1, never given twice on one ticket."""

    seq: int
    text: str
    mandatory: bool = False
    done: bool = False


def read_item(written: str) -> Item:
    """An item as it stands in the catalogue. Raises ValueError if nothing is written."""
    text = written.removeprefix(MANDATORY).strip()
    if not text:
        raise ValueError("an item of a checklist says nothing; write what is to be done")
    return Item(text, written.startswith(MANDATORY))


def chosen(items: Iterable[Item], there: Sequence[Ticked] = ()) -> tuple[Ticked, ...]:
    """The checklist of a ticket once a category is chosen, also when another was chosen before.

    What is done stays, whichever category asked for it. What is open stays only if the new category
    asks for it too: a step of a category chosen by mistake must not block the ticket. Missing items
    come behind, with numbers that this ticket has never had.
    """
    asked = {each.text: each for each in items}
    kept = tuple(
        each if each.done else replace(each, mandatory=asked[each.text].mandatory)
        for each in there
        if each.done or each.text in asked
    )
    known = {each.text for each in kept}
    last = max((each.seq for each in there), default=0)
    missing = [each for text, each in asked.items() if text not in known]
    added = (
        Ticked(last + place, each.text, each.mandatory) for place, each in enumerate(missing, 1)
    )
    return (*kept, *added)


def still_open(there: Iterable[Ticked]) -> tuple[str, ...]:
    """The mandatory items that are not done, for the guards of `resolved`."""
    return tuple(each.text for each in there if each.mandatory and not each.done)
