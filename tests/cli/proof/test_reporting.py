"""`ivr export report` writes what the page shows, for days of the house."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from ivr.cli.outcome import CANNOT_RUN, GOOD
from ivr.cli.proof.commands import export
from ivr.cli.proof.reporting import Wish, report
from tests.fakes.fresh_store import fresh_file

if TYPE_CHECKING:
    from tests.fakes.project import Project

FILE = Path("config.yaml")
DAYS = ("2026-11-01", "2026-11-03")


@pytest.fixture(autouse=True)
def database(project: Project) -> None:
    """An empty one, in the folder of the test."""
    assert project is not None
    fresh_file(Path("var/ivr.db"))


def test_a_report_is_said_or_kept_in_a_file(capsys: pytest.CaptureFixture[str]) -> None:
    assert report(Wish("r14", *DAYS, by="day"), FILE) == GOOD
    said = capsys.readouterr().out.splitlines()
    assert said[0].startswith("day,closed,reopened,reopen_rate_percent")
    assert said[1:] == ["2026-11-01,0,0,,0,0,,,0", "2026-11-02,0,0,,0,0,,,0"]
    assert report(Wish("R14", *DAYS, file=Path("r14.csv")), FILE) == GOOD
    assert Path("r14.csv").read_bytes().startswith(b"category,closed")
    assert report(Wish("R14", *DAYS, file=Path("none/r14.csv")), FILE) == CANNOT_RUN


@pytest.mark.parametrize(
    "wish",
    [
        Wish("R99", *DAYS),
        Wish("R14", "yesterday", "2026-11-03"),
        Wish("R14", "2026-11-03", "2026-11-03"),
        Wish("R14", *DAYS, by="moon"),
        Wish("R14", "1990-01-01", "2026-01-01", by="hour"),
    ],
)
def test_what_cannot_be_asked_is_said(wish: Wish) -> None:
    assert report(wish, FILE) == CANNOT_RUN


def test_a_moment_with_an_offset_is_taken_as_it_is() -> None:
    now = datetime(2026, 11, 23, tzinfo=UTC).isoformat()
    assert report(Wish("R11", "2026-11-01", now), FILE) == GOOD


def test_the_command_hands_on_what_was_written() -> None:
    words = ["report", "R11", "--since", DAYS[0], "--until", DAYS[1], "--by", "metric"]
    made = CliRunner().invoke(export, words)
    assert (made.exit_code, made.stdout[:6]) == (GOOD, "metric")
