"""The routes of files are described as they are served."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aiohttp import ClientSession

from ivr.web.files.described import paths
from tests.fakes.served import Served, shipped

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


async def test_every_path_is_served_and_told_of_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shipped(tmp_path)
    monkeypatch.chdir(tmp_path)
    served = await Served.start(tmp_path / "config.yaml")
    try:
        address = f"{served.web.url}/api/v1/openapi.json"
        async with ClientSession() as client, client.get(address) as answer:
            found = await answer.json()
        there = {each.canonical for each in served.server.app.router.resources()}
    finally:
        await served.close()
    told = paths(found)
    assert set(told) <= there
    assert found["paths"].items() >= told.items()
    ids = [each["operationId"] for path in found["paths"].values() for each in path.values()]
    assert len(ids) == len(set(ids))
