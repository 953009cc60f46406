"""Who has an item: taken by one alone, given to somebody, given back, lost after a while."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, or_, select, update

from ivr.domain.errors import NotFoundError, NotValidError
from ivr.runtime.ports.desk import AuditRow
from ivr.runtime.ports.intake import (
    ASSIGNED_S,
    CLAIMED,
    LEASE_S,
    MOST_ROWS,
    NEW,
    AlreadyClaimedError,
    NotClaimedError,
)
from ivr.runtime.ports.tickets import Touched
from ivr.store.desk.audit_in import audit
from ivr.store.intake import rows
from ivr.store.tables import intake_item

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection

    from ivr.runtime.ports.intake import ItemFilter, ItemRow
    from ivr.store.tickets.operation import Operation

_MINE = intake_item.c
_LEASE, _ASSIGNED = timedelta(seconds=LEASE_S), timedelta(seconds=ASSIGNED_S)
_FREE: dict[str, Any] = {
    "state": NEW,
    "claimed_by": "",
    "claimed_at": None,
    "claim_expires_at": None,
    "assigned_by": "",
}


def claim(operation: Operation, ref: str) -> ItemRow:
    """Take it, or renew the lease of what is mine. One statement decides who is first."""
    me, at = operation.act.by, operation.act.at
    named = (_MINE.tenant_id == operation.tenant, _MINE.public_id == ref)
    over = (_MINE.state == CLAIMED) & (_MINE.claim_expires_at <= at)
    renewed = (*named, _MINE.state == CLAIMED, _MINE.claimed_by == me)
    until: dict[str, Any] = {"claim_expires_at": at + _LEASE, "version": _MINE.version + 1}
    taken = {**until, "state": CLAIMED, "claimed_by": me, "claimed_at": at, "assigned_by": ""}
    if not _write(operation, renewed, until):
        free = (*named, or_(_MINE.state == NEW, over))
        if not _write(operation, free, taken):
            raise _taken(operation, ref)
        found = _shown(operation, ref)
        operation.touch_item(ref, found.team, me)
        return found
    return _shown(operation, ref)


def release(operation: Operation, ref: str) -> ItemRow:
    """Give it back. What was assigned is refused with a reason."""
    row = held(operation, ref)
    if row["assigned_by"] and not operation.act.reason:
        raise NotValidError("reason: what was assigned to you is given back with a reason")
    back = {**_FREE, "reason": operation.act.reason, "version": row["version"] + 1}
    _write(operation, (_MINE.id == row["id"],), back)
    operation.touch_item(ref, row["team"], operation.act.by)
    note(operation, "intake.release", ref)
    return _shown(operation, ref)


def assign(operation: Operation, ref: str, to: str) -> ItemRow:
    """Give it to somebody, also one that another has."""
    row = rows.locked(operation.connection, ref, operation.tenant)
    if row["state"] not in {NEW, CLAIMED}:
        raise AlreadyClaimedError("", row["state"])
    _give(operation, row["id"], to)
    operation.touch_item(ref, row["team"], row["claimed_by"], to)
    note(operation, "intake.assign", ref, to=to)
    return _shown(operation, ref)


def distribute(
    operation: Operation, people: Mapping[str, Sequence[str]], which: ItemFilter
) -> list[ItemRow]:
    """Give new items to who has fewest of them, then to who has waited longest."""
    connection = operation.connection
    question = (
        select(_MINE.id, _MINE.team, _MINE.public_id)
        .where(_MINE.tenant_id == operation.tenant, _MINE.state == NEW, *rows.wanted(which))
        .order_by(_MINE.received_at, _MINE.id)
        .limit(MOST_ROWS)
        .with_for_update(skip_locked=True)
    )
    loads = _loads(connection, sorted(people), operation.tenant)
    given: list[int] = []
    for row in connection.execute(question).all():
        fitting = [name for name in sorted(people) if not row.team or row.team in people[name]]
        if not fitting:
            continue
        best = min(fitting, key=lambda name: loads[name])
        _give(operation, row.id, best)
        loads[best] = (loads[best][0] + 1, operation.act.at.timestamp() + len(given))
        given.append(row.id)
        operation.touch_item(row.public_id, row.team, best)
        note(operation, "intake.assign", row.public_id, to=best)
    return rows.read(connection, rows.ITEMS.where(_MINE.id.in_(given)).order_by(_MINE.public_id))


def expire(connection: Connection, now: datetime) -> list[Touched]:
    """What nobody looks at any more is new again, for all tenants."""
    over = (_MINE.state == CLAIMED, _MINE.claim_expires_at <= now)
    back = update(intake_item).where(*over).values(**_FREE, version=_MINE.version + 1)
    found = connection.execute(back.returning(_MINE.public_id, _MINE.team, _MINE.tenant_id))
    return [
        Touched("intake", row.public_id, frozenset({row.team}), frozenset(), row.tenant_id)
        for row in found
    ]


def held(operation: Operation, ref: str) -> dict[str, Any]:
    """The item, locked, that whoever acts has claimed. Raises NotClaimedError and the like."""
    row = rows.locked(operation.connection, ref, operation.tenant)
    if row["state"] != CLAIMED or row["claimed_by"] != operation.act.by:
        if row["state"] == CLAIMED:
            raise AlreadyClaimedError(row["claimed_by"], CLAIMED)
        if row["state"] == NEW:
            raise NotClaimedError("claim the item first")
        raise AlreadyClaimedError("", row["state"])
    return row


def note(operation: Operation, what: str, ref: str, **facts: Any) -> None:  # noqa: ANN401
    """Write it down: names and public ids only."""
    act = operation.act
    if operation.tenant != 1:
        facts["tenant"] = operation.tenant
    row = AuditRow(act.at, act.by, what, f"intake:{ref}", act.reason, facts=facts)
    audit(operation.connection, row)


def _give(operation: Operation, row_id: int, to: str) -> None:
    act = operation.act
    given = {
        "state": CLAIMED,
        "claimed_by": to,
        "claimed_at": act.at,
        "claim_expires_at": act.at + _ASSIGNED,
        "assigned_by": act.by,
        "version": _MINE.version + 1,
    }
    _write(operation, (_MINE.id == row_id,), given)


def _loads(
    connection: Connection, people: Sequence[str], tenant: int
) -> dict[str, tuple[int, float]]:
    """How many items each has, and when he got his last one."""
    question = (
        select(_MINE.claimed_by, func.count().label("many"), func.max(_MINE.claimed_at).label("at"))
        .where(_MINE.tenant_id == tenant, _MINE.state == CLAIMED, _MINE.claimed_by.in_(people))
        .group_by(_MINE.claimed_by)
    )
    found = dict.fromkeys(people, (0, 0.0))
    for row in connection.execute(question):
        found[row.claimed_by] = (row.many, row.at.timestamp() if row.at else 0.0)
    return found


def _write(
    operation: Operation, which: Sequence[ColumnElement[bool]], columns: Mapping[str, Any]
) -> bool:
    done = operation.connection.execute(update(intake_item).where(*which).values(columns))
    return bool(done.rowcount)


def _taken(operation: Operation, ref: str) -> AlreadyClaimedError:
    row = rows.by_ref(operation.connection, ref, operation.tenant)
    if row is None:
        raise NotFoundError("there is no such item")
    return AlreadyClaimedError(row.claimed_by if row.state == CLAIMED else "", row.state)


def _shown(operation: Operation, ref: str) -> ItemRow:
    found = rows.by_ref(operation.connection, ref, operation.tenant)
    if found is None:
        raise NotFoundError("there is no such item")
    return found
