"""`ivr db upgrade`: a database that is not there, at another version, at this one, or broken."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import typer
from typer.testing import CliRunner

from ivr.cli import app
from ivr.cli.outcome import CANNOT_RUN, FOUND, GOOD, MISSING_EXTRA
from ivr.cli.upgrading import upgrade
from ivr.store import postgres
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


def test_a_database_that_cannot_be_reached_is_told_without_its_password(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    address = "postgresql://me:pw9x@127.0.0.1:1/ivr"  # nothing listens on port 1
    project.write("config.yaml", f"zone: Europe/Istanbul\ndatabase: {address}\n")
    assert upgrade(FILE) == CANNOT_RUN
    error = capsys.readouterr().err
    assert "127.0.0.1" in error
    assert "pw9x" not in error


def test_a_broken_configuration_upgrades_nothing(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    project.change("config.yaml", "Europe/Istanbul", "Nowhere/Else")
    with pytest.raises(typer.Exit) as told:
        upgrade(FILE)
    assert told.value.exit_code == FOUND
    assert not DATABASE.exists()


def test_the_command_ends_with_the_exit_code(project: Project) -> None:
    assert CliRunner().invoke(app, ["db", "upgrade"]).exit_code == GOOD
    project.write("var/ivr.db", "no database at all, " * 100)
    assert CliRunner().invoke(app, ["db", "upgrade"]).exit_code == CANNOT_RUN


def test_a_database_of_a_newer_program_is_told_without_a_traceback(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    upgrade(FILE)
    with closing(sqlite3.connect(DATABASE)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    capsys.readouterr()
    assert upgrade(FILE) == CANNOT_RUN
    assert "the database cannot be brought to" in capsys.readouterr().err


def test_a_database_whose_extra_is_missing_ends_with_3(
    project: Project, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres, "find_spec", lambda _name: None)
    text = FILE.read_text(encoding="utf-8")
    FILE.write_text(f"{text}\ndatabase: postgresql://127.0.0.1/ivr\n", encoding="utf-8")
    assert upgrade(FILE) == MISSING_EXTRA
    assert 'pip install "ivr-server[postgres]"' in capsys.readouterr().err
