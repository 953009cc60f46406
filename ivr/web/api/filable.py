"""What a call can be filed under, as the desk hears of it: tickets and categories."""

from __future__ import annotations

from datetime import datetime  # noqa: TC003 - read at run time
from typing import TYPE_CHECKING

from ivr.web.api.customers.fields import Out
from ivr.web.api.customers.shapes import CustomerOut  # noqa: TC001 - read at run time

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from ivr.runtime.ports.customers import CardTicket
    from ivr.runtime.ports.tickets import TicketRow
    from ivr.tickets.catalogue.model import Catalogue, Category

JOINED = " › "


class OpenOut(Out):
    """A ticket to choose from. status_titles: its label by language."""

    number: str
    subject: str | None
    status: str
    status_titles: dict[str, str]
    category: str
    due_at: datetime | None
    masked: tuple[str, ...] = ()


class CategoryOut(Out):
    """A category to choose from. titles: by language, with those above it in front."""

    path: str
    titles: dict[str, str]


class FilingOut(Out):
    """What a call can be filed under. customer: whose it is, as far as anybody knows; tickets: what
    is open for him; filed: the tickets that it belongs to already. category: of the call."""

    customer: CustomerOut | None
    tickets: tuple[OpenOut, ...]
    filed: tuple[OpenOut, ...]
    category: str
    categories: tuple[CategoryOut, ...]


def ticket_choices(
    rows: Iterable[TicketRow | CardTicket],
    catalogue: Catalogue,
    seen: Collection[str] | None = None,
) -> tuple[OpenOut, ...]:
    """Tickets as they are offered. seen: numbers of those whose subject may be read, None = all."""
    return tuple(_ticket(row, catalogue, seen is None or row.number in seen) for row in rows)


def category_choices(catalogue: Catalogue) -> tuple[CategoryOut, ...]:
    """Those that can be chosen now, in the order written."""
    known = catalogue.categories
    return tuple(
        CategoryOut(path=path, titles=dict(_titles(category, known)))
        for path, category in known.items()
        if category.active
    )


def _ticket(row: TicketRow | CardTicket, catalogue: Catalogue, readable: bool) -> OpenOut:
    status, about = catalogue.statuses.get(row.status), catalogue.category(row.category)
    return OpenOut(
        number=row.number,
        subject=row.subject if readable else None,
        status=row.status,
        status_titles=dict(status.labels) if status else {},
        category=about.path if about else row.category,
        due_at=row.due_at,
        masked=() if readable else ("subject",),
    )


def _titles(category: Category, known: Mapping[str, Category]) -> Iterator[tuple[str, str]]:
    """In each of its languages: `Billing › Wrong amount`."""
    above = known.get(category.parent)
    front = dict(_titles(above, known)) if above else {}
    for language, label in category.labels.items():
        yield language, JOINED.join(filter(None, (front.get(language), label)))
