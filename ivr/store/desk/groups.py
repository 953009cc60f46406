"""The record of the routing groups and where their calls, offers and agents stand."""

from __future__ import annotations

import json
import os
import socket
from functools import partial
from typing import TYPE_CHECKING, Any

from ivr.acd.telling.counts import Ended
from ivr.acd.words import Row
from ivr.domain.errors import LeaseLostError, PortError, StoreError
from ivr.domain.plain import plain_text
from ivr.domain.queue import WaitEnd
from ivr.store.desk import groups_sql as sql
from ivr.store.writer import Ask, plainly

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sqlalchemy import Connection, Select

    from ivr.runtime.ports.desk import GroupBatch
    from ivr.store.database import Database
    from ivr.store.statements import Rows, Write

_TABLES: dict[str, tuple[Rows, tuple[str, ...]]] = {
    "waiting": (sql.WAITING, ("live", "call", "queue", "joined_at", "ended_at", "end")),
    "ring_group": (sql.RING_GROUP, ("live", "call", "winner")),
    "offer": (
        sql.OFFER,
        ("live", "ring_group", "agent", "slot", "endpoint", "call", "state"),
    ),
    "agent_state": (sql.AGENT_STATE, ("state", "version")),
}
"""Kind of row -> where it is stored, and what of it has a column of its own."""

_SPELLED = {"ring_group": "group"}
"""What the queue machine calls some of these columns (acd/rows.py)."""


