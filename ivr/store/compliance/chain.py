"""Reading and proving the audit log, also after its oldest rows went by retention.

Each row's hash covers the row and the hash before it (`desk/audit.py`). Rows that went leave a row
`audit.destroyed` with the number and hash of the last of them: the chain begins anew there, and
nowhere else. Source: tickets.md section 11.
"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from sqlalchemy import Connection, delete, select

from ivr.runtime.ports.compliance import AuditEntry, ChainState
from ivr.store.desk.audit import BEGINNING, digest
from ivr.store.tables import audit_log

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ivr.store.compliance.desk import Work
    from ivr.store.database import Database

DESTROYED = "audit.destroyed"
_PART = 2_000
_MOST = 200
_LINK = (audit_log.c.seq, audit_log.c.body, audit_log.c.previous, audit_log.c.hash)


class SqlAuditTrail:
    """The port `AuditTrail` on a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def verify(self) -> ChainState:
        """Read every row, a part at a time, and check its place in the chain."""
        state: ChainState | None = None
        while True:
            part = await self._database.read(partial(_part, 0 if state is None else state.last))
            if not part:
                break
            state = _checked(part, state)
            if state.broken is not None:
                return state
        if state is None:
            return ChainState(0, 0, 0, BEGINNING, None)
        if state.first == 1:
            return state
        begun = await self._database.read(lambda it: _begun(it, state.first))
        return state if begun else replace(state, broken=state.first)

    async def hash_of(self, seq: int) -> str:
        """The hash of one row, "" if there is none."""
        question = select(audit_log.c.hash).where(audit_log.c.seq == seq)
        return str(await self._database.read(lambda it: it.scalar(question)) or "")

    async def page(self, after: int, limit: int, *, who: str, what: str) -> Sequence[AuditEntry]:
        """Rows before a number, the newest first."""
        question = select(audit_log.c.seq, audit_log.c.body).order_by(audit_log.c.seq.desc())
        if after:
            question = question.where(audit_log.c.seq < after)
        if who:
            question = question.where(audit_log.c.who == who)
        if what:
            question = question.where(audit_log.c.what == what)
        question = question.limit(max(1, min(limit, _MOST)))
        rows = await self._database.read(lambda it: it.execute(question).all())
        return [_entry(row.seq, row.body) for row in rows]


def destroy(work: Work, before: datetime, most: int) -> int:
    """The oldest rows of before a moment go, at most so many; a row says where the chain begins."""
    oldest = select(audit_log.c.seq, audit_log.c.at, audit_log.c.hash).order_by(audit_log.c.seq)
    rows = work.connection.execute(oldest.limit(most + 1)).all()
    gone = []
    for row in rows[:most]:
        if row.at >= before:
            break
        gone.append(row)
    if len(gone) == len(rows):
        gone = gone[:-1]  # the last row stays: the next one follows it
    if not gone:
        return 0
    last = gone[-1]
    work.connection.execute(delete(audit_log).where(audit_log.c.seq <= last.seq))
    work.audit(DESTROYED, "", through=last.seq, hash=last.hash, rows=len(gone))
    return len(gone)


def _part(last: int, connection: Connection) -> Sequence[tuple[int, str, str, str]]:
    question = select(*_LINK).where(audit_log.c.seq > last).order_by(audit_log.c.seq).limit(_PART)
    return [tuple(row) for row in connection.execute(question)]


def _checked(part: Sequence[tuple[int, str, str, str]], state: ChainState | None) -> ChainState:
    """The state after these rows; it ends with the first that does not fit."""
    rows, first = (state.rows, state.first) if state else (0, part[0][0])
    seq, head = (state.last, state.head) if state else (first - 1, part[0][2])
    if first == 1 and state is None:
        head = BEGINNING
    for number, body, previous, found in part:
        if (number, previous, found) != (seq + 1, head, digest(head, body)):
            return ChainState(rows, first, seq, head, number)
        rows, seq, head = rows + 1, number, found
    return ChainState(rows, first, seq, head, None)


def _begun(connection: Connection, first: int) -> bool:
    """Whether a row of the log says that everything before this number went by retention."""
    here = select(audit_log.c.previous).where(audit_log.c.seq == first)
    before = connection.scalar(here)
    told = select(audit_log.c.body).where(audit_log.c.what == DESTROYED)
    for body in connection.scalars(told):
        facts = json.loads(body)["facts"]
        if (facts["through"], facts["hash"]) == (first - 1, before):
            return True
    return False


def _entry(seq: int, body: str) -> AuditEntry:
    values = json.loads(body)
    at = datetime.fromisoformat(values.pop("at"))
    return AuditEntry(seq=seq, at=at, **values)
