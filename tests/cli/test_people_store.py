"""Work on the database from the command line: the store is closed, and refusals are told."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ivr.cli.loading import load
from ivr.cli.outcome import CANNOT_RUN, GOOD
from ivr.cli.people_store import on_store
from ivr.domain.errors import StaleVersionError

if TYPE_CHECKING:
    import pytest

    from ivr.store import SqlStore
    from tests.fakes.project import Project


async def fine(store: SqlStore) -> int:
    assert await store.people.all() == []
    return GOOD


async def stale(_store: SqlStore) -> int:
    raise StaleVersionError("somebody else was faster")


def test_work_is_done_on_the_configured_database(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    config = load(Path("config.yaml"))
    assert on_store(config, fine, create=False) == CANNOT_RUN
    assert "ivr db upgrade" in capsys.readouterr().err
    assert on_store(config, fine, create=True) == GOOD
    assert on_store(config, stale, create=True) == CANNOT_RUN
    assert capsys.readouterr().err == "somebody else was faster\n"
