"""Clocks that come due: breaches are noted, levels of escalation fire once, solved tickets close.

Each ticket is one transaction: the level, its notices and what it sets are written together, so
after a crash it has happened whole or it happens again whole.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import func, insert, select

from ivr.domain.plain import plain_text
from ivr.runtime.ports.tickets import NOTICE, Ticked
from ivr.store.tables import customer, escalation_fired, outbox_message, sla_clock, ticket
from ivr.store.tickets.changing import apply, store
from ivr.store.tickets.clocks.ledgers import clock_ids, clocks_of, load, refresh, save
from ivr.store.tickets.clocks.rows import fired_of, rule_word, rules_of, written_key
from ivr.store.tickets.due.people import HousePeople
from ivr.store.tickets.refs import locked_row
from ivr.tickets.escalation import Concerned, Fired, addressed, changes, passed, send_at
from ivr.tickets.sla.following import TicketClocks, tick
from ivr.tickets.sla.writing import Clock, Line, write
from ivr.tickets.states import CLOSED, RESOLVED, default_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from ivr.store.tickets.operation import Operation

MOST = 500
"""Tickets that one tick looks at; more wait for the next."""


def ripe(connection: Connection, now: datetime) -> list[tuple[int, int]]:
    """(tenant, row id) of tickets with a clock to look at now, the one waiting longest first."""
    first = func.min(sla_clock.c.next_at)
    question = (
        select(ticket.c.tenant_id, ticket.c.id)
        .join(sla_clock, sla_clock.c.ticket_id == ticket.c.id)
        .where(sla_clock.c.next_at <= now)
        .group_by(ticket.c.tenant_id, ticket.c.id)
        .order_by(first, ticket.c.id)
        .limit(MOST)
    )
    return [(row.tenant_id, row.id) for row in connection.execute(question)]


def closing(connection: Connection, now: datetime) -> list[tuple[int, int]]:
    """(tenant, row id) of the solved tickets whose time to close has come."""
    question = select(ticket.c.tenant_id, ticket.c.id).where(ticket.c.close_at <= now)
    rows = connection.execute(question.order_by(ticket.c.close_at, ticket.c.id).limit(MOST))
    return [(row.tenant_id, row.id) for row in rows]


def next_due(connection: Connection) -> datetime | None:
    """When something is to be done next: a breach, a level of escalation or a closing."""
    times = (
        connection.scalar(select(func.min(sla_clock.c.next_at))),
        connection.scalar(select(func.min(ticket.c.close_at))),
    )
    return min((each for each in times if each is not None), default=None)


def close(operation: Operation, ticket_id: int) -> str:
    """Close a solved ticket; gives its number, "" if it is not to be closed any more."""
    row = locked_row(operation.connection, ticket_id)
    due = row["close_at"]
    if row["state_type"] != RESOLVED or due is None or due > operation.act.at:
        return ""
    apply(operation, row, {"status": default_of(CLOSED).code})
    return str(row["number"])


def tick_ticket(operation: Operation, ticket_id: int) -> Ticked:
    """Note the breaches of one ticket and fire what has come of its escalations."""
    row = locked_row(operation.connection, ticket_id)
    before = load(operation, row)
    settled = tick(before, operation.act.at, operation.house)
    late = _breached(before, settled, row)
    ids = clock_ids(operation.connection, ticket_id)
    fired: list[Fired] = []
    for key, clock in settled.clocks.items():
        levels = _levels(operation, row, clock, ids[key])
        settled = _warned(operation, settled, clock, levels)
        _keep(operation, row, clock, ids[key], levels)
        fired += levels
    columns = save(operation, ticket_id, before, settled)
    store(operation, row, {**row, **columns})
    _set(operation, ticket_id, fired)
    for key, clock in clocks_of(operation, ticket_id).items():
        refresh(operation, clock, ids[key])
    return Ticked(late, len(fired))


def _breached(
    before: TicketClocks, after: TicketClocks, row: Mapping[str, Any]
) -> tuple[tuple[str, str], ...]:
    return tuple(
        (row["number"], key.metric)
        for key, clock in after.clocks.items()
        if len(clock.ledger) > len(before.clocks[key].ledger)
    )


def _levels(
    operation: Operation, row: Mapping[str, Any], clock: Clock, clock_id: int
) -> tuple[Fired, ...]:
    """The levels of a clock that have come by now and were not fired yet, with whom to tell."""
    rules = rules_of(operation, clock)
    if not rules or not clock.state.open:
        return ()
    done = fired_of(operation.connection, clock_id)
    counted = clock.state.counted(operation.act.at, operation.revisions)
    found = passed(clock.state, rules, done, counted)
    concerned = Concerned(row["assignee"], row["team"], _customer(operation, row))
    return addressed(found, rules, done, concerned, HousePeople(operation))


def _warned(
    operation: Operation, clocks: TicketClocks, clock: Clock, levels: Sequence[Fired]
) -> TicketClocks:
    for each in levels:
        data = {"level": f"{each.policy}/{each.level}/{each.n}", "outcome": each.outcome}
        clock = write(clock, Line("warn", operation.act.at, data=data), operation.revisions)
    return TicketClocks(clocks.course, {**clocks.clocks, clock.key: clock})


def _keep(
    operation: Operation,
    row: Mapping[str, Any],
    clock: Clock,
    clock_id: int,
    levels: Sequence[Fired],
) -> None:
    """The rows by which a level never fires twice, its notices, and the event."""
    for each in levels:
        line = {
            "clock_id": clock_id,
            "rule": rule_word((each.policy, each.level, each.n)),
            "n": each.n,
            "at": operation.act.at,
            "outcome": each.outcome,
            "detail": "; ".join(each.why),
        }
        operation.connection.execute(insert(escalation_fired).values(line))
        if each.outcome != "sent":
            continue
        facts = _facts(row, clock, each)
        operation.tell("sla.warned", row["public_id"], facts)
        _notify(operation, row, clock, each, facts)


def _notify(
    operation: Operation,
    row: Mapping[str, Any],
    clock: Clock,
    fired: Fired,
    facts: Mapping[str, object],
) -> None:
    """One message for each recipient and way; it waits until the hours of the clock are open."""
    hours = operation.revisions[clock.state.calendar]
    at = send_at(fired.rule, row["emergency"], hours, operation.act.at)
    recipients = (*fired.people, *(("customer",) if fired.customer else ()))
    ways = [way for way in fired.rule.by if way != "webhook"]
    rows = [
        {
            "event_id": operation.new_id(),
            "type": NOTICE,
            "payload": plain_text({**facts, "to": to, "way": way}, "a notice"),
            "state": "pending",
            "attempts": 0,
            "next_at": at,
            "reason": "",
        }
        for to in recipients
        for way in ways
    ]
    if rows and at is not None:
        operation.connection.execute(insert(outbox_message), rows)


def _facts(row: Mapping[str, Any], clock: Clock, fired: Fired) -> dict[str, object]:
    due = clock.state.due_at
    return {
        "tenant": row["tenant_id"],
        "ticket": row["public_id"],
        "number": row["number"],
        "clock": written_key(clock.key),
        "metric": clock.key.metric,
        "policy": fired.policy,
        "level": fired.level,
        "n": fired.n,
        "percent": fired.rule.at_percent,
        "due_at": due.isoformat() if due else "",
        "emergency": row["emergency"],
    }


def _set(operation: Operation, ticket_id: int, fired: Sequence[Fired]) -> None:
    """Set what the levels set, such as a higher priority."""
    wanted = changes(fired)
    if wanted:
        apply(operation, locked_row(operation.connection, ticket_id), wanted)


def _customer(operation: Operation, row: Mapping[str, Any]) -> str:
    question = select(customer.c.public_id).where(customer.c.id == row["customer_id"])
    return str(operation.connection.scalar(question) or "") if row["customer_id"] else ""
