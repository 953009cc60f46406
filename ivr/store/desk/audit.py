"""The audit log, on a database: each row's hash covers the row and the hash before it.

Decision: the hash is made here, and the table refuses a second row after the same one; then the
end of the chain is read again. Context: nothing but SQL runs inside the writer's transactions, and
a command line or a second server may add rows between ours. 2026-11.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
from datetime import UTC as UTC_ZONE
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import BigInteger, Integer, String, Text, bindparam, select

from ivr.domain.errors import PortError, StoreError
from ivr.domain.plain import canonical_text
from ivr.runtime.ports.desk import AuditRow
from ivr.store.statements import Each, Rows
from ivr.store.tables import audit_log
from ivr.store.types import UTC
from ivr.store.writer import Ask, plainly

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ivr.store.database import Database

BEGINNING = "0" * 64
"""What the first row follows."""

_TRIES = 20
_DONE = Rows(
    0,
    audit_log,
    lambda bind: {
        "seq": bind("seq", BigInteger),
        "at": bind("at", UTC),
        "who": bind("who", Text),
        "what": bind("what", Text),
        "about": bind("about", Text),
        "body": bind("body", Text),
        "previous": bind("previous", String),
        "hash": bind("hash", String),
    },
)
_LINK = (audit_log.c.seq, audit_log.c.body, audit_log.c.previous, audit_log.c.hash)
_CHAIN = select(*_LINK).order_by(audit_log.c.seq)
_RECENT = (
    select(audit_log.c.body)
    .order_by(audit_log.c.seq.desc())
    .limit(bindparam("limit", type_=Integer))
)
_END = select(audit_log.c.seq, audit_log.c.hash).order_by(audit_log.c.seq.desc()).limit(1)
_FOLLOWED = Each(
    0, select(audit_log.c.seq).where(audit_log.c.seq >= bindparam("seq", type_=BigInteger))
)


class _MovedError(StoreError):
    """Somebody else has added a row after the head that we know."""


class Head(NamedTuple):
    """The end of the chain: number and hash of its last row."""

    seq: int
    hash: str


class SqlAudit:
    """The port `Audit` on a database. One row after the other, since each needs the one before."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._turn = asyncio.Lock()
        self._head: Head | None = None

    async def append(self, row: AuditRow) -> None:
        """Keep it, in the chain. Raises StoreError, also for facts that are no plain data."""
        body = canonical_text(_values(row), "an audit row")
        async with self._turn:
            for _try in range(_TRIES):
                head = self._head or await self._end()
                self._head = None  # unknown until the next one is surely stored
                self._head = await self._follow(head, row, body)
                if self._head is not None:
                    return
        raise StoreError("the audit log is too busy", retryable=True)

    async def recent(self, limit: int = 100) -> Sequence[AuditRow]:
        """The newest first."""
        params = {"limit": limit}
        bodies = await self._database.read(lambda it: it.scalars(_RECENT, params).all())
        return [_row(body) for body in bodies]

    async def broken(self) -> int | None:
        """The number of the first row that is not as it was written; None if all are."""
        return await self._database.read(lambda it: first_broken(map(tuple, it.execute(_CHAIN))))

    async def _end(self) -> Head:
        row = await self._database.read(lambda it: it.execute(_END).one_or_none())
        return Head(0, BEGINNING) if row is None else Head(*row)

    async def _follow(self, head: Head, row: AuditRow, body: str) -> Head | None:
        """Add a row after this head; None if somebody else did."""
        after = Head(head.seq + 1, digest(head.hash, body))
        values = {
            **_shown_columns(row),
            "seq": after.seq,
            "body": body,
            "previous": head.hash,
            "hash": after.hash,
        }
        explain = partial(_explain, after.seq)
        try:
            await self._database.write([(_DONE, values)], explain=explain, alone=True)
        except _MovedError:
            return None
        return after


def digest(previous: str, body: str) -> str:
    """The hash of a row: SHA-256 over the hash before it and its own text, in hex."""
    return hashlib.sha256((previous + body).encode()).hexdigest()


def columns(row: AuditRow) -> dict[str, Any]:
    """What is kept of a row, but its place in the chain. Raises StoreError for odd facts."""
    return {**_shown_columns(row), "body": canonical_text(_values(row), "an audit row")}


def first_broken(chain: Iterable[tuple[int, str, str, str]]) -> int | None:
    """The first seq of (seq, body, previous, hash) that does not fit to the rows before it."""
    head = Head(0, BEGINNING)
    for seq, body, previous, found in chain:
        after = Head(head.seq + 1, digest(head.hash, body))
        if (seq, previous, found) != (after.seq, head.hash, after.hash):
            return seq
        head = after
    return None


def _explain(seq: int, ask: Ask, reason: str) -> PortError:
    if ask(_FOLLOWED, {"seq": seq}):
        return _MovedError(f"there is a row {seq} already")
    return plainly(ask, reason)


def _values(row: AuditRow) -> dict[str, Any]:
    if row.at.tzinfo is None:
        raise ValueError("naive datetime")
    values = {name: getattr(row, name) for name in AuditRow.__dataclass_fields__}
    values["at"] = row.at.astimezone(UTC_ZONE).isoformat(timespec="microseconds")
    return values


def _shown_columns(row: AuditRow) -> dict[str, Any]:
    words = {"who": row.who, "what": row.what, "about": row.about}
    return {"at": row.at, **{name: _shown(text) for name, text in words.items()}}


def _shown(text: str) -> str:
    """Words for a column to search in; `body` has them exactly, also those no column takes."""
    return text.encode("utf-8", "replace").decode().replace("\0", "\N{REPLACEMENT CHARACTER}")


def _row(body: str) -> AuditRow:
    values = json.loads(body)
    return AuditRow(**values | {"at": datetime.fromisoformat(values["at"])})
