"""The clocks of a ticket in the database: read, moved on by what happens, written back.

The ledger is only ever added to. The columns of `sla_clock` and the `course` of the ticket are what
the ledger and the happenings come to, kept so that lists and timers need not count.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, select, update

from ivr.store.tables import sla_clock, sla_clock_event, ticket
from ivr.store.tickets.clocks.rows import (
    cached,
    event_of,
    fired_of,
    key_of,
    line_columns,
    read_course,
    write_course,
    written_key,
)
from ivr.tickets.sla.following import TicketClocks, follow, new_lines, open_ticket
from ivr.tickets.sla.writing import read

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sqlalchemy import Connection

    from ivr.store.tickets.operation import Operation
    from ivr.tickets.sla.facts import Facts
    from ivr.tickets.sla.happenings import Happening, Opened
    from ivr.tickets.sla.ledger import LedgerEvent
    from ivr.tickets.sla.writing import Clock, Key


def begin(operation: Operation, ticket_id: int, opened: Opened, facts: Facts) -> dict[str, Any]:
    """Start the clocks of a new ticket; gives the columns of the ticket that follow from them."""
    after = open_ticket(opened, facts, operation.house)
    return save(operation, ticket_id, None, after)


def happen(
    operation: Operation, row: Mapping[str, Any], happenings: Iterable[Happening], facts: Facts
) -> dict[str, Any]:
    """Move the clocks on; gives the columns of the ticket that follow from them.

    row: of the ticket, locked. facts: of the ticket as it is after the happenings.
    """
    before = load(operation, row)
    after = before
    for each in happenings:
        after = follow(after, each, facts, operation.house)
    return save(operation, row["id"], before, after)


def load(operation: Operation, row: Mapping[str, Any]) -> TicketClocks:
    """The clocks of a ticket with their ledgers."""
    return TicketClocks(read_course(row["course"]), clocks_of(operation, row["id"]))


def clocks_of(operation: Operation, ticket_id: int) -> dict[Key, Clock]:
    """Every clock of a ticket by its key, ended ones included."""
    connection = operation.connection
    rows = connection.execute(
        select(sla_clock).where(sla_clock.c.ticket_id == ticket_id).order_by(sla_clock.c.id)
    ).mappings()
    keys = {row["id"]: key_of(row) for row in rows}
    ledgers: dict[int, list[LedgerEvent]] = defaultdict(list)
    events = (
        select(sla_clock_event)
        .where(sla_clock_event.c.clock_id.in_(keys))
        .order_by(sla_clock_event.c.clock_id, sla_clock_event.c.seq)
    )
    for event in connection.execute(events).mappings():
        ledgers[event["clock_id"]].append(event_of(event))
    calendars = operation.revisions
    return {key: read(key, ledgers[row_id], calendars) for row_id, key in keys.items()}


def save(
    operation: Operation, ticket_id: int, before: TicketClocks | None, after: TicketClocks
) -> dict[str, Any]:
    """Write new lines and what they come to, tell of breaches; gives the columns of the ticket."""
    lines = new_lines(before, after)
    _keep_calendars(operation, [event for _, event in lines])
    ids = clock_ids(operation.connection, ticket_id) if lines else {}
    for key in dict.fromkeys(key for key, _ in lines):
        ids[key] = _write(operation, ticket_id, after.clocks[key], ids.get(key))
    rows = [{"clock_id": ids[key], **line_columns(event)} for key, event in lines]
    if rows:
        operation.connection.execute(insert(sla_clock_event), rows)
    breaches = [(key, event) for key, event in lines if event.kind == "breach"]
    if breaches:
        _tell(operation, ticket_id, breaches)
    return {"course": write_course(after.course), "due_at": after.due_at}


def refresh(operation: Operation, clock: Clock, clock_id: int) -> None:
    """Write what a clock comes to again, such as after a level of escalation was fired."""
    columns = cached(operation, clock, fired_of(operation.connection, clock_id))
    same = sla_clock.c.id == clock_id
    operation.connection.execute(update(sla_clock).where(same).values(columns))


def _write(operation: Operation, ticket_id: int, clock: Clock, known: int | None) -> int:
    if known is not None:
        refresh(operation, clock, known)
        return known
    key = clock.key
    named = {"kind": key.kind, "metric": key.metric, "instance": key.instance}
    row = {"ticket_id": ticket_id, **named, **cached(operation, clock)}
    made = insert(sla_clock).values(row).returning(sla_clock.c.id)
    return int(operation.connection.execute(made).scalar_one())


def _tell(
    operation: Operation, ticket_id: int, breaches: Sequence[tuple[Key, LedgerEvent]]
) -> None:
    its = select(ticket.c.public_id, ticket.c.number).where(ticket.c.id == ticket_id)
    public_id, number = operation.connection.execute(its).one()
    for key, event in breaches:
        data = {
            "number": number,
            "metric": key.metric,
            "clock": written_key(key),
            "target_s": event.target_s,
            "breached_at": event.at.isoformat(),
        }
        operation.tell("sla.breached", public_id, data)


def clock_ids(connection: Connection, ticket_id: int) -> dict[Key, int]:
    """The row of each clock of a ticket."""
    rows = connection.execute(select(sla_clock).where(sla_clock.c.ticket_id == ticket_id))
    return {key_of(row): row["id"] for row in rows.mappings()}


def _keep_calendars(operation: Operation, events: Iterable[LedgerEvent]) -> None:
    revisions = operation.revisions
    for key in dict.fromkeys(event.calendar for event in events if event.calendar):
        revisions.keep(key, operation.act.at)
