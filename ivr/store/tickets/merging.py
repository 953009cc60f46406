"""Two tickets about one matter: the one points to the other, and all of it can be taken back.

Nothing is moved. The clocks of the one that goes stand still, those of the one that stays keep the
earlier of two promises.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, select, update

from ivr.domain.errors import IllegalTransitionError
from ivr.store.tables import ticket, ticket_merge
from ivr.store.tickets import refs
from ivr.store.tickets.changing import remember, store, write
from ivr.store.tickets.clocks.ledgers import load, save
from ivr.store.tickets.moving import columns_after, status_of
from ivr.store.tickets.rows import outline
from ivr.tickets.merging import MOST_HOPS, AlreadyMergedError, survivor_of
from ivr.tickets.sla.merging import absorb, release
from ivr.tickets.states import MERGED, check_move, default_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Connection, Select

    from ivr.store.tickets.operation import Operation


def merge(operation: Operation, ref: str, into: str) -> int:
    """Merge a ticket into another; gives the row id of the one that stays, always the root.

    Raises AlreadyMergedError, TicketStateError.
    """
    loser, survivor = _both(operation, ref, into)
    before = status_of(operation, loser["status"], loser["state_type"])
    after = default_of(MERGED)
    kind = check_move(before, after, operation.catalogue.statuses.values())
    lost, kept = load(operation, loser), load(operation, survivor)
    kept_after = absorb(kept, lost, loser["number"], operation.act.at, operation.house)
    _touch(operation, survivor, save(operation, survivor["id"], kept, kept_after))
    columns = columns_after(operation, loser, after, kind)
    merged = write(operation, loser, {**columns, "merged_into": survivor["id"]})
    _journal(operation, loser, survivor)
    _say(operation, loser["id"], survivor, ("", survivor["number"]), loser["number"])
    data = {**outline(operation, merged), "into": survivor["number"]}
    operation.tell("ticket.merged", loser["public_id"], data)
    return int(survivor["id"])


def unmerge(operation: Operation, ref: str) -> int:
    """Take a merge back; gives the row id of the ticket that had gone, in the state it had."""
    loser = refs.locked(operation.connection, ref, operation.tenant, follow=False)
    merged = operation.connection.execute(_last_merge(loser["id"])).one_or_none()
    if loser["merged_into"] is None or merged is None:
        raise IllegalTransitionError(f"ticket {loser['number']} is not merged into another one")
    survivor = refs.locked_row(operation.connection, merged.survivor_id)
    kept = load(operation, survivor)
    kept_after = release(kept, loser["number"], operation.act.at, operation.house)
    _touch(operation, survivor, save(operation, survivor["id"], kept, kept_after))
    write(operation, loser, _former(merged.before))
    same = update(ticket_merge).where(ticket_merge.c.id == merged.id)
    done = {"undone_at": operation.act.at, "undone_by": operation.act.by}
    operation.connection.execute(same.values(done))
    _say(operation, loser["id"], survivor, (survivor["number"], ""), loser["number"])
    return int(loser["id"])


def _both(operation: Operation, ref: str, into: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """The ticket that goes and the root of the one that stays, both locked, in the order of ids."""
    connection, tenant = operation.connection, operation.tenant
    loser_id = refs.must_root(connection, ref, tenant, follow=False)
    target_id = refs.must_root(connection, into, tenant, follow=False)
    around = _around(connection, loser_id, target_id)
    survivor_id = survivor_of(target_id, loser_id, around, "tickets")
    rows = {key: refs.locked_row(connection, key) for key in sorted((loser_id, survivor_id))}
    if any(row["merged_into"] is not None for row in rows.values()):
        raise AlreadyMergedError("one of the tickets was merged at this moment")
    return rows[loser_id], rows[survivor_id]


def _around(connection: Connection, loser_id: int, target_id: int) -> dict[int, int | None]:
    """Where both have gone, and what has gone into the loser."""
    found: dict[int, int | None] = {}
    for start in (loser_id, target_id):
        here: int | None = start
        while here is not None and here not in found:
            into = select(ticket.c.merged_into).where(ticket.c.id == here)
            found[here] = connection.scalar(into)
            here = found[here]
    layer = [loser_id]
    for _hop in range(MOST_HOPS + 1):
        below = select(ticket.c.id, ticket.c.merged_into).where(ticket.c.merged_into.in_(layer))
        fresh = {each.id: each.merged_into for each in connection.execute(below)}
        found |= fresh
        layer = list(fresh)
        if not layer:
            break
    return found


def _journal(operation: Operation, loser: Mapping[str, Any], survivor: Mapping[str, Any]) -> None:
    """What the ticket that goes has been, to be given back to it."""
    close_at = loser["close_at"]
    row = {
        "loser_id": loser["id"],
        "survivor_id": survivor["id"],
        "at": operation.act.at,
        "by": operation.act.by,
        "reason": operation.act.reason,
        "before": {
            "status": loser["status"],
            "state_type": loser["state_type"],
            "close_at": close_at.isoformat() if close_at else None,
        },
        "undone_by": "",
    }
    operation.connection.execute(insert(ticket_merge).values(row))


def _former(before: Mapping[str, Any]) -> dict[str, Any]:
    close_at = before["close_at"]
    return {
        "status": before["status"],
        "state_type": before["state_type"],
        "close_at": datetime.fromisoformat(close_at) if close_at else None,
        "merged_into": None,
    }


def _last_merge(loser_id: int) -> Select[Any]:
    mine = ticket_merge.c
    its = select(ticket_merge).where(mine.loser_id == loser_id, mine.undone_at.is_(None))
    return its.order_by(mine.id.desc()).limit(1)


def _touch(operation: Operation, row: Mapping[str, Any], columns: Mapping[str, Any]) -> None:
    """Write what the clocks of the ticket that stays come to; somebody who read it reads again."""
    at = operation.act.at
    store(operation, row, {**row, **columns, "version": row["version"] + 1, "last_activity_at": at})


def _say(
    operation: Operation,
    loser_id: int,
    survivor: Mapping[str, Any],
    pointed: tuple[str, str],
    number: str,
) -> None:
    """Both histories tell of it."""
    remember(operation, loser_id, "merged_into", *pointed)
    came, went = (number if each else "" for each in pointed)
    remember(operation, survivor["id"], "merged", came, went)
    what = "ticket.merge" if went else "ticket.unmerge"
    operation.audit(what, number, [survivor["number"]])
