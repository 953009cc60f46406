"""Changing a ticket: all of it or nothing, with its history, its clocks, an event and audit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, select, update

from ivr.domain.errors import NotValidError, StaleVersionError
from ivr.runtime.ports.tickets import CHANGEABLE
from ivr.store.tables import (
    asset,
    contact_point,
    customer,
    product,
    ticket,
    ticket_category,
    ticket_change,
)
from ivr.store.tickets.clocks.facts import facts_of
from ivr.store.tickets.clocks.ledgers import happen
from ivr.store.tickets.family import check_place, take_categories, take_category
from ivr.store.tickets.fields import columns_of, custom_columns, searchable
from ivr.store.tickets.moving import move
from ivr.store.tickets.refs import locked
from ivr.store.tickets.rows import outline
from ivr.tickets.sla.happenings import Assigned, Moved, Pooled, Reviewed
from ivr.tickets.states import RESOLVED, STOPPED

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ivr.store.tickets.operation import Operation
    from ivr.tickets.sla.happenings import Happening

    Columns = dict[str, Any]

_ORDER = ("category", "customer", *CHANGEABLE)
"""First what the others depend on."""
_SHOWN = {
    "customer_id": ("customer", customer.c.public_id),
    "contact_point_id": ("contact", contact_point.c.public_id),
    "product_id": ("product", product.c.code),
    "asset_id": ("asset", asset.c.public_id),
    "parent_id": ("parent", ticket.c.number),
}
"""Column -> the field that it is, and what the outside calls the row it points to."""
_FIELDS = frozenset(CHANGEABLE) | frozenset(_SHOWN)
"""Columns whose change is told in the history."""


def change(
    operation: Operation, ref: str, changes: Mapping[str, object], version: int | None
) -> int:
    """Change a ticket; gives its row id."""
    unknown = sorted(set(changes) - set(CHANGEABLE))
    if unknown:
        raise NotValidError(f"a ticket has no {', '.join(unknown)} that can be changed")
    row = locked(operation.connection, ref, operation.tenant)
    if version is not None and row["version"] != version:
        raise StaleVersionError(f"ticket {row['number']} is at version {row['version']}")
    return apply(operation, row, changes)


def apply(operation: Operation, row: Mapping[str, Any], changes: Mapping[str, object]) -> int:
    """Change a ticket that is locked."""
    wanted = _columns(operation, row, changes)
    after = {**row, **wanted}
    further = "categories" in changes and _further(operation, row, changes["categories"])
    if "status" in changes and changes["status"] != row["status"]:
        wanted |= move(operation, after, str(changes["status"]))
    differing = {name: each for name, each in wanted.items() if row[name] != each}
    if differing or further:
        write(operation, row, differing)
    return int(row["id"])


def write(
    operation: Operation,
    row: Mapping[str, Any],
    columns: Mapping[str, Any],
    happenings: tuple[Happening, ...] = (),
    told: Mapping[str, object] | None = None,
) -> Columns:
    """Write columns of a locked ticket with all that follows; gives the whole row.

    happenings: besides those that the columns themselves are. told: more for the event, without
    words of the customer.
    """
    at = operation.act.at
    after = {**row, **columns, "version": row["version"] + 1, "last_activity_at": at}
    after["search_fold"] = searchable(after)
    _remember(operation, row, after)
    found = (*_happenings(operation, row, after), *happenings) or (Reviewed(at),)
    after |= happen(operation, row, found, facts_of(operation, after))
    store(operation, row, after)
    fields = sorted(_SHOWN.get(name, (name,))[0] for name in columns if name in _FIELDS)
    _tell(operation, row, after, {"changed": fields, **(told or {})})
    operation.audit("ticket.change", row["number"], fields)
    return after


def store(operation: Operation, row: Mapping[str, Any], after: Mapping[str, Any]) -> None:
    """Write the columns of a ticket that differ."""
    columns = {name: each for name, each in after.items() if each != row[name]}
    if columns:
        same = update(ticket).where(ticket.c.id == row["id"])
        operation.connection.execute(same.values(columns))
        operation.touch(after, row)


def remember(
    operation: Operation, ticket_id: int, field: str, before: object, after: object
) -> None:
    """A line of a ticket's history."""
    line = {
        "ticket_id": ticket_id,
        "at": operation.act.at,
        "by": operation.act.by,
        "field": field,
        "before": before,
        "after": after,
        "reason": operation.act.reason,
    }
    operation.connection.execute(insert(ticket_change).values(line))


