"""Which database errors are worth a second try."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from ivr.store.faults import RefusedError, UnavailableError, postgres_fault, sqlite_fault

if TYPE_CHECKING:
    from pathlib import Path


class _DriverError(Exception):
    def __init__(self, words: str, sqlstate: str | None) -> None:
        super().__init__(words)
        self.sqlstate = sqlstate


def _wrapped(sqlstate: str | None, *, lost: bool = False) -> DBAPIError:
    words = "duplicate key\nDETAIL:  Key (from_raw)=(+905321112233) already exists."
    return DBAPIError("INSERT", {}, _DriverError(words, sqlstate), connection_invalidated=lost)


def test_a_broken_constraint_of_sqlite_is_final() -> None:
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute("CREATE TABLE t (a INTEGER NOT NULL)")
        with pytest.raises(sqlite3.IntegrityError) as caught:
            connection.execute("INSERT INTO t VALUES (NULL)")
    assert isinstance(sqlite_fault(caught.value), RefusedError)


def test_a_missing_folder_or_a_bad_value_of_sqlite(tmp_path: Path) -> None:
    with pytest.raises(sqlite3.OperationalError) as caught:
        sqlite3.connect(tmp_path / "none" / "x.db")
    assert isinstance(sqlite_fault(caught.value), UnavailableError)
    assert isinstance(sqlite_fault(ValueError("naive datetime")), RefusedError)


@pytest.mark.parametrize("state", ["08006", "40001", "40P01", "53300", "55P03", "57P01", "25006"])
def test_a_passing_state_of_postgresql_may_be_tried_again(state: str) -> None:
    assert isinstance(postgres_fault(_wrapped(state)), UnavailableError)


@pytest.mark.parametrize("state", ["23505", "23502", "22001", "42P01", "28P01"])
def test_a_refusal_of_postgresql_is_final_and_names_no_value(state: str) -> None:
    fault = postgres_fault(_wrapped(state))
    assert isinstance(fault, RefusedError)
    assert str(fault) == "duplicate key"


def test_without_a_state_only_a_lost_connection_is_tried_again() -> None:
    assert isinstance(postgres_fault(_wrapped(None, lost=True)), UnavailableError)
    assert isinstance(postgres_fault(_wrapped(None)), RefusedError)
    assert isinstance(postgres_fault(ConnectionRefusedError()), UnavailableError)
    assert isinstance(postgres_fault(SQLAlchemyError("pool is empty")), UnavailableError)
