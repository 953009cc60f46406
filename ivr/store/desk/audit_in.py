"""A row of the audit log inside the transaction of what it tells of: both are kept, or neither.

The chain is the one of `audit.py`. On SQLite the writer is alone; on PostgreSQL transactions that
write it take turns, and one that did not wait (a command line) is found by the table's own rule.
Personal values never go in here: only names of fields and public ids.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import insert, select, text
from sqlalchemy.exc import IntegrityError

from ivr.domain.errors import StoreError
from ivr.store.desk.audit import BEGINNING, Head, columns, digest
from ivr.store.tables import audit_log

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from ivr.runtime.ports.desk import AuditRow

_TURN = text("SELECT pg_advisory_xact_lock(7236831)")
_TRIES = 20
_END = select(audit_log.c.seq, audit_log.c.hash).order_by(audit_log.c.seq.desc()).limit(1)


def audit(connection: Connection, row: AuditRow) -> None:
    """Add a row to the end of the chain, in this transaction.

    Call it last: on PostgreSQL others who audit wait from here until the transaction ends. Raises
    StoreError, also for facts that are no plain data.
    """
    if connection.dialect.name != "postgresql":
        _follow(connection, row)
        return
    connection.execute(_TURN)
    for _try in range(_TRIES):
        try:
            with connection.begin_nested():
                _follow(connection, row)
        except IntegrityError:
            continue
        return
    raise StoreError("the audit log is too busy", retryable=True)


def _follow(connection: Connection, row: AuditRow) -> None:
    found = connection.execute(_END).one_or_none()
    head = Head(0, BEGINNING) if found is None else Head(*found)
    values = columns(row)
    after = digest(head.hash, values["body"])
    link = {"seq": head.seq + 1, "previous": head.hash, "hash": after}
    connection.execute(insert(audit_log).values({**values, **link}))
