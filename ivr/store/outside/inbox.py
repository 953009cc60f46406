"""What came in from other ticket systems, in the database: each message once, by ticket in turn."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, exists, func, insert, or_, select, update

from ivr.domain.errors import IllegalTransitionError, NotFoundError, NotValidError
from ivr.runtime.ports.far.inbox import (
    DEAD,
    DONE,
    HELD,
    PENDING,
    STATES,
    UNKNOWN,
    Batch,
    InboxBacklog,
    InboxPage,
    InboxRow,
    Message,
)
from ivr.store.tables import inbox_message, inbox_position

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection, RowMapping

    from ivr.runtime.ports.far.inbox import Settled
    from ivr.store.database import Database

MOST_ROWS = 200
MOST_BATCH = 200
"""Messages about one ticket that are dealt with together."""
_MINE = inbox_message.c
_SHOWN = select(
    _MINE.id.label("key"),
    _MINE.event_id.label("event"),
    *(_MINE.source, _MINE.far_id, _MINE.version, _MINE.what, _MINE.body, _MINE.state),
    *(_MINE.attempts, _MINE.next_at, _MINE.reason, _MINE.untold, _MINE.ticket),
    *(_MINE.at, _MINE.done_at),
)
_NAMES = tuple(InboxRow.__dataclass_fields__)


class SqlInbox:
    """The port `Inbox` on SQLite or PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def arrive(
        self, source: str, messages: Sequence[Message], at: datetime, position: str = ""
    ) -> int:
        """See the port."""
        return await self._database.change(lambda it: _arrive(it, source, messages, at, position))

    async def position(self, source: str) -> str:
        """See the port."""
        mine = inbox_position.c
        question = select(mine.position).where(mine.source == source)
        return await self._database.read(lambda it: it.scalar(question)) or ""

    async def take_up(self, source: str, now: datetime, lease_s: float) -> Batch | None:
        """See the port."""
        due = exists().where(*_free(source, now))
        if not await self._database.read(lambda it: it.scalar(select(due))):
            return None
        return await self._database.change(lambda it: _take_up(it, source, now, lease_s))

    async def settle(self, batch: Batch, settled: Settled, now: datetime) -> None:
        """See the port."""
        await self._database.change(lambda it: _settle(it, batch, settled, now))

    async def page(
        self,
        state: str,
        *,
        source: str = "",
        untold: bool = False,
        cursor: str = "",
        limit: int = 50,
    ) -> InboxPage:
        """See the port."""
        wanted = _wanted(state, source, cursor)
        if untold:
            wanted.append(_MINE.untold != "")
        limit = max(1, min(limit, MOST_ROWS))
        question = _SHOWN.where(*wanted).order_by(_MINE.id.desc()).limit(limit + 1)
        found = await self._database.read(lambda it: it.execute(question).mappings().all())
        rows = tuple(map(_row, found[:limit]))
        return InboxPage(rows, str(found[limit - 1]["key"]) if len(found) > limit else "")

    async def get(self, source: str, event: str) -> InboxRow | None:
        """See the port."""
        question = _SHOWN.where(_MINE.source == source, _MINE.event_id == event)
        row = await self._database.read(lambda it: it.execute(question).mappings().one_or_none())
        return None if row is None else _row(row)

    async def replay(self, source: str, event: str, now: datetime) -> InboxRow:
        """See the port."""
        return await self._database.change(lambda it: _replay(it, source, event, now))

    async def backlog(self) -> Sequence[InboxBacklog]:
        """See the port."""
        states = (PENDING, HELD, UNKNOWN, DEAD)
        counted = [func.count().filter(_MINE.state == state) for state in states]
        question = (
            select(_MINE.source, *counted)
            .where(_MINE.state != DONE)
            .group_by(_MINE.source)
            .order_by(_MINE.source)
        )
        found = await self._database.read(lambda it: it.execute(question).all())
        return [InboxBacklog(*row) for row in found]


def _arrive(
    connection: Connection,
    source: str,
    messages: Sequence[Message],
    at: datetime,
    position: str,
) -> int:
    if position:
        _go_on(connection, source, position, at)
    fresh = {message.event: message for message in messages}
    events = list(fresh)
    known = select(_MINE.event_id).where(_MINE.source == source, _MINE.event_id.in_(events))
    for event in connection.scalars(known) if fresh else ():
        del fresh[event]
    rows = [_columns(source, message, at) for message in fresh.values()]
    if rows:
        connection.execute(insert(inbox_message), rows)
    return len(rows)


