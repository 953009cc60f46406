"""Two customers become one, and two again: every changed row is journalled before it changes.

What changes is decided by `ivr/tickets/merging.py`; here it is read, written and told.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Row, func, insert, or_, select, update

from ivr.domain.errors import IllegalTransitionError, NotFoundError
from ivr.runtime.ports.merges import Conflict, MergeRow, Undone
from ivr.store.customers.references import (
    merged_into,
    outward,
    references,
    rows_named,
    rows_of,
    write,
)
from ivr.store.customers.resolving import named, need
from ivr.store.tables import customer, customer_merge, customer_merge_item, identity_candidate
from ivr.tickets.merging import (
    AlreadyMergedError,
    Item,
    Merge,
    plan_merge,
    plan_undo,
    read_item,
    survivor_of,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Select

    from ivr.store.customers.work import Work

AUTOMATIC = "automatic: "
"""Reasons of merges that nobody was asked about begin so."""
_SURVIVOR, _LOSER = customer.alias("survivor"), customer.alias("loser")
_MERGE = (
    *customer_merge.c,
    _SURVIVOR.c.public_id.label("survivor_public_id"),
    _LOSER.c.public_id.label("loser_public_id"),
    select(func.count())
    .where(customer_merge_item.c.merge_id == customer_merge.c.id)
    .scalar_subquery()
    .label("moved"),
)


def merge(work: Work, survivor: str, loser: str, reason: str) -> MergeRow:
    """The loser goes into the survivor, as a person says."""
    return merge_rows(work, _exactly(work, survivor), _exactly(work, loser), reason)


def merge_rows(work: Work, survivor: int, loser: int, reason: str) -> MergeRow:
    """The loser goes into the survivor, or into what that has gone into."""
    into = survivor_of(survivor, loser, merged_into(work.connection, [survivor, loser]))
    ends = _locked(work.connection, into, loser)
    chain = merged_into(work.connection, [survivor, loser])
    known = references(work.at, work.act.by)
    rows = rows_of(work.connection, known, loser, into)
    plan = plan_merge(survivor, loser, chain, known, rows)
    if plan.survivor != into:
        raise AlreadyMergedError("one of the customers was merged at this moment; try again")
    key = _begin(work, into, loser, reason)
    for change in plan.writes:
        write(work.connection, change)
    _journal(work.connection, key, plan.items)
    told = {"survivor": ends[into], "loser": ends[loser]}
    work.tell("customer.merged", ends[into], told)
    work.audit("customer.merge", ends[into], loser=ends[loser], moved=len(plan.items))
    return _merge_row(work.connection, key)


def undo(work: Work, ref: str) -> Undone:
    """Everything back that nobody has changed since."""
    row = work.connection.execute(_named(work.tenant, ref)).one_or_none()
    if row is None:
        raise NotFoundError("there is no such merge")
    ends = _locked(work.connection, row.survivor_id, row.loser_id)
    row = work.connection.execute(_named(work.tenant, ref)).one()
    items = _items(work.connection, row.id)
    known = references(work.at, work.act.by)
    crowd = [one for one in known if one.unique]
    rows = {
        (one.table, one.id): one
        for one in (
            *rows_of(work.connection, crowd, row.loser_id, row.survivor_id),
            *rows_named(work.connection, [(item.table, item.row_id) for item in items]),
        )
    }
    merges = _merges(work.connection, row.survivor_id, row.loser_id)
    plan = plan_undo(_known(row), merges, items, known, rows.values())
    for change in plan.writes:
        write(work.connection, change)
    _end(work, row)
    told = {"survivor": ends[row.survivor_id], "restored": ends[row.loser_id]}
    work.tell("customer.updated", ends[row.survivor_id], {**told, "changed": ["merge_undone"]})
    conflicts = tuple(
        Conflict(one.table, outward(work.connection, one.table, one.row_id), one.reason)
        for one in plan.conflicts
    )
    work.audit("customer.unmerge", ends[row.survivor_id], restored=ends[row.loser_id])
    return Undone(_merge_row(work.connection, row.id), len(plan.writes), conflicts)


def merges_of(ref: str, tenant: int, connection: Connection) -> list[MergeRow]:
    """The merges of a customer, under the id he was given or the one he has now."""
    ids = {
        need(connection, tenant, ref).id,
        connection.scalar(select(customer.c.id).where(named(tenant, ref))),
    }
    question = _question().where(
        or_(
            customer_merge.c.survivor_id.in_(sorted(ids)),
            customer_merge.c.loser_id.in_(sorted(ids)),
        )
    )
    rows = connection.execute(question.order_by(customer_merge.c.id.desc()))
    return [_shown(row) for row in rows]


def _exactly(work: Work, ref: str) -> int:
    """The customer with this id or number himself, also if he was merged into another."""
    found = work.connection.scalar(select(customer.c.id).where(named(work.tenant, ref)))
    if found is None:
        raise NotFoundError("there is no such customer")
    return int(found)


def _locked(connection: Connection, *ids: int) -> Mapping[int, str]:
    """The public ids of these customers, locked in the order of their rows."""
    question = select(customer).where(customer.c.id.in_(ids)).order_by(customer.c.id)
    rows = connection.execute(question.with_for_update()).all()
    if any(row.anonymized_at is not None for row in rows):
        raise IllegalTransitionError("an erased customer is neither merged nor restored")
    if len({row.tenant_id for row in rows}) > 1:
        raise NotFoundError("there is no such customer")
    return {row.id: row.public_id for row in rows}


def _begin(work: Work, survivor: int, loser: int, reason: str) -> int:
    row = {
        "tenant_id": work.tenant,
        "public_id": work.house.new_id(),
        "survivor_id": survivor,
        "loser_id": loser,
        "at": work.at,
        "by": work.act.by,
        "reason": reason,
        "undone_by": "",
    }
    made = insert(customer_merge).values(row).returning(customer_merge.c.id)
    return int(work.connection.execute(made).scalar_one())


def _journal(connection: Connection, merge_id: int, items: Sequence[Item]) -> None:
    stored = [(number, item, *item.stored()) for number, item in enumerate(items, 1)]
    rows = [
        {
            "merge_id": merge_id,
            "seq": number,
            "table_name": item.table,
            "row_id": item.row_id,
            "before": before,
            "after": after,
        }
        for number, item, before, after in stored
    ]
    connection.execute(insert(customer_merge_item), rows)


def _items(connection: Connection, merge_id: int) -> list[Item]:
    question = select(customer_merge_item).where(customer_merge_item.c.merge_id == merge_id)
    rows = connection.execute(question.order_by(customer_merge_item.c.seq))
    return [read_item(row.table_name, row.row_id, row.before, row.after) for row in rows]


def _merges(connection: Connection, *ids: int) -> list[Merge]:
    either = or_(customer_merge.c.survivor_id.in_(ids), customer_merge.c.loser_id.in_(ids))
    return [_known(row) for row in connection.execute(select(customer_merge).where(either))]


def _known(row: Row[Any]) -> Merge:
    return Merge(row.id, row.survivor_id, row.loser_id, row.undone_at is not None)


def _end(work: Work, row: Row[Any]) -> None:
    """The merge is undone. What was merged without asking shall not be merged so again."""
    done = update(customer_merge).where(customer_merge.c.id == row.id)
    work.connection.execute(done.values(undone_at=work.at, undone_by=work.act.by))
    if not row.reason.startswith(AUTOMATIC):
        return
    a, b = sorted((row.survivor_id, row.loser_id))
    refused = {"state": "rejected", "decided_at": work.at, "decided_by": work.act.by}
    same = (identity_candidate.c.a_id == a) & (identity_candidate.c.b_id == b)
    change = update(identity_candidate).where(same).values(refused)
    if work.connection.execute(change).rowcount:
        return
    pair = {"tenant_id": row.tenant_id, "a_id": a, "b_id": b, "score": 0, "evidence": []}
    pair |= {"public_id": work.house.new_id(), "at": work.at}
    work.connection.execute(insert(identity_candidate).values({**pair, **refused}))


def _question() -> Select[Any]:
    return (
        select(*_MERGE)
        .join(_SURVIVOR, _SURVIVOR.c.id == customer_merge.c.survivor_id)
        .join(_LOSER, _LOSER.c.id == customer_merge.c.loser_id)
    )


def _named(tenant: int, ref: str) -> Select[Any]:
    return select(customer_merge).where(
        customer_merge.c.tenant_id == tenant, customer_merge.c.public_id == ref
    )


def _merge_row(connection: Connection, key: int) -> MergeRow:
    return _shown(connection.execute(_question().where(customer_merge.c.id == key)).one())


def _shown(row: Row[Any]) -> MergeRow:
    return MergeRow(
        id=row.public_id,
        survivor=row.survivor_public_id,
        loser=row.loser_public_id,
        at=row.at,
        by=row.by,
        reason=row.reason,
        moved=row.moved,
        undone_at=row.undone_at,
        undone_by=row.undone_by,
    )
