"""The limits of queues as they were: a changed threshold never rewrites what was before it."""

from __future__ import annotations

from dataclasses import asdict, fields
from typing import TYPE_CHECKING, Any

from sqlalchemy import BigInteger, and_, case, insert, literal, select

from ivr.runtime.ports.reports import QueueLimits
from ivr.store.tables import queue_limit

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection, Row

_MINE = queue_limit.c
UNKNOWN = QueueLimits("")


def keep(limits: Iterable[QueueLimits], at: datetime, tenant: int, connection: Connection) -> int:
    """Write down those that differ from what was last written; returns how many."""
    known = {rows[-1].queue: _read(rows[-1]) for rows in versions(connection, tenant).values()}
    changed = [each for each in limits if known.get(each.queue) != each]
    for each in changed:
        connection.execute(insert(queue_limit).values(tenant_id=tenant, since=at, **asdict(each)))
    return len(changed)


def versions(connection: Connection, tenant: int) -> Mapping[str, Sequence[Row[Any]]]:
    """Every version of every queue, the oldest first."""
    question = select(queue_limit).where(_MINE.tenant_id == tenant).order_by(_MINE.since, _MINE.id)
    found: dict[str, list[Row[Any]]] = {}
    for row in connection.execute(question):
        found.setdefault(row.queue, []).append(row)
    return found


def then(
    known: Mapping[str, Sequence[Row[Any]]],
    name: str,
    queue: ColumnElement[Any],
    at: ColumnElement[Any],
    scale: int = 1,
) -> ColumnElement[Any]:
    """A figure of the queue's limits at the moment of the row, so many times: level_ms, target ...

    What is true counts as 1. Before its first version a queue is taken to have had that one.
    """
    usual = literal(getattr(UNKNOWN, name) * scale, BigInteger)
    whens = [
        (
            _in_force(queue, at, row, is_first=place == 0),
            literal(getattr(row, name) * scale, BigInteger),
        )
        for rows in known.values()
        for place, row in reversed(list(enumerate(rows)))
    ]
    return case(*whens, else_=usual) if whens else usual


def _in_force(
    queue: ColumnElement[Any], at: ColumnElement[Any], row: Row[Any], *, is_first: bool
) -> ColumnElement[bool]:
    return queue == row.queue if is_first else and_(queue == row.queue, at >= row.since)


def _read(row: Row[Any]) -> QueueLimits:
    return QueueLimits(**{each.name: getattr(row, each.name) for each in fields(QueueLimits)})
