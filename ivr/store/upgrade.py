"""Bringing a database to the schema of this version, and refusing to open any other.

An existing SQLite file is copied to `<file>.<revision>.bak` before anything is changed.
"""

from __future__ import annotations

import sqlite3
import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from sqlalchemy import URL, Column, Connection, MetaData, String, Table, inspect, select
from sqlalchemy.exc import SQLAlchemyError

from ivr.domain.errors import StoreError
from ivr.store import postgres, sqlite
from ivr.store.address import read_address, sqlite_path
from ivr.store.views import drop_views, make_views

if TYPE_CHECKING:
    from collections.abc import Callable

    from alembic.config import Config

HEAD = "0033"
"""The newest migration, written here so that a start need not load the migration tool."""

NOTHING = "nothing"
"""What a database without a revision is said to be at."""

_VERSIONS = Table("alembic_version", MetaData(), Column("version_num", String))
_T = TypeVar("_T")
_FOLDER = Path(__file__).parent / "migrations"


def upgrade(url: str) -> str:
    """Bring the database to this version's schema; returns the revision it was at before.

    Creates an SQLite file that is not there. Raises StoreError.
    """
    address = read_address(url)
    before = revision(address)
    if before == HEAD:
        return before
    if address.get_backend_name() == "sqlite" and before != NOTHING:
        _copy(sqlite_path(address), before)
    migrate(address, _upgrade)
    return before


def downgrade(url: str, target: str = "base") -> None:
    """Undo migrations down to `target`; `base` removes every table. For tests and emergencies.

    The views are gone afterwards; the next upgrade makes them again."""
    migrate(read_address(url), lambda settings: _downgrade(settings, target))


def open_at_head(address: URL, *, create: bool) -> None:
    """Make sure the database has this version's schema. Raises StoreError if not.

    create: a database that is empty, or an SQLite file that is not there, is set up first.
    """
    found = revision(address)
    if found == HEAD:
        return
    if create and found == NOTHING and _empty(address):
        migrate(address, _upgrade)
        return
    raise StoreError(f'database is at {found}, this version needs {HEAD}: run "ivr db upgrade"')


def revision(address: URL) -> str:
    """The revision a database is at; looks only, creates nothing."""
    if address.get_backend_name() == "sqlite" and not sqlite_path(address).exists():
        return NOTHING
    return _look(address, _revision)


def migrate(address: URL, work: Callable[[Config], object]) -> None:
    """Run a command of the migration tool on a connection to this database."""
    if address.get_backend_name() == "sqlite":
        sqlite_path(address).absolute().parent.mkdir(parents=True, exist_ok=True)
    _look(address, lambda connection: _with_settings(connection, work))


def _with_settings(connection: Connection, work: Callable[[Config], object]) -> None:
    from alembic.config import Config  # noqa: PLC0415 - 0.2 s that a normal start need not pay
    from alembic.util import CommandError  # noqa: PLC0415 - as above

    settings = Config(stdout=sys.stdout)
    settings.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    settings.attributes["connection"] = connection
    try:
        work(settings)
    except CommandError as error:  # such as a revision that only a newer program knows
        raise StoreError(f"the database cannot be brought to {HEAD}: {error}") from None


def _upgrade(settings: Config) -> None:
    from alembic import command  # noqa: PLC0415 - as above

    connection = settings.attributes["connection"]
    drop_views(connection)
    command.upgrade(settings, "head")
    make_views(connection)


def _downgrade(settings: Config, target: str) -> None:
    from alembic import command  # noqa: PLC0415 - as above

    drop_views(settings.attributes["connection"])
    command.downgrade(settings, target)


def _look(address: URL, question: Callable[[Connection], _T]) -> _T:
    """Run on one connection, in one transaction."""
    try:
        if address.get_backend_name() == "postgresql":
            return postgres.apart(lambda: _look_apart(address, question))
        return _look_here(sqlite_path(address), question)
    except (SQLAlchemyError, sqlite3.Error) as error:
        inner = getattr(error, "orig", error)
        words = (str(inner).splitlines() or [""])[0]
        raise StoreError(f"cannot use the database {_name(address)}: {words}") from None
    except OSError as error:
        raise StoreError(f"cannot reach the database {_name(address)}: {error}") from None


def _look_here(path: Path, question: Callable[[Connection], _T]) -> _T:
    engine = sqlite.writing_engine(path)
    try:
        with engine.begin() as connection:
            return question(connection)
    finally:
        engine.dispose()


async def _look_apart(address: URL, question: Callable[[Connection], _T]) -> _T:
    engine = postgres.upgrading_engine(address)
    try:
        async with engine.begin() as connection:
            return await connection.run_sync(question)
    finally:
        await engine.dispose()


def _revision(connection: Connection) -> str:
    if not inspect(connection).has_table(_VERSIONS.name):
        return NOTHING
    found = connection.scalar(select(_VERSIONS.c.version_num))
    return NOTHING if found is None else str(found)


def _empty(address: URL) -> bool:
    if address.get_backend_name() == "sqlite" and not sqlite_path(address).exists():
        return True
    names = _look(address, lambda connection: inspect(connection).get_table_names())
    return set(names) <= {_VERSIONS.name}


def _copy(path: Path, before: str) -> None:
    """A consistent copy, also while somebody else writes."""
    copy = path.with_name(f"{path.name}.{before}.bak")
    try:
        with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(copy)) as target:
            source.backup(target)
    except sqlite3.Error as error:
        raise StoreError(f"cannot copy the database to {copy}: {error}") from None


def _name(address: URL) -> str:
    return address.render_as_string(hide_password=True)
