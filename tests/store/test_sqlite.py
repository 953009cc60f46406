"""SQLite: settings that promises rest on, locks, and keys that are gone when they are gone."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import create_engine
from sqlalchemy.exc import OperationalError

from ivr.domain.errors import StoreError
from ivr.runtime.ports import CallClosing
from ivr.store import sqlite
from ivr.store.faults import CommitError, UnavailableError
from ivr.store.sqlite import SqliteSink, connect_to_write, reading_engine
from ivr.store.statements import Prepared, Step

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from ivr.runtime.ports import Entry
    from ivr.store import SqlStore

KEY = b"a key that nobody may read later"
CLOSING = CallClosing("handled", "success", "normal", "caller", "", "tr", (), ())


def _step(sql: str) -> Step:
    return Step(Prepared(sql, (), {}), ((),), many=False)


@pytest.fixture
def sink(path: Path) -> SqliteSink:
    """A sink on an empty file."""
    return SqliteSink(path, create_engine("sqlite://").dialect, synchronous="FULL")


def test_a_writer_has_the_settings_the_promises_rest_on(path: Path) -> None:
    with closing(connect_to_write(path)) as connection:
        found = {
            name: connection.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
        assert found == {
            "journal_mode": "wal",
            "synchronous": 2,
            "foreign_keys": 1,
            "busy_timeout": 5000,
        }
        assert connection.isolation_level is None


def test_a_path_with_odd_letters_is_the_path_that_is_opened(tmp_path: Path) -> None:
    odd = tmp_path / "a?b#c %41ş.db"
    connect_to_write(odd).close()
    assert odd.exists()


async def test_readers_cannot_write(store: SqlStore, path: Path) -> None:
    engine = reading_engine(path)
    with engine.connect() as reader, pytest.raises(OperationalError, match="readonly"):
        reader.exec_driver_sql("DELETE FROM journal")
    engine.dispose()
    assert await store.ready()


async def test_a_locked_database_is_tried_again_and_then_reported(
    store: SqlStore,
    path: Path,
    step: Callable[..., Entry],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sqlite, "BUSY_MS", 1)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError, match="locked") as caught:
            await store.journal.append(step(1))
        other.execute("ROLLBACK")
    assert caught.value.retryable
    await store.journal.append(step(1))


async def test_the_destroyed_key_is_in_no_file(
    store: SqlStore, path: Path, step: Callable[..., Entry]
) -> None:
    await store.journal.append(step(1))
    assert any(KEY in file.read_bytes() for file in path.parent.glob("ivr.db*"))
    await store.journal.append(replace(step(2), closing=CLOSING))
    await store.close()
    assert not any(KEY in file.read_bytes() for file in path.parent.glob("ivr.db*"))


def test_a_refused_statement_undoes_the_ones_before_it(sink: SqliteSink) -> None:
    sink.transact([_step("CREATE TABLE t (a INTEGER NOT NULL)")])
    with pytest.raises(Exception, match="NOT NULL"):
        sink.transact([_step("INSERT INTO t VALUES (1)"), _step("INSERT INTO t VALUES (NULL)")])
    assert sink.ask(Prepared("SELECT count(*) FROM t", (), {}), ()) == [(0,)]
    sink.close()


def test_what_undoes_a_refused_insert_of_many_rows_is_in_no_file(sink: SqliteSink) -> None:
    sink.transact([_step("CREATE TABLE t (a INTEGER NOT NULL)")])
    with pytest.raises(Exception, match="NOT NULL"):
        sink.transact([_step("INSERT INTO t VALUES (1), (NULL)")])
    assert sink.ask(Prepared("PRAGMA temp_store", (), {}), ()) == [(2,)]
    assert sink.ask(Prepared("SELECT count(*) FROM t", (), {}), ()) == [(0,)]
    sink.close()


def test_a_commit_that_fails_is_reported_as_such_and_leaves_nothing(sink: SqliteSink) -> None:
    sink.transact(
        [
            _step("CREATE TABLE a (id INTEGER PRIMARY KEY)"),
            _step("CREATE TABLE b (a INTEGER REFERENCES a (id) DEFERRABLE INITIALLY DEFERRED)"),
        ]
    )
    with pytest.raises(CommitError):
        sink.transact([_step("INSERT INTO b VALUES (1)")])
    assert sink.ask(Prepared("SELECT count(*) FROM b", (), {}), ()) == [(0,)]
    sink.close()


def test_a_file_that_cannot_be_opened_may_come_back(tmp_path: Path) -> None:
    gone = SqliteSink(
        tmp_path / "none" / "x.db", create_engine("sqlite://").dialect, synchronous="FULL"
    )
    with pytest.raises(UnavailableError):
        gone.transact([])
