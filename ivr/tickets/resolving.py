"""When a ticket may count as solved, when it closes by itself, and when it is opened again.

Guards name everything that is missing at once, so that an agent mends it in one go.
Source: tickets.md section 6.2.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

from ivr.tickets.states import CLOSED, RESOLVED

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ivr.domain.calendar import Calendar

KINDS = ("complaint", "request", "question", "suggestion", "fault", "task", "callback")
"""What a ticket can be."""
COMPLAINT = "complaint"

ROOT_CAUSES: Mapping[str, str] = {
    **dict.fromkeys(("procedure_error", "production_error"), "employee"),
    **dict.fromkeys(
        ("design", "defect", "marketing_expectation", "warranty_terms", "service_policy"), "product"
    ),
    "not_repairable": "product",
    **dict.fromkeys(
        ("own_error", "lack_of_knowledge", "wrong_expectation", "disloyal"), "customer"
    ),
}
"""Why somebody had to complain -> where the cause lies: employee, product or customer."""

REOPEN_DAYS = 14
"""How long a solved ticket is offered to be opened again, if nothing else is written."""
CLOSE_AFTER_DAYS = 3
"""Business days after which a solved ticket closes, if nothing else is written."""
LONGEST_SEARCH_DAYS = 400


@dataclass(frozen=True, slots=True)
class Work:
    """What is done and not done of a ticket, as the guards see it.

    category: path of the primary one, "" = none. missing_fields: fields of its form that must have
    a value and have none. open_items: mandatory items of the checklist that are not done.
    blocking: numbers of blocking children that are under way.
    """

    kind: str
    category: str = ""
    root_cause: str = ""
    missing_fields: tuple[str, ...] = ()
    open_items: tuple[str, ...] = ()
    blocking: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Failure:
    """One reason why a ticket cannot count as solved. details: names, texts or numbers of it.

    code: category, form, checklist, children or root-cause.
    """

    code: str
    message: str
    details: tuple[str, ...] = ()


def failures(work: Work) -> tuple[Failure, ...]:
    """Everything that keeps the ticket from being solved; none = it may be."""
    found = (_category(work), _form(work), _checklist(work), _children(work), _root_cause(work))
    return tuple(each for each in found if each is not None)


def _category(work: Work) -> Failure | None:
    return None if work.category else Failure("category", "no category has been chosen")


def _form(work: Work) -> Failure | None:
    if not work.missing_fields:
        return None
    return Failure("form", f"the form lacks {', '.join(work.missing_fields)}", work.missing_fields)


def _checklist(work: Work) -> Failure | None:
    if not work.open_items:
        return None
    return Failure("checklist", f"not done: {'; '.join(work.open_items)}", work.open_items)


def _children(work: Work) -> Failure | None:
    if not work.blocking:
        return None
    return Failure("children", f"waits for {', '.join(work.blocking)}", work.blocking)


def _root_cause(work: Work) -> Failure | None:
    if work.root_cause and work.root_cause not in ROOT_CAUSES:
        return Failure("root-cause", f'"{work.root_cause}" is no cause', tuple(ROOT_CAUSES))
    if work.kind == COMPLAINT and not work.root_cause:
        return Failure("root-cause", "a complaint needs its cause", tuple(ROOT_CAUSES))
    return None


def closes_at(resolved_at: datetime, days: int, calendar: Calendar | None) -> datetime:
    """When a solved ticket closes: at the end of so many business days after that of the solving.

    A business day is one on which the calendar opens at all; without a calendar every day is, in
    UTC. The end is midnight in the calendar's zone. 0 days = at once. Aware UTC.
    """
    if days == 0:
        return resolved_at.astimezone(UTC)
    zone = calendar.zone if calendar else UTC
    first = resolved_at.astimezone(zone).date()
    last = _day_after(first, days, calendar)
    return datetime.combine(last + timedelta(days=1), time(0), zone).astimezone(UTC)


def _day_after(first: date, days: int, calendar: Calendar | None) -> date:
    """The last of so many business days; after 400 days without enough of them, that day."""
    left, day = days, first
    for ahead in range(1, LONGEST_SEARCH_DAYS + 1):
        day = first + timedelta(days=ahead)
        left -= calendar is None or bool(calendar.plan(day))
        if left == 0:
            break
    return day


def family(category: str) -> str:
    """The category at the top of the tree: `billing` of `billing.wrong_amount`."""
    return category.partition(".")[0]


@dataclass(frozen=True, slots=True)
class Earlier:
    """A ticket of before. state: its type; done_at: when it was resolved (or closed without)."""

    number: str
    customer: str
    category: str
    state: str
    done_at: datetime


@dataclass(frozen=True, slots=True)
class Offer:
    """What to offer to a customer who comes back. reopen: else a new ticket that follows it up."""

    number: str
    reopen: bool


def offer(
    earlier: Iterable[Earlier],
    customer: str,
    category: str,
    at: datetime,
    reopen_days: int = REOPEN_DAYS,
) -> Offer | None:
    """The solved ticket that a new contact is about, the latest one; None if there is none.

    It must be of the same customer and of the same family of categories. After reopen_days, counted
    to the second, it is only linked (`follow_up_of`).
    """
    same = [each for each in earlier if _is_about(each, customer, category, at)]
    if not same:
        return None
    latest = max(same, key=lambda each: (each.done_at, each.number))
    return Offer(latest.number, at - latest.done_at <= timedelta(days=reopen_days))


def _is_about(each: Earlier, customer: str, category: str, at: datetime) -> bool:
    is_done = each.state in {RESOLVED, CLOSED} and each.done_at <= at
    is_same = each.customer == customer and family(each.category) == family(category)
    return is_done and is_same and bool(customer and category)
