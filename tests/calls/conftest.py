"""Whole servers in folders of their own, ended at the end of a test."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ivr.app import Parts
from ivr.runtime.memory.clock import VirtualClock
from ivr.runtime.memory.store import MemoryStore
from tests.fakes.served import Process, Served, shipped
from tests.fakes.sip_agents import SipDesk
from tests.fakes.sip_served import need_espeak

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
    from pathlib import Path


def pytest_itemcollected(item: pytest.Item) -> None:
    """Coverage counts what the tests of the parts reach, not whole servers."""
    item.add_marker("unmeasured")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the shipped flows and configuration, made the working folder."""
    shipped(tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
async def served(folder: Path) -> AsyncIterator[Served]:
    """The shipped server in memory on virtual time, a Monday morning."""
    parts = Parts(clock=VirtualClock(), store=MemoryStore())
    made = await Served.start(folder / "config.yaml", parts)
    yield made
    await made.close()


@pytest.fixture
async def stored(folder: Path) -> AsyncIterator[Served]:
    """The shipped server with SQLite on real time."""
    made = await Served.start(folder / "config.yaml")
    yield made
    await made.close()


@pytest.fixture
def options() -> Mapping[str, str]:
    """What is different in the configuration of `desk`."""
    return {}


@pytest.fixture
def users() -> tuple[str, ...]:
    """Whose phones may register beside the agents'."""
    return ()


@pytest.fixture
async def desk(
    tmp_path: Path,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
    options: Mapping[str, str],
    users: tuple[str, ...],
) -> AsyncIterator[SipDesk]:
    """A server with a queue, whose callers and agents have SIP telephones."""
    need_espeak()
    monkeypatch.chdir(tmp_path)
    sounds = tmp_path_factory.getbasetemp() / "sounds"
    made = await SipDesk.start(tmp_path, sounds, options, users)
    yield made
    await made.close()


@pytest.fixture
async def start(folder: Path) -> AsyncIterator[Callable[[], Awaitable[Process]]]:
    """Starts real servers in the folder; what still runs at the end of a test is killed."""
    made: list[Process] = []

    async def begin() -> Process:
        made.append(await Process.start(folder, f"serve{len(made)}", loaded=True))
        return made[-1]

    yield begin
    for each in made:
        await each.kill()
