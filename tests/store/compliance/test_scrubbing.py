"""What was deleted is gone from the file too, while others go on writing."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import make_url

from ivr.domain.errors import StoreError
from ivr.store.compliance.scrubbing import scrub_file, scrubber
from ivr.store.sqlite import connect_to_write

if TYPE_CHECKING:
    from pathlib import Path

SECRET = "gizli-defter-"  # noqa: S105 - words to be looked for


def _holds(file: Path) -> bool:
    octets = b"".join(
        each.read_bytes() for each in file.parent.glob(f"{file.name}*") if each.is_file()
    )
    return SECRET.encode() in octets


def test_pages_that_became_free_and_the_log_keep_nothing(file: Path) -> None:
    with closing(connect_to_write(file)) as writer:
        writer.execute("CREATE TABLE notes (id INTEGER PRIMARY KEY, body TEXT)")
        body = SECRET * 20_000  # on pages of its own
        writer.executemany("INSERT INTO notes VALUES (?, ?)", [(n, body) for n in range(3)])
        writer.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        writer.execute("DELETE FROM notes")
        assert _holds(file)
        scrub_file(file)
        assert not _holds(file)
        writer.execute("INSERT INTO notes VALUES (9, 'x')")
        assert writer.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        tables = "SELECT name FROM sqlite_master WHERE name = 'scrubbing'"
        assert writer.execute(tables).fetchall() == []


def test_words_go_from_the_index_for_search(file: Path) -> None:
    with closing(connect_to_write(file)) as writer:
        for number in range(40):
            word = f"kelime{number}" if number else "gizlikelime"
            row = f"({number}, '{word}')"
            writer.execute(f"INSERT INTO words_of_ticket (rowid, search_fold) VALUES {row}")  # noqa: S608
        writer.execute(
            "INSERT INTO words_of_ticket (words_of_ticket, rowid, search_fold) "
            "VALUES ('delete', 0, 'gizlikelime')"
        )
        scrub_file(file)
        segments = writer.execute("SELECT count(*) FROM words_of_ticket_data").fetchone()
        assert segments[0] < 10
    assert b"gizlikelime" not in file.read_bytes()


async def test_a_database_that_is_no_file_is_left_to_itself(tmp_path: Path) -> None:
    await scrubber(make_url("postgresql://x@127.0.0.1:1/x"))()
    broken = tmp_path / "broken.db"
    broken.write_bytes(b"no database" * 1000)
    with pytest.raises(StoreError, match="cleaned"):
        await scrubber(make_url(f"sqlite:///{broken}"))()


def test_a_reader_of_old_pages_is_said_to_be_in_the_way(file: Path) -> None:
    with closing(connect_to_write(file)) as writer, closing(sqlite3.connect(file)) as reader:
        writer.execute("CREATE TABLE notes (id INTEGER PRIMARY KEY)")
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM notes").fetchone()
        writer.execute("INSERT INTO notes VALUES (1)")
        with pytest.raises(StoreError, match="in use"):
            scrub_file(file, busy_ms=10)
