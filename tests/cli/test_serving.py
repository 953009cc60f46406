"""`ivr serve` where it cannot serve; that it serves is shown in tests/calls/test_restart.py."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner, Result

from ivr.cli import app
from tests.fakes.served import shipped

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The shipped flows in the working folder; the logging is put back afterwards."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    shipped(tmp_path)
    monkeypatch.chdir(tmp_path)
    yield tmp_path
    root.handlers[:] = handlers
    root.setLevel(level)


def serve() -> Result:
    return CliRunner().invoke(app, ["serve"])


def test_every_mistake_of_the_flows_is_told(folder: Path) -> None:
    path = folder / "flows" / "pharmacy.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("giveup: goodbye", "giveup: goodby"), encoding="utf-8")
    done = serve()
    assert done.exit_code == 1
    assert done.stderr.count(" F201 error ") == text.count("giveup: goodbye")
    assert " warning " not in done.stderr


def test_a_broken_table_is_a_mistake_too(folder: Path) -> None:
    (folder / "flows" / "data" / "pins.yaml").write_text("- {customer: C-1")
    done = serve()
    assert done.exit_code == 1
    assert "flows/data/pins.yaml:" in done.stderr


def test_a_key_file_that_others_may_read_stops_the_start(folder: Path) -> None:
    (folder / "var").mkdir()
    key = folder / "var" / "master.key"
    key.write_bytes(b"k" * 32)
    key.chmod(0o644)
    done = serve()
    assert done.exit_code == 2
    assert "chmod 600" in done.stderr


def test_a_database_that_is_none_stops_the_start(folder: Path) -> None:
    (folder / "var").mkdir()
    (folder / "var" / "ivr.db").write_text("no database at all, " * 100)
    done = serve()
    assert done.exit_code == 2
    assert "Traceback" not in done.stderr
