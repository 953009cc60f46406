"""`ivr acd replay`, of the record that a centre has left."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ivr.cli.outcome import FOUND, GOOD
from ivr.cli.routing.repeating import replay
from tests.fakes.floor import Hosted
from tests.fakes.fresh_store import open_fresh

if TYPE_CHECKING:
    from tests.fakes.project import Project

FILE, DATABASE = Path("config.yaml"), Path("var/ivr.db")


@pytest.fixture
def left(project: Project) -> None:
    """Two callers came, and the server was started anew between them."""
    assert project is not None

    async def day() -> None:
        store = open_fresh(f"sqlite:///{DATABASE}", create=True)
        for call in ("c1", "c2"):
            hosted = await Hosted(log=store.groups).start()
            await hosted.login("ayse")
            await hosted.queue(call)
            await hosted.close()
        await store.close()

    DATABASE.parent.mkdir(exist_ok=True)
    asyncio.run(day())


@pytest.mark.usefixtures("left")
def test_the_record_of_a_centre_is_repeated(capsys: pytest.CaptureFixture[str]) -> None:
    assert replay(FILE) == GOOD
    (line,) = capsys.readouterr().out.splitlines()
    assert line == (
        "group g: 4 events and 2 decisions repeated, 0 differ; 0 events before the first beginning"
    )


@pytest.mark.usefixtures("left")
def test_a_decision_that_was_changed_is_shown_beside_the_repeated_one(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with closing(sqlite3.connect(DATABASE)) as file, file:
        file.execute("UPDATE acd_decision SET body = replace(body, 'ayse', 'can') WHERE id = 1")
    assert replay(FILE) == FOUND
    told, stored, repeated = capsys.readouterr().out.splitlines()
    assert "1 differ" in told
    assert '"agent":"can"' in stored
    assert '"agent":"ayse"' in repeated
