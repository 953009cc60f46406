"""`ivr db upgrade`: a database that is not there, at another version, at this one, or broken."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ivr.cli.outcome import CANNOT_RUN, GOOD
from ivr.cli.upgrading import upgrade
from ivr.store.upgrade import HEAD, NOTHING

if TYPE_CHECKING:
    from tests.fakes.project import Project

FILE = Path("config.yaml")
DATABASE = Path("var/ivr.db")


def version() -> str:
    with closing(sqlite3.connect(DATABASE)) as database:
        return str(database.execute("SELECT version_num FROM alembic_version").fetchone()[0])


def test_a_database_is_made_where_there_is_none(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    assert upgrade(FILE) == GOOD
    assert capsys.readouterr().out == f"the database is at {HEAD}, it was at {NOTHING}\n"
    assert version() == HEAD


def test_a_second_time_nothing_is_done(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    upgrade(FILE)
    before = DATABASE.read_bytes()
    capsys.readouterr()
    assert upgrade(FILE) == GOOD
    assert capsys.readouterr().out == f"the database is at {HEAD}\n"
    assert DATABASE.read_bytes() == before
    assert list(DATABASE.parent.glob("*.bak")) == []


def test_a_database_of_another_program_version_is_left_alone(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    upgrade(FILE)
    with closing(sqlite3.connect(DATABASE)) as database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
        database.commit()
    capsys.readouterr()
    assert upgrade(FILE) == CANNOT_RUN
    assert "9999" in capsys.readouterr().err
    assert version() == "9999"


def test_a_file_that_is_no_database_is_told(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    project.write("var/ivr.db", "no database at all, but long enough to be looked at" * 40)
    assert upgrade(FILE) == CANNOT_RUN
    shown = capsys.readouterr()
    assert "var/ivr.db" in shown.err
    assert shown.out == ""


def test_a_folder_that_cannot_be_made_is_told(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    project.write("var", "a file where a folder should be")
    assert upgrade(FILE) == CANNOT_RUN
    assert "var" in capsys.readouterr().err


@pytest.mark.parametrize("url", ["mysql://host/name", "sqlite://", "postgresql://host"])
def test_a_database_of_another_kind_is_told_without_its_password(
    project: Project, capsys: pytest.CaptureFixture[str], url: str
) -> None:
    project.write(
        "config.yaml",
        f'zone: Europe/Istanbul\ndatabase: "{url.replace("//host", "//me:pw9x@host")}"\n',
    )
    assert upgrade(FILE) == CANNOT_RUN
    error = capsys.readouterr().err
    assert "it looks like sqlite:///" in error
    assert "pw9x" not in error