def _columns(
    operation: Operation, row: Mapping[str, Any], changes: Mapping[str, object]
) -> Columns:
    """What the changes write, apart from the status."""
    wanted: Columns = {}
    for field in dict.fromkeys(_ORDER):
        if field in changes and field not in {"status", "categories"}:
            here = {**row, **wanted}
            wanted |= columns_of(operation, here, field, changes[field])
    _check(operation, row, wanted)
    if wanted.get("category", row["category"]) != row["category"]:
        take_category(operation, row["id"], wanted["category"])
        if "custom" not in changes:
            wanted |= _reformed(operation, row, wanted["category"])
    if wanted.get("team", row["team"]) != row["team"]:
        wanted.setdefault("assignee", "")  # it lies in the pool of the other team
    return wanted


def _reformed(operation: Operation, row: Mapping[str, Any], code: str) -> Columns:
    """The values stay, also those that the other form does not ask for."""
    return custom_columns(operation, code, row["custom"], {})


def _check(operation: Operation, row: Mapping[str, Any], wanted: Columns) -> None:
    if wanted.get("priority", row["priority"]) != row["priority"] and not operation.act.reason:
        raise NotValidError("a priority is changed with a reason")
    if wanted.get("parent_id", row["parent_id"]) != row["parent_id"]:
        check_place(operation.connection, row["id"], wanted["parent_id"])


def _further(operation: Operation, row: Mapping[str, Any], value: object) -> bool:
    mine = ticket_category.c
    question = select(mine.path).where(mine.ticket_id == row["id"], mine.is_primary.is_(False))
    before = sorted(operation.connection.scalars(question))
    after = list(take_categories(operation, row["id"], value))
    if before == after:
        return False
    remember(operation, row["id"], "categories", before, after)
    return True


def _happenings(
    operation: Operation, row: Mapping[str, Any], after: Mapping[str, Any]
) -> tuple[Happening, ...]:
    at = operation.act.at
    found: list[Happening] = []
    if after["assignee"] and after["assignee"] != row["assignee"]:
        found.append(Assigned(at, after["assignee"]))
    elif not after["assignee"] and (row["assignee"] or after["team"] != row["team"]):
        found.append(Pooled(at, after["team"]))
    if after["state_type"] != row["state_type"]:
        found.append(Moved(at, after["state_type"]))
    return tuple(found)


def _remember(operation: Operation, row: Mapping[str, Any], after: Mapping[str, Any]) -> None:
    for column in sorted(_FIELDS):
        if column not in row or row[column] == after[column]:
            continue
        field, before, now = column, row[column], after[column]
        if column in _SHOWN:
            field = _SHOWN[column][0]
            before, now = (_shown(operation, column, each) for each in (before, now))
        remember(operation, row["id"], field, before, now)


def _shown(operation: Operation, column: str, row_id: int | None) -> str:
    name = _SHOWN[column][1]
    question = select(name).where(name.table.c.id == row_id)
    return str(operation.connection.scalar(question)) if row_id is not None else ""


def _tell(
    operation: Operation,
    row: Mapping[str, Any],
    after: Mapping[str, Any],
    told: Mapping[str, object],
) -> None:
    data = outline(operation, after)
    before, now = row["state_type"], after["state_type"]
    was = {"was": before} if before != now else {}
    operation.tell("ticket.updated", row["public_id"], {**data, **was, **told})
    if now == RESOLVED and before != RESOLVED:
        operation.tell("ticket.resolved", row["public_id"], data)
    if after["reopen_count"] != row["reopen_count"] or (before in STOPPED and now not in STOPPED):
        operation.tell("ticket.reopened", row["public_id"], data)
