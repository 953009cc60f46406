"""The API of customers and tickets on a whole server: there with a database, not without."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.app import Parts
from ivr.app.records import kept_answers
from ivr.runtime.memory.answers import MemoryAnswers
from ivr.runtime.memory.store import MemoryStore
from ivr.store.desk.answers import SqlAnswers
from tests.fakes.served import Served, shipped

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

ROUTES = {"/api/v1/tickets", "/api/v1/customers", "/api/v1/calls/{call}/ticket"}


def paths(served: Served) -> set[str]:
    """What the server answers to."""
    return {each.canonical for each in served.server.app.router.resources()}


async def test_records_have_an_api_where_they_are_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shipped(tmp_path)
    monkeypatch.chdir(tmp_path)
    served = await Served.start(tmp_path / "config.yaml")
    try:
        assert paths(served) >= ROUTES
        assert isinstance(kept_answers(served.server.switch.store), SqlAnswers)
    finally:
        await served.close()


async def test_a_server_in_memory_has_none_of_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shipped(tmp_path)
    monkeypatch.chdir(tmp_path)
    store = MemoryStore()
    served = await Served.start(tmp_path / "config.yaml", Parts(store=store))
    try:
        assert paths(served).isdisjoint(ROUTES)
        assert isinstance(kept_answers(store), MemoryAnswers)
    finally:
        await served.close()
