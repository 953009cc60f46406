"""Somebody who owns the tables and takes the lock off the audit log."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from sqlalchemy import text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

_TRIGGERS = ("audit_log_unchanged", "audit_log_kept")


@contextmanager
def unlocked(connection: Connection) -> Iterator[None]:
    """Rows can be changed in here, and no longer afterwards."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("ALTER TABLE audit_log DISABLE TRIGGER audit_log_kept"))
        yield
        connection.execute(text("ALTER TABLE audit_log ENABLE TRIGGER audit_log_kept"))
        return
    question = text("SELECT sql FROM sqlite_master WHERE type = 'trigger' AND name = :name")
    made = [connection.scalar(question, {"name": name}) for name in _TRIGGERS]
    for name in _TRIGGERS:
        connection.execute(text(f"DROP TRIGGER {name}"))
    yield
    for sql in made:
        connection.exec_driver_sql(sql)
