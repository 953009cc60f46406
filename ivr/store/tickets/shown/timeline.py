"""The life of a ticket in one list, with that of the tickets that were merged into it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from ivr.runtime.ports.tickets import (
    ArticleRow,
    ChangeRow,
    ClockLine,
    ClockRow,
    ContactLink,
    TimelineItem,
)
from ivr.store.tables import (
    interaction,
    sla_clock,
    sla_clock_event,
    ticket,
    ticket_article,
    ticket_change,
    ticket_interaction,
)
from ivr.store.tickets.articles import ARTICLES, read
from ivr.store.tickets.clocks.rows import key_of, written_key
from ivr.store.tickets.refs import must_root
from ivr.tickets.merging import MOST_HOPS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sqlalchemy import Connection, RowMapping

    from ivr.store.tickets.operation import Operation

_ORDER: Mapping[type, int] = {ContactLink: 0, ArticleRow: 1, ChangeRow: 2, ClockLine: 3}
"""What comes first of what happened at one moment: its cause before what followed."""


def timeline(operation: Operation, ref: str) -> list[TimelineItem]:
    """Everything of a ticket and of those merged into it, oldest first."""
    connection = operation.connection
    numbers = family(connection, must_root(connection, ref, operation.tenant))
    found = [
        *_articles(connection, numbers),
        *_changes(connection, numbers),
        *_contacts(connection, numbers),
        *_lines(connection, numbers),
    ]
    return sorted(found, key=lambda each: (each.at, _ORDER[type(each.what)]))


def articles(operation: Operation, ref: str) -> list[ArticleRow]:
    """What was said on a ticket and on those merged into it, oldest first."""
    connection = operation.connection
    numbers = family(connection, must_root(connection, ref, operation.tenant))
    return [each.what for each in _articles(connection, numbers)]  # type: ignore[misc]


def clocks(operation: Operation, ref: str) -> list[ClockRow]:
    """The clocks of a ticket itself, as they were started."""
    connection = operation.connection
    found = must_root(connection, ref, operation.tenant)
    question = select(sla_clock).where(sla_clock.c.ticket_id == found).order_by(sla_clock.c.id)
    return [_clock(row) for row in connection.execute(question).mappings()]


def family(connection: Connection, root: int) -> dict[int, str]:
    """The row and number of a ticket and of all that were merged into it, it first."""
    columns = (ticket.c.id, ticket.c.number)
    layer = connection.execute(select(*columns).where(ticket.c.id == root)).all()
    found: dict[int, str] = {}
    for _hop in range(MOST_HOPS + 1):
        found |= {each.id: each.number for each in layer}
        ids = [each.id for each in layer]
        below = select(*columns).where(ticket.c.merged_into.in_(ids)).order_by(ticket.c.id)
        layer = connection.execute(below).all() if ids else []
    return found


def _articles(connection: Connection, numbers: Mapping[int, str]) -> list[TimelineItem]:
    mine = ticket_article.c
    question = ARTICLES.where(mine.ticket_id.in_(numbers)).order_by(mine.at, mine.id)
    return [TimelineItem(each.at, each.ticket, each) for each in read(connection, question)]


def _changes(connection: Connection, numbers: Mapping[int, str]) -> Iterator[TimelineItem]:
    mine = ticket_change.c
    question = select(ticket_change).where(mine.ticket_id.in_(numbers)).order_by(mine.id)
    for row in connection.execute(question).mappings():
        names = ("at", "by", "field", "before", "after", "reason")
        change = ChangeRow(**{name: row[name] for name in names})
        yield TimelineItem(row["at"], numbers[row["ticket_id"]], change)


def _contacts(connection: Connection, numbers: Mapping[int, str]) -> Iterator[TimelineItem]:
    mine = ticket_interaction.c
    question = (
        select(ticket_interaction, interaction.c.public_id, interaction.c.medium)
        .join(interaction, interaction.c.id == mine.interaction_id)
        .where(mine.ticket_id.in_(numbers))
        .order_by(mine.id)
    )
    for row in connection.execute(question).mappings():
        link = ContactLink(row["public_id"], row["role"], row["at"], row["medium"])
        yield TimelineItem(row["at"], numbers[row["ticket_id"]], link)


def _lines(connection: Connection, numbers: Mapping[int, str]) -> Iterator[TimelineItem]:
    its = sla_clock.c.ticket_id.in_(numbers)
    clocks = {row["id"]: row for row in connection.execute(select(sla_clock).where(its)).mappings()}
    mine = sla_clock_event.c
    question = (
        select(sla_clock_event)
        .join(sla_clock, sla_clock.c.id == mine.clock_id)
        .where(its)
        .order_by(mine.id)
    )
    for row in connection.execute(question).mappings():
        clock = clocks[row["clock_id"]]
        yield TimelineItem(row["at"], numbers[clock["ticket_id"]], _line(row, clock))


def _line(row: RowMapping, clock: RowMapping) -> ClockLine:
    same: dict[str, Any] = {
        name: row[name] for name in ("seq", "at", "kind", "reason", "target_s", "calendar", "data")
    }
    return ClockLine(clock=written_key(key_of(clock)), **same)


def _clock(row: RowMapping) -> ClockRow:
    same: Sequence[str] = (
        *("metric", "instance", "policy", "kind", "state", "verdict", "counted_s", "target_s"),
        *("calendar", "started_at", "running_since", "due_at", "breached_at", "finished_at"),
    )
    return ClockRow(
        id=written_key(key_of(row)),
        paused_by=tuple(row["paused_by"]),
        **{name: row[name] for name in same},
    )
