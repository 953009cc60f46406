"""Targets set by hand, promises looked up anew, and whether the stored clocks are right."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from ivr.domain.errors import NotAllowedError, NotFoundError, NotValidError
from ivr.store.tables import sla_clock, ticket
from ivr.store.tickets.changing import store
from ivr.store.tickets.clocks.facts import facts_of
from ivr.store.tickets.clocks.ledgers import clock_ids, clocks_of, happen, load, refresh
from ivr.store.tickets.clocks.rows import cached, fired_of, written_key
from ivr.store.tickets.refs import locked, locked_row
from ivr.tickets.sla.happenings import Reviewed, TargetSet
from ivr.tickets.states import STOPPED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

    from ivr.store.tickets.operation import Operation

MOST_S = 10 * 366 * 86_400
"""Longest target in seconds: ten years."""


def set_target(operation: Operation, ref: str, clock: str, target_s: int, recount: bool) -> str:
    """Give a clock another target; gives the number of the ticket."""
    if recount and not operation.act.supervisor:
        raise NotAllowedError("only a supervisor has a clock counted again")
    if not operation.act.reason or not 0 < target_s <= MOST_S:
        raise NotValidError("a target is set with a reason, from one second to ten years")
    row = locked(operation.connection, ref, operation.tenant)
    keys = {written_key(key): key for key in clock_ids(operation.connection, row["id"])}
    if clock not in keys:
        raise NotFoundError(f"ticket {row['number']} has no clock {clock}")
    act = operation.act
    wish = TargetSet(act.at, keys[clock], target_s, act.reason, act.by, recount)
    columns = happen(operation, row, [wish], facts_of(operation, row))
    store(operation, row, {**row, **columns, "version": row["version"] + 1})
    operation.audit("ticket.target", row["number"], [clock])
    return str(row["number"])


def under_way(connection: Connection) -> list[tuple[int, int]]:
    """(tenant, row id) of every ticket whose clocks may still count."""
    going_on = ticket.c.state_type.notin_(sorted(STOPPED))
    question = select(ticket.c.tenant_id, ticket.c.id).where(going_on).order_by(ticket.c.id)
    return [(row.tenant_id, row.id) for row in connection.execute(question)]


def review(operation: Operation, ticket_id: int) -> bool:
    """Look the promises of one ticket up anew; whether that wrote anything into its ledgers."""
    row = locked_row(operation.connection, ticket_id)
    before = _lines(operation, ticket_id)
    columns = happen(operation, row, [Reviewed(operation.act.at)], facts_of(operation, row))
    store(operation, row, {**row, **columns})
    _refresh(operation, row)
    return _lines(operation, ticket_id) != before


def drifting(operation: Operation, row: dict[str, Any]) -> Iterator[str]:
    """What of a ticket's stored clocks is not what their ledgers add up to."""
    clocks = load(operation, row)
    ids = clock_ids(operation.connection, row["id"])
    question = select(sla_clock).where(sla_clock.c.ticket_id == row["id"])
    stored = {each["id"]: each for each in operation.connection.execute(question).mappings()}
    for key, clock in clocks.clocks.items():
        done = fired_of(operation.connection, ids[key])
        for name, value in cached(operation, clock, done).items():
            if stored[ids[key]][name] != value:
                yield f"{written_key(key)} {name}"
    if row["due_at"] != clocks.due_at:
        yield "due_at"


def _lines(operation: Operation, ticket_id: int) -> int:
    mine = sla_clock.c
    question = select(func.coalesce(func.sum(mine.last_seq), 0)).where(mine.ticket_id == ticket_id)
    return int(operation.connection.scalar(question) or 0)


def _refresh(operation: Operation, row: dict[str, Any]) -> None:
    """Other levels of escalation may come at other times, without a line in any ledger."""
    ids = clock_ids(operation.connection, row["id"])
    for key, clock in clocks_of(operation, row["id"]).items():
        if clock.state.running:
            refresh(operation, clock, ids[key])
