"""Deliveries in the database: taken up by lease, one about each thing at a time.

PostgreSQL lets several workers take up different rows side by side (SKIP LOCKED); on SQLite the
writer is alone. An attempt counts from the moment it is taken up: a worker that dies has tried.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, delete, exists, func, insert, or_, select, update

from ivr.domain.errors import IllegalTransitionError, NotFoundError, NotValidError
from ivr.runtime.ports.deliveries import (
    BACK,
    DEAD,
    DONE,
    HELD,
    LATER,
    PAUSED,
    PENDING,
    RUNNING,
    STATES,
    Backlog,
    Delivery,
    DeliveryPage,
    DeliveryRow,
    EndpointRow,
    Outcome,
    Turn,
)
from ivr.store.tables import endpoint_state, outbox_delivery, outbox_event

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection

    from ivr.store.database import Database

MOST_ROWS = 200
TIDIED = 1000
"""Rows that one transaction drops at most, so that nobody waits long for it."""
_MINE, _ITS = outbox_delivery.c, outbox_event.c
_EARLIER = outbox_delivery.alias("earlier")
_BEHIND = exists().where(
    _EARLIER.c.endpoint == _MINE.endpoint,
    _EARLIER.c.ordering_key == _MINE.ordering_key,
    _EARLIER.c.id < _MINE.id,
    _EARLIER.c.done_at.is_(None),
)
"""Whether something about the same thing is still to be told before."""
_PAUSED = exists().where(
    endpoint_state.c.endpoint == _MINE.endpoint, endpoint_state.c.state == PAUSED
)
_SHOWN = select(
    _MINE.id.label("key"),
    _ITS.event_id.label("event"),
    *(_MINE.endpoint, _MINE.state, _MINE.attempts, _MINE.next_at, _MINE.reason, _MINE.done_at),
    *(_ITS.type, _ITS.aggregate, _ITS.aggregate_id, _ITS.seq, _ITS.at),
).join(outbox_event, _ITS.id == _MINE.event_id)
_NAMES = tuple(DeliveryRow.__dataclass_fields__)


class SqlDeliveries:
    """The port `Deliveries` on SQLite or PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def turn(self, turn: Turn, outcomes: Sequence[Outcome] = ()) -> Sequence[Delivery]:
        """Settle, then take up: see the port."""
        return await self._database.change(lambda it: _turn(it, turn, outcomes))

    async def due(self, now: datetime) -> Sequence[str]:
        """See the port."""
        question = select(_MINE.endpoint).where(*_free(now), ~_PAUSED).distinct()
        return sorted(await self._database.read(lambda it: list(it.scalars(question))))

    async def page(
        self, state: str, *, endpoint: str = "", cursor: str = "", limit: int = 50
    ) -> DeliveryPage:
        """See the port."""
        question = _SHOWN.where(*_shown(state, endpoint, cursor)).order_by(_MINE.id.desc())
        limit = max(1, min(limit, MOST_ROWS))
        found = await self._database.read(
            lambda it: it.execute(question.limit(limit + 1)).mappings().all()
        )
        rows = tuple(DeliveryRow(**{name: row[name] for name in _NAMES}) for row in found[:limit])
        return DeliveryPage(rows, str(found[limit - 1]["key"]) if len(found) > limit else "")

    async def get(self, event: str, endpoint: str) -> DeliveryRow | None:
        """See the port."""
        question = _SHOWN.where(_ITS.event_id == event, _MINE.endpoint == endpoint)
        row = await self._database.read(lambda it: it.execute(question).mappings().one_or_none())
        return None if row is None else DeliveryRow(**{name: row[name] for name in _NAMES})

    async def replay(self, event: str, endpoint: str, now: datetime) -> DeliveryRow:
        """See the port."""
        return await self._database.change(lambda it: _replay(it, event, endpoint, now))

    async def backlog(self) -> Sequence[Backlog]:
        """See the port."""
        return await self._database.read(_backlog)

    async def endpoints(self) -> Sequence[EndpointRow]:
        """See the port."""
        mine = endpoint_state.c
        question = select(mine.endpoint, mine.state, mine.reason, mine.at).order_by(mine.endpoint)
        found = await self._database.read(lambda it: it.execute(question).all())
        return [EndpointRow(*row) for row in found]

    async def pause(self, endpoint: str, reason: str, at: datetime) -> None:
        """See the port."""
        await self._database.change(lambda it: _set(it, EndpointRow(endpoint, PAUSED, reason, at)))

    async def go_on(self, endpoint: str, at: datetime) -> None:
        """See the port."""
        await self._database.change(lambda it: _set(it, EndpointRow(endpoint, RUNNING, "", at)))

    async def tidy(self, done_before: datetime, events_before: datetime) -> int:
        """See the port."""
        gone = 0
        for job in (lambda it: _drop_done(it, done_before), lambda it: _drop(it, events_before)):
            dropped = TIDIED
            while dropped == TIDIED:
                dropped = await self._database.change(job)
                gone += dropped
        return gone


def _turn(connection: Connection, turn: Turn, outcomes: Sequence[Outcome]) -> list[Delivery]:
    for outcome in outcomes:
        _settle(connection, outcome, turn.now)
    return _take_up(connection, turn) if turn.limit > 0 else []