class SqlGroupLog:
    """The port `GroupLog`. Batches of one group are stored one by one, those of many together."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._owner = f"{socket.gethostname()}:{os.getpid()}"

    async def claim(self, group: str) -> tuple[int, int]:
        """Become the owner: a new epoch, and the last stored seq."""
        row = {"group": group, "owner": self._owner}
        [[epoch, seq]] = await self._database.write(
            [(sql.KNOWN, row), (sql.CLAIM, row)], alone=True
        )
        return int(epoch), int(seq)

    async def append(self, batch: GroupBatch) -> None:
        """Store a batch as a whole. One that is stored already is not stored again."""
        writes = batch_writes(batch)
        await self._database.write(
            writes,
            explain=partial(_explain, batch),
            call=f"group {batch.group}",
            size_bytes=sum(len(params.get("body", "")) for _statement, params in writes),
        )

    async def load(self, group: str, ended: int = 0) -> Sequence[Row]:
        """Every row that is not over, after so many of the last waits that are; of one moment."""
        return await self._database.read(partial(_load, group, ended))

    async def ended(self, group: str, since: int, queue: str = "") -> Sequence[Ended]:
        """The waits that ended then or later, in this queue, the last first."""
        params = {"group": group, "since": since, "queue": queue}
        rows = await self._database.read(lambda it: it.execute(sql.ENDED_SINCE, params).all())
        return [Ended._make((*row[:-1], WaitEnd(row.end))) for row in rows]

    async def decisions(self, call: str) -> Sequence[Mapping[str, Any]]:
        """The decision records of a call, in order."""
        params = {"call": call}
        found = await self._database.read(lambda it: it.scalars(sql.DECISIONS, params).all())
        return [json.loads(body) for body in found]

    async def offers(self, call: str) -> Sequence[Mapping[str, Any]]:
        """The offers of a call, also ended ones, by the time at which they were made."""
        params = {"call": call}
        found = await self._database.read(lambda it: it.scalars(sql.OFFERS, params).all())
        return sorted(map(json.loads, found), key=lambda columns: columns.get("made_at", 0))

    async def groups(self) -> Sequence[str]:
        """The groups of which there is a record, by name."""
        return await self._database.read(lambda it: it.scalars(sql.GROUPS).all())

    async def events(self, group: str, after: int, most: int) -> Sequence[tuple[int, int, str]]:
        """Seq, epoch and body of the next events of a group, in order."""
        return await self._page(sql.EVENTS, group, after, most)

    async def decided(self, group: str, after: int, most: int) -> Sequence[tuple[int, int, str]]:
        """Place, number of the event and text of the next decisions of a group, in order."""
        return await self._page(sql.DECIDED, group, after, most)

    async def _page(
        self, question: Select[int, int, str], group: str, after: int, most: int
    ) -> list[tuple[int, int, str]]:
        params = {"group": group, "after": after, "most": most}
        rows = await self._database.read(lambda it: it.execute(question, params).all())
        return [(int(one), int(other), str(body)) for one, other, body in rows]


def batch_writes(batch: GroupBatch) -> list[Write]:
    """Every row of a batch. Raises StoreError for what is no row of a projection."""
    last = batch.seq + len(batch.events) - 1
    fence = {"group": batch.group, "as": batch.epoch, "before": batch.seq - 1, "last": last}
    return [
        (sql.FENCE, fence),
        *(_event(batch, seq, one) for seq, one in enumerate(batch.events, batch.seq)),
        *(_decision(batch, record) for record in batch.decisions),
        *(_projected(batch.group, row) for row in in_order(batch.rows)),
        *((sql.AGENT_SPAN, span) for span in spans(batch.rows)),
    ]


def spans(rows: Iterable[Row]) -> list[Mapping[str, Any]]:
    """When agents entered which state, of the rows of a batch; also those already left in it."""
    found: dict[tuple[str, int], Mapping[str, Any]] = {}
    for row in rows:
        since = row.columns.get("since")
        if row.kind != "agent_state" or since is None:
            continue
        found[row.key, since] = {
            "agent": row.key,
            "since": since,
            **{name: row.columns.get(name) or "" for name in ("state", "reason", "queue")},
        }
    return list(found.values())


def in_order(rows: Iterable[Row]) -> list[Row]:
    """The last row of each (kind, key); what gives a place up comes before what may take it.

    An index looks at one row after the other, so an offer that is over must be stored before the
    next one to the same agent.
    """
    newest = {(row.kind, row.key): row for row in rows}
    return sorted(newest.values(), key=_places)


def _places(row: Row) -> tuple[bool, bool]:
    return row.columns.get("live", True), row.columns.get("state") == "accepted"


def _event(batch: GroupBatch, seq: int, event: tuple[str, int, str]) -> Write:
    kind, at, body = event
    row = {"group": batch.group, "seq": seq, "epoch": batch.epoch, "at": at}
    return sql.EVENT, {**row, "kind": kind, "body": body}


def _decision(batch: GroupBatch, record: Mapping[str, Any]) -> Write:
    row = {
        "group": batch.group,
        "seq": record.get("seq", batch.seq),
        "call": record.get("call", ""),
    }
    return sql.DECISION, {**row, "body": plain_text(record, "a decision")}


def _projected(group: str, row: Row) -> Write:
    if row.kind not in _TABLES:
        raise StoreError(f"there is no table for rows of the kind {row.kind}")
    statement, names = _TABLES[row.kind]
    try:
        columns = {name: _column(name, row.columns[_SPELLED.get(name, name)]) for name in names}
    except KeyError as error:
        raise StoreError(f"a row of {row.kind} has no column {error}") from None
    body = plain_text(row.columns, f"a row of {row.kind}")
    return statement, {**columns, "group": group, "key": row.key, "body": body}


def _column(name: str, value: Any) -> Any:  # noqa: ANN401 - plain JSON
    """What databases must compare. No endpoint is NULL, which is equal to no other."""
    if name == "slot":
        return str(value)
    return (value or None) if name == "endpoint" else value


def _explain(batch: GroupBatch, ask: Ask, reason: str) -> PortError | None:
    """Why a batch was refused; None if it is stored, by a try whose answer was lost."""
    group = {"group": batch.group}
    standing = ask(sql.STANDING, group)
    epoch, seq = standing[0] if standing else (0, 0)
    if epoch != batch.epoch:
        return LeaseLostError(f"group {batch.group} is at epoch {epoch}, not {batch.epoch}")
    if seq == batch.seq - 1:
        return plainly(ask, reason)
    last = batch.seq + len(batch.events) - 1
    stored = ask(sql.STORED, {**group, "as": batch.epoch, "first": batch.seq, "last": last})
    if batch.events and [tuple(one) for one in stored] == [tuple(one) for one in batch.events]:
        return None
    return StoreError(f"group {batch.group} stands at {seq}, not before {batch.seq}")


def _load(group: str, ended: int, reader: Connection) -> list[Row]:
    over = reader.execute(sql.ENDED, {"group": group, "most": ended}).all() if ended else []
    return [
        *(_waited(key, body) for key, body in reversed(over)),
        *(
            Row(kind=kind, key=key, columns=json.loads(body))
            for kind, question in sql.LOAD.items()
            for key, body in reader.execute(question, {"group": group})
        ),
    ]


def _waited(key: str, body: str) -> Row:
    return Row(kind="waiting", key=key, columns=json.loads(body))