def _columns(source: str, message: Message, at: datetime) -> dict[str, Any]:
    return {
        "source": source,
        "event_id": message.event,
        "far_id": message.far_id,
        "version": message.version,
        "what": message.what[:128],
        "body": message.body,
        "state": PENDING,
        "next_at": at,
        "at": at,
        **dict.fromkeys(("reason", "untold", "ticket"), ""),
    }


def _go_on(connection: Connection, source: str, position: str, at: datetime) -> None:
    mine, columns = inbox_position.c, {"position": position, "at": at}
    same = update(inbox_position).where(mine.source == source)
    if not connection.execute(same.values(columns)).rowcount:
        connection.execute(insert(inbox_position).values(source=source, **columns))


def _free(source: str, now: datetime) -> tuple[ColumnElement[bool], ...]:
    unleased = or_(_MINE.lease_until.is_(None), _MINE.lease_until <= now)
    return (_MINE.source == source, _MINE.state == PENDING, _MINE.next_at <= now, unleased)


def _take_up(connection: Connection, source: str, now: datetime, lease_s: float) -> Batch | None:
    first = select(_MINE.far_id).where(*_free(source, now)).order_by(_MINE.id).limit(1)
    far_id = connection.scalar(first.with_for_update(skip_locked=True))
    if far_id is None:
        return None
    waits = and_(_MINE.source == source, _MINE.far_id == far_id, _MINE.state == PENDING)
    question = _SHOWN.where(waits).order_by(_MINE.version, _MINE.id).limit(MOST_BATCH)
    rows = connection.execute(question.with_for_update()).mappings().all()
    keys, until = tuple(row["key"] for row in rows), now + timedelta(seconds=lease_s)
    taken = update(inbox_message).where(_MINE.id.in_(keys))
    connection.execute(taken.values(lease_until=until, attempts=_MINE.attempts + 1))
    attempts = max(row["attempts"] for row in rows) + 1
    return Batch(source, far_id, keys, until, attempts, tuple(map(_message, rows)))


def _message(row: RowMapping) -> Message:
    return Message(*(row[name] for name in ("event", "far_id", "version", "what", "body")))


def _settle(connection: Connection, batch: Batch, settled: Settled, now: datetime) -> None:
    columns: dict[str, Any] = {
        "state": settled.state,
        "reason": settled.reason,
        "lease_until": None,
        "next_at": settled.again_at or now,
        "done_at": now if settled.state == DONE else None,
    }
    mine = (_MINE.id.in_(batch.keys), _MINE.lease_until == batch.leased_until)
    if settled.ticket:
        columns["ticket"] = settled.ticket
    if settled.untold:
        columns["untold"] = json.dumps(dict(settled.untold), ensure_ascii=False, sort_keys=True)
    connection.execute(update(inbox_message).where(*mine).values(columns))
    if settled.state == DONE:
        _overtaken(connection, batch, now)


def _overtaken(connection: Connection, batch: Batch, now: datetime) -> None:
    """What waited for a person about this ticket has been dealt with along with it."""
    waited = update(inbox_message).where(
        _MINE.source == batch.source,
        _MINE.far_id == batch.far_id,
        or_(
            _MINE.state.in_((UNKNOWN, DEAD)),
            and_(_MINE.state == HELD, _MINE.id < max(batch.keys)),
        ),
    )
    connection.execute(waited.values(state=DONE, done_at=now))


def _wanted(state: str, source: str, cursor: str) -> list[ColumnElement[bool]]:
    if state not in STATES:
        raise NotValidError(f"the state of a message is one of {', '.join(STATES)}")
    if cursor and not (cursor.isascii() and cursor.isdigit() and len(cursor) < 19):
        raise NotValidError("this cursor is of another list")
    found: list[ColumnElement[bool]] = [_MINE.state == state]
    if source:
        found.append(_MINE.source == source)
    if cursor:
        found.append(_MINE.id < int(cursor))
    return found


def _replay(connection: Connection, source: str, event: str, now: datetime) -> InboxRow:
    question = _SHOWN.where(_MINE.source == source, _MINE.event_id == event)
    row = connection.execute(question.with_for_update()).mappings().one_or_none()
    if row is None:
        raise NotFoundError("there is no such message")
    if row["state"] == PENDING:
        raise IllegalTransitionError("this message still waits its turn")
    fresh = {"state": PENDING, "attempts": 0, "next_at": now, "reason": "", "done_at": None}
    again = update(inbox_message).where(_MINE.id == row["key"])
    connection.execute(again.values({**fresh, "lease_until": None}))
    return _row({**row, **fresh})


def _row(row: Any) -> InboxRow:  # noqa: ANN401 - a mapping of columns
    return InboxRow(**{name: row[name] for name in _NAMES})
