"""The chain of the audit log: who changes, drops or slips in a row is found out."""

from __future__ import annotations

import asyncio
import hashlib
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from ivr.domain.errors import StoreError
from ivr.runtime.ports.desk import AuditRow
from ivr.store.desk.audit import BEGINNING, SqlAudit, digest, first_broken
from ivr.store.sqlite import connect_to_write

if TYPE_CHECKING:
    from pathlib import Path

    from ivr.store import SqlStore

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def row(number: int) -> AuditRow:
    return AuditRow(NOON, "ayse", "agent.force", f"agent:{number}", facts={"n": number})


async def filled(store: SqlStore) -> SqlAudit:
    audit = SqlAudit(store.database)
    for number in range(5):
        await audit.append(row(number))
    return audit


async def test_each_hash_covers_the_one_before_and_the_row(store: SqlStore, path: Path) -> None:
    audit = await filled(store)
    with closing(sqlite3.connect(path)) as reader:
        chain = reader.execute("SELECT seq, body, previous, hash FROM audit_log ORDER BY seq")
        rows = chain.fetchall()
    assert rows[0][1] == (
        '{"about":"agent:0","at":"2026-11-23T12:00:00.000000+00:00","facts":{"n":0},'
        '"source":"","what":"agent.force","who":"ayse","why":""}'
    )
    assert rows[0][2] == BEGINNING
    assert rows[1][3] == hashlib.sha256((rows[0][3] + rows[1][1]).encode()).hexdigest()
    assert [one[0] for one in rows] == [1, 2, 3, 4, 5]
    assert await audit.broken() is None
    assert first_broken(rows) is None


@pytest.mark.parametrize(
    ("harm", "found"),
    [
        ("UPDATE audit_log SET body = replace(body, '2', '9') WHERE seq = 3", 3),
        ("DELETE FROM audit_log WHERE seq = 3", 4),
        ("DELETE FROM audit_log WHERE seq = 1", 2),
        ("UPDATE audit_log SET hash = previous WHERE seq = 5", 5),
        (
            "INSERT INTO audit_log SELECT 0, at, who, what, about, body, 'x', hash FROM audit_log"
            " WHERE seq = 5",
            0,
        ),
    ],
)
async def test_a_row_that_was_harmed_is_found(
    store: SqlStore, path: Path, harm: str, found: int
) -> None:
    audit = await filled(store)
    with closing(connect_to_write(path)) as other:
        if not harm.startswith("INSERT"):
            with pytest.raises(sqlite3.IntegrityError, match="rows of the audit log are"):
                other.execute(harm)
        other.execute("DROP TRIGGER audit_log_unchanged")
        other.execute("DROP TRIGGER audit_log_kept")
        other.execute(harm)
    assert await audit.broken() == found


async def test_two_processes_write_one_chain(store: SqlStore, again: SqlStore) -> None:
    both = (store.audit, again.audit)
    await asyncio.gather(*(both[number % 2].append(row(number)) for number in range(30)))
    assert await SqlAudit(store.database).broken() is None
    assert len(await store.audit.recent()) == 30


async def test_after_a_refusal_the_chain_goes_on(store: SqlStore, path: Path) -> None:
    audit = await filled(store)
    with closing(connect_to_write(path)) as other:
        other.execute(
            "CREATE TRIGGER no BEFORE INSERT ON audit_log BEGIN SELECT RAISE(ABORT, 'no'); END"
        )
        with pytest.raises(StoreError, match="refused"):
            await audit.append(row(5))
        other.execute("DROP TRIGGER no")
    await audit.append(row(6))
    assert await audit.broken() is None
    assert [one.about for one in await audit.recent(2)] == ["agent:6", "agent:4"]


def test_a_hash_is_that_of_both_texts() -> None:
    assert digest("ab", "c") == hashlib.sha256(b"abc").hexdigest()
