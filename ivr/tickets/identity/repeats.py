"""Whether somebody calls again about the same: what the first contact left undone.

Source: tickets.md 5.1: same customer or number, within 7 days, same family of categories.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from ivr.tickets.resolving import family

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

WITHIN = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Contact:
    """One contact. number: the sender in its normal form, "" if hidden. category: dotted path.

    customer: the root after merges, None if unknown. at: when it began, aware.
    """

    id: int
    at: datetime
    customer: int | None = None
    number: str = ""
    category: str = ""
    is_test: bool = False


def repeat_of(contact: Contact, earlier: Iterable[Contact]) -> int | None:
    """The latest earlier contact that this one repeats; None if it is about something new.

    A contact without a category repeats nothing, test calls neither repeat nor are repeated. Two
    different known customers who share a telephone do not repeat each other.
    """
    if contact.is_test or not contact.category:
        return None
    found = [each for each in earlier if _is_before(each, contact) and _is_same(each, contact)]
    last = max(found, key=lambda each: (each.at, each.id), default=None)
    return last.id if last else None


def _is_before(earlier: Contact, contact: Contact) -> bool:
    if earlier.id == contact.id or earlier.is_test:
        return False
    return timedelta(0) <= contact.at - earlier.at <= WITHIN


def _is_same(earlier: Contact, contact: Contact) -> bool:
    if family(earlier.category) != family(contact.category):
        return False
    if earlier.customer is not None and contact.customer is not None:
        return earlier.customer == contact.customer
    return bool(contact.number) and earlier.number == contact.number