def _settle(connection: Connection, outcome: Outcome, now: datetime) -> None:
    mine = (_MINE.id == outcome.key, _MINE.lease_until == outcome.leased_until)
    columns: dict[str, Any] = {"lease_until": None, "reason": outcome.reason}
    if outcome.fate in {DONE, DEAD}:
        columns |= {"state": outcome.fate, "done_at": now}
    elif outcome.fate == HELD:
        columns["state"] = HELD
    elif outcome.fate in {LATER, BACK}:
        columns["next_at"] = outcome.again_at or now
    if outcome.fate == BACK:
        columns["attempts"] = _MINE.attempts - 1
    still = update(outbox_delivery).where(*mine, _MINE.done_at.is_(None))
    connection.execute(still.values(columns))


def _free(now: datetime) -> tuple[ColumnElement[bool], ...]:
    """It waits its turn, its time has come, and nobody has it."""
    unleased = or_(_MINE.lease_until.is_(None), _MINE.lease_until <= now)
    return (_MINE.done_at.is_(None), _MINE.state == PENDING, _MINE.next_at <= now, unleased)


def _take_up(connection: Connection, turn: Turn) -> list[Delivery]:
    free = and_(_MINE.endpoint == turn.endpoint, *_free(turn.now), ~_BEHIND, ~_PAUSED)
    question = select(_MINE.id).where(free).order_by(_MINE.id).limit(turn.limit)
    keys = list(connection.scalars(question.with_for_update(skip_locked=True, of=outbox_delivery)))
    if not keys:
        return []
    until = turn.now + timedelta(seconds=turn.lease_s)
    taken = update(outbox_delivery).where(_MINE.id.in_(keys))
    connection.execute(taken.values(lease_until=until, attempts=_MINE.attempts + 1))
    columns = (_ITS.event_id, _ITS.type, _ITS.aggregate, _ITS.aggregate_id, _ITS.seq, _ITS.payload)
    told = (
        select(_MINE.id, _MINE.lease_until, _MINE.endpoint, *columns)
        .add_columns(_ITS.at, _MINE.attempts, _ITS.tenant_id)
        .join(outbox_event, _ITS.id == _MINE.event_id)
    )
    found = connection.execute(told.where(_MINE.id.in_(keys)).order_by(_MINE.id))
    return [Delivery(*row) for row in found]


def _shown(state: str, endpoint: str, cursor: str) -> list[ColumnElement[bool]]:
    if state not in STATES:
        raise NotValidError(f"the state of a delivery is one of {', '.join(STATES)}")
    if cursor and not (cursor.isascii() and cursor.isdigit() and len(cursor) < 19):
        raise NotValidError("this cursor is of another list")
    found: list[ColumnElement[bool]] = [_MINE.state == state]
    if endpoint:
        found.append(_MINE.endpoint == endpoint)
    if cursor:
        found.append(_MINE.id < int(cursor))
    return found


def _replay(connection: Connection, event: str, endpoint: str, now: datetime) -> DeliveryRow:
    question = _SHOWN.where(_ITS.event_id == event, _MINE.endpoint == endpoint)
    row = connection.execute(question.with_for_update(of=outbox_delivery)).mappings().one_or_none()
    if row is None:
        raise NotFoundError("there is no such delivery")
    if row["state"] not in {DEAD, HELD}:
        raise IllegalTransitionError(f"this delivery is {row['state']}; dead and held ones can be")
    fresh = {"state": PENDING, "attempts": 0, "next_at": now, "reason": "", "done_at": None}
    again = update(outbox_delivery).where(_MINE.id == row["key"])
    connection.execute(again.values({**fresh, "lease_until": None}))
    return DeliveryRow(**{name: {**row, **fresh}[name] for name in _NAMES})


def _backlog(connection: Connection) -> list[Backlog]:
    oldest = func.min(_ITS.at).filter(_MINE.state.in_((PENDING, HELD)))
    counted = [func.count().filter(_MINE.state == state) for state in (PENDING, HELD, DEAD)]
    question = (
        select(_MINE.endpoint, *counted, oldest)
        .join(outbox_event, _ITS.id == _MINE.event_id)
        .where(_MINE.state.in_((PENDING, HELD, DEAD)))
        .group_by(_MINE.endpoint)
        .order_by(_MINE.endpoint)
    )
    return [Backlog(*row) for row in connection.execute(question)]


def _set(connection: Connection, row: EndpointRow) -> None:
    mine = endpoint_state.c
    columns = {"state": row.state, "reason": row.reason, "at": row.at}
    same = update(endpoint_state).where(mine.endpoint == row.endpoint)
    if not connection.execute(same.values(columns)).rowcount:
        connection.execute(insert(endpoint_state).values(endpoint=row.endpoint, **columns))


def _drop_done(connection: Connection, before: datetime) -> int:
    old = select(_MINE.id).where(_MINE.state == DONE, _MINE.done_at < before).limit(TIDIED)
    return connection.execute(delete(outbox_delivery).where(_MINE.id.in_(old))).rowcount


def _drop(connection: Connection, before: datetime) -> int:
    newer = outbox_event.alias("newer")
    is_newest = ~exists().where(
        newer.c.tenant_id == _ITS.tenant_id,
        newer.c.aggregate == _ITS.aggregate,
        newer.c.aggregate_id == _ITS.aggregate_id,
        newer.c.seq > _ITS.seq,
    )
    waited_for = exists().where(_MINE.event_id == _ITS.id, _MINE.done_at.is_(None))
    old = select(_ITS.id).where(_ITS.at < before, ~is_newest, ~waited_for).limit(TIDIED)
    return connection.execute(delete(outbox_event).where(_ITS.id.in_(old))).rowcount
