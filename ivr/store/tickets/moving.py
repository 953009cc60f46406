"""The moves of a ticket through its life: what each is allowed, and which columns it writes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ivr.domain.errors import NotAllowedError, NotValidError
from ivr.runtime.ports.tickets import NotResolvableError
from ivr.store.tickets.family import blocking_children, checklist_of
from ivr.store.tickets.fields import form_of
from ivr.tickets.checklists import still_open
from ivr.tickets.form_values import missing
from ivr.tickets.resolving import Work, closes_at, failures
from ivr.tickets.states import (
    CLOSED,
    MERGED,
    REOPEN,
    RESOLVED,
    REVIVE,
    UNMERGE,
    Status,
    TicketStateError,
    allowed,
    check_move,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from ivr.store.tickets.operation import Operation

    Columns = dict[str, Any]


def move(operation: Operation, row: Mapping[str, Any], code: str) -> Columns:
    """The columns of a ticket that becomes this status. row: as it is after all other changes.

    Raises TicketStateError, NotResolvableError with every failure, NotAllowedError for what only
    supervisors may.
    """
    before, after = status_of(operation, row["status"], row["state_type"]), _known(operation, code)
    kind = check_move(before, after, operation.catalogue.statuses.values())
    if kind == UNMERGE or MERGED in {before.type, after.type}:
        raise TicketStateError(
            "tickets are merged and unmerged, not moved there", _ways(operation, before)
        )
    if kind == REVIVE and not (operation.act.supervisor and operation.act.reason):
        raise NotAllowedError("only a supervisor takes a cancelled ticket up again, with a reason")
    if after.type == RESOLVED:
        check_resolvable(operation, row)
    return columns_after(operation, row, after, kind)


def columns_after(
    operation: Operation, row: Mapping[str, Any], after: Status, kind: str
) -> Columns:
    """What a move writes. kind: of the move (ivr/tickets/states.py)."""
    columns: Columns = {"status": after.code, "state_type": after.type}
    if after.type == row["state_type"]:
        return columns
    columns["close_at"] = None
    if after.type == RESOLVED:
        columns |= {"resolved_at": operation.act.at, "close_at": _close_at(operation)}
    if after.type == CLOSED:
        columns["closed_at"] = operation.act.at
    if kind in {REOPEN, REVIVE}:
        columns |= {"resolved_at": None, "closed_at": None}
    if kind == REOPEN:
        count = row["reopen_count"] + 1
        columns |= {"reopen_count": count, "first_contact_resolved": False}
    return columns


def check_resolvable(operation: Operation, row: Mapping[str, Any]) -> None:
    """Raises NotResolvableError with everything that keeps a ticket from counting as solved."""
    connection = operation.connection
    work = Work(
        kind=row["kind"],
        category=row["category"],
        root_cause=row["root_cause"],
        missing_fields=_missing(operation, row),
        open_items=still_open(checklist_of(connection, row["id"])),
        blocking=blocking_children(connection, row["id"]),
    )
    found = failures(work)
    if found:
        raise NotResolvableError(found)


def status_of(operation: Operation, code: str, kind: str) -> Status:
    """A ticket's status; one that the house no longer has is still of its type."""
    return operation.catalogue.statuses.get(code) or Status(code, kind, active=False)


def _known(operation: Operation, code: str) -> Status:
    found = operation.catalogue.statuses.get(code)
    if found is None:
        raise NotValidError(f"a status is one of {', '.join(operation.catalogue.statuses)}")
    return found


def _ways(operation: Operation, before: Status) -> list[str]:
    ways = allowed(before, operation.catalogue.statuses.values())
    return [each.code for each in ways if each.type != MERGED]


def _missing(operation: Operation, row: Mapping[str, Any]) -> tuple[str, ...]:
    """Required fields without a value; none if the ticket was checked against an older form."""
    form = form_of(operation, row["category"])
    return missing(form, row["custom"]) if row["form_sha256"] == form.version else ()


def _close_at(operation: Operation) -> datetime:
    catalogue = operation.catalogue
    calendar = operation.published.rules.calendars.get(catalogue.hours)
    return closes_at(operation.act.at, catalogue.close_after_days, calendar)
