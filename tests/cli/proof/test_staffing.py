"""`ivr staffing` says what each half-hour of a queue needs, by what came."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from ivr.cli import app
from ivr.cli.outcome import CANNOT_RUN, GOOD
from ivr.cli.proof.staffing import Wish, staffing
from ivr.store import open_store
from ivr.store.reports.repository import SqlReports
from tests.fakes.fresh_store import fresh_file
from tests.ports.test_reports import Book, wait

if TYPE_CHECKING:
    from tests.fakes.project import Project

FILE = Path("config.yaml")
NINE = datetime(2026, 11, 23, 6, tzinfo=UTC)
DAYS = ("2026-11-23", "2026-11-24")


@pytest.fixture(autouse=True)
def database(project: Project) -> None:
    """A queue, and an empty database in the folder of the test."""
    assert project is not None
    FILE.write_text("zone: Europe/Istanbul\nqueues: [cards]\n", encoding="utf-8")
    fresh_file(Path("var/ivr.db"))


async def _busy_morning() -> None:
    """A hundred calls of three minutes from nine to half past; nobody leaves."""
    store = open_store("sqlite:///var/ivr.db")
    book = Book(store, SqlReports(store.database))
    for number in range(100):
        at = NINE + number * timedelta(seconds=15)
        talk = ("talk", 5, 180, "cards", "ayse")
        await book.call(at, wait(5, "answered"), talk, last_agent="ayse")
    await store.close()


def test_each_half_hour_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    asyncio.run(_busy_morning())
    assert staffing(Wish("cards", *DAYS, shrinkage=0), FILE) == GOOD
    about, head, line = capsys.readouterr().out.splitlines()
    assert about == "handling 180 s, patience 3600 s, 1 days"
    told = dict(zip(head.split(","), line.split(","), strict=True))
    assert (told["half_hour"], told["calls"], told["load"]) == ("09:00", "100.00", "10.00")
    assert (told["needed"], told["needed_if_nobody_leaves"], told["scheduled"]) == (
        "13", "14", "13",
    )  # fmt: skip
    assert told["binding"] == "level"


@pytest.mark.parametrize(
    "wish",
    [
        Wish("loans", *DAYS),
        Wish("cards", "yesterday", "2026-11-24"),
        Wish("cards", "2026-11-24", "2026-11-23"),
        Wish("cards", *DAYS),
    ],
)
def test_what_cannot_be_told_is_said(wish: Wish) -> None:
    assert staffing(wish, FILE) == CANNOT_RUN


def test_the_command_hands_on_what_was_written() -> None:
    words = ["staffing", "cards", "--since", DAYS[0], "--until", DAYS[1]]
    assert CliRunner().invoke(app, words).exit_code == CANNOT_RUN
