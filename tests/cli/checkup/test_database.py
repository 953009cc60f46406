"""What `ivr doctor` says about the database."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ivr.cli.checkup import database
from ivr.store.upgrade import HEAD
from tests.fakes.fresh_store import fresh_file

if TYPE_CHECKING:
    from pathlib import Path


def told(url: str) -> list[tuple[str, str]]:
    return [(each.verdict.value, each.name) for each in database.database(url)]


def test_a_database_that_is_not_there_is_set_up_later(tmp_path: Path) -> None:
    file = tmp_path / "ivr.db"
    assert told(f"sqlite:///{file}") == [("ok", "database"), ("ok", "sqlite")]
    assert not file.exists()


def test_a_database_at_head_is_durable_and_whole(tmp_path: Path) -> None:
    url = fresh_file(tmp_path / "ivr.db")
    found = list(database.database(url))
    assert [each.verdict.value for each in found] == ["ok", "ok", "ok"]
    assert HEAD in found[0].message
    assert "synchronous FULL" in found[1].message


def test_another_version_wants_an_upgrade(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    url = fresh_file(tmp_path / "ivr.db")
    monkeypatch.setattr(database, "HEAD", "0999")
    first = next(iter(database.database(url)))
    assert (first.verdict.value, first.remedy) == ("fail", "ivr db upgrade")


def test_a_file_that_is_no_database_is_a_failure(tmp_path: Path) -> None:
    (tmp_path / "ivr.db").write_bytes(b"this is not a database, " * 100)
    assert told(f"sqlite:///{tmp_path}/ivr.db") == [("fail", "database")]


def test_a_server_that_does_not_answer_is_a_failure() -> None:
    pytest.importorskip("asyncpg")
    found = told("postgresql://ivr:secret@127.0.0.1:1/ivr")
    assert found == [("fail", "database")]


def test_a_large_file_is_not_looked_through(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = fresh_file(tmp_path / "ivr.db")
    monkeypatch.setattr(database, "MOST_CHECKED_BYTES", 10)
    assert told(url)[-1] == ("warn", "integrity")


def test_an_old_sqlite_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "OLDEST_SQLITE", (99, 0))
    assert told(f"sqlite:///{tmp_path}/ivr.db")[-1] == ("fail", "sqlite")


def test_only_sqlite_has_a_file(tmp_path: Path) -> None:
    assert database.sqlite_file(f"sqlite:///{tmp_path}/ivr.db") == tmp_path / "ivr.db"
    assert database.sqlite_file("postgresql://ivr@db.example/ivr") is None
    assert database.sqlite_file("nonsense") is None


def test_an_empty_postgresql_is_set_up_later(postgres_url: str) -> None:
    assert told(postgres_url) == [("ok", "database")]
