"""A whole operation in one transaction, on both kinds of database."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import Connection, func, select

from ivr.domain.errors import NotFoundError, StoreError
from ivr.store.address import read_address
from ivr.store.database import connect
from ivr.store.tables import sip_user
from tests.fakes.fresh_store import fresh_file

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from ivr.store.database import Database


@pytest.fixture
async def database(address: str) -> AsyncIterator[Database]:
    """It, open."""
    opened = connect(read_address(address))
    yield opened
    await opened.close()


def _add(connection: Connection, name: str) -> int:
    """Add a phone user and count them: a later statement sees what an earlier one wrote."""
    row = {"name": name, "realm": "ivr", "ha1_sha256": "a" * 64, "ha1_md5": "b" * 32}
    connection.execute(sip_user.insert().values(**row))
    return connection.scalar(select(func.count()).select_from(sip_user)) or 0


async def _names(database: Database) -> list[str]:
    question = select(sip_user.c.name).order_by(sip_user.c.name)
    return await database.read(lambda it: list(it.scalars(question)))


async def test_what_the_job_gives_comes_back_and_is_stored(database: Database) -> None:
    assert await database.change(lambda it: _add(it, "ali")) == 1
    assert await database.change(lambda it: _add(it, "ece")) == 2
    assert await _names(database) == ["ali", "ece"]


async def test_an_error_of_ours_undoes_the_job_and_comes_out(database: Database) -> None:
    def job(connection: Connection) -> None:
        _add(connection, "ali")
        raise NotFoundError("there is no such ticket")

    with pytest.raises(NotFoundError, match="no such ticket"):
        await database.change(job)
    assert await _names(database) == []


async def test_a_bug_in_a_job_costs_only_that_job(database: Database) -> None:
    def job(connection: Connection) -> None:
        _add(connection, "ali")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await database.change(job)
    assert await database.change(lambda it: _add(it, "ece")) == 1
    assert await _names(database) == ["ece"]


async def test_what_the_database_refuses_is_a_store_error_and_undone(database: Database) -> None:
    def job(connection: Connection) -> None:
        _add(connection, "ali")
        _add(connection, "ali")

    with pytest.raises(StoreError, match="refused"):
        await database.change(job)
    assert await _names(database) == []


async def test_a_job_and_writes_asked_for_together_are_both_stored(database: Database) -> None:
    first, second = (
        database.change(lambda it: _add(it, "ali")),
        database.change(lambda it: _add(it, "ece")),
    )
    assert (await first, await second) == (1, 2)


async def test_a_job_waits_while_somebody_else_writes(path: Path) -> None:
    url = f"sqlite:///{path}"
    fresh_file(path)
    opened = connect(read_address(url))
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    waiting = opened.change(lambda it: _add(it, "ali"))
    other.execute("ROLLBACK")
    assert await waiting == 1
    other.close()
    await opened.close()
