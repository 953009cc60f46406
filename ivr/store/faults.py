"""What can go wrong with a database, in three kinds, so that the writer knows what to do about it.

Messages carry no row values: a caller's number must not reach a log through a database error.
"""

from __future__ import annotations

import sqlite3
from typing import Any, Final

from sqlalchemy.exc import DBAPIError


class RefusedError(Exception):
    """The database understood and said no (a constraint, a value): trying again changes nothing."""


class UnavailableError(Exception):
    """Locked, full, slow or unreachable. Nothing was written; trying again may help."""


class CommitError(Exception):
    """The commit itself failed. It is never repeated: success must not be reported on a guess."""


_PASSING_SQLITE: Final = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_NOMEM,
        sqlite3.SQLITE_INTERRUPT,
        sqlite3.SQLITE_PROTOCOL,
    }
)
_PASSING_STATES: Final = ("08", "40", "53", "55P03", "57", "58", "25006")
"""SQLSTATE beginnings (PostgreSQL 15, appendix A): connection, roll-back, resources, lock, shutdown
or time-out, system error, and read-only after a fail-over."""


def sqlite_fault(error: Exception) -> RefusedError | UnavailableError:
    """Sort an error of the sqlite3 module. The low byte of the code is the kind."""
    code = getattr(error, "sqlite_errorcode", None)
    if code is not None and code & 0xFF in _PASSING_SQLITE:
        return UnavailableError(str(error))
    return RefusedError(str(error))


def postgres_fault(error: Exception) -> RefusedError | UnavailableError:
    """Sort an error met while talking to PostgreSQL through SQLAlchemy and asyncpg."""
    if not isinstance(error, DBAPIError):
        return UnavailableError(type(error).__name__)
    inner: Any = error.orig
    state = getattr(inner, "sqlstate", None)
    words = (str(inner).splitlines() or [""])[0]
    if state is not None:
        passing = str(state).startswith(_PASSING_STATES)
        return UnavailableError(words) if passing else RefusedError(words)
    return UnavailableError(words) if error.connection_invalidated else RefusedError(words)
