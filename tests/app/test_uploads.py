"""Links for files exist where the configuration wants them, and nowhere else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.app.uploads import links_of, taking_of
from ivr.config.load import load_config
from ivr.runtime.memory.clock import START
from tests.fakes.served import Served, shipped

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from ivr.config.model import Config


def config(more: str = "") -> Config:
    """With such options."""
    return load_config({"c.yaml": f"zone: Europe/Istanbul\n{more}\n".encode()}, {}, now=START)


def test_files_are_taken_as_the_configuration_says() -> None:
    taking = taking_of(config("uploads: {most_mb: 2, files: 3, kinds: [jpg]}"))
    assert (taking.most, taking.most_bytes, taking.kinds) == (
        3,
        2 * 1024 * 1024,
        frozenset({"jpg"}),
    )


def test_without_the_key_nobody_makes_links() -> None:
    assert links_of(config()) is None


async def test_a_link_of_the_shipped_server_leads_to_its_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shipped(tmp_path)
    monkeypatch.chdir(tmp_path)
    served = await Served.start(tmp_path / "config.yaml")
    try:
        paths = {each.canonical for each in served.server.app.router.resources()}
        assert {"/u/{token}", "/api/v1/tickets/{ref}/files"} <= paths
        links = links_of(served.server.config)
        assert links is not None
        assert links.life_s == 3600
    finally:
        await served.close()
