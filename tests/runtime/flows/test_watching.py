"""Edited files are taken over while the server runs."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

import pytest

from ivr.domain.errors import StoreError
from ivr.runtime.clock import SystemClock
from ivr.runtime.flows import watching
from ivr.runtime.flows.library import Files, Judges, Library
from ivr.runtime.flows.watching import take_over, watch
from ivr.runtime.memory.clock import VirtualClock, settle
from ivr.runtime.memory.store import MemoryShelf
from ivr.runtime.tasks import Tasks
from tests.fakes.house import desk_book

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping, Sequence
    from pathlib import Path

    from ivr.domain.problem import Problem

PATIENCE_S = 10.0


def nothing(_files: Files) -> tuple[None, tuple[()]]:
    return None, ()


class Taken(Library):
    """A library that only writes down what it is given, and can fail first."""

    def __init__(self, *failures: Exception) -> None:
        super().__init__(desk_book(), MemoryShelf(), Judges(nothing, lambda _book: (), nothing))
        self.failures = list(failures)
        self.taken: list[Mapping[str, bytes]] = []
        self.told = asyncio.Event()

    async def publish(self, files: Mapping[str, bytes]) -> Sequence[Problem]:
        """Write down."""
        if self.failures:
            raise self.failures.pop(0)
        self.taken.append(files)
        self.told.set()
        return ()


@pytest.fixture
async def tasks() -> AsyncIterator[Tasks]:
    made = Tasks()
    yield made
    await made.close()


async def edited(library: Taken, file: Path, text: str) -> Mapping[str, bytes]:
    """Write until the watcher has seen it: when it begins to look is not for us to know."""
    library.told.clear()
    async with asyncio.timeout(PATIENCE_S):
        while not library.told.is_set():
            await asyncio.to_thread(file.write_text, text)
            try:
                async with asyncio.timeout(1.0):
                    await library.told.wait()
            except TimeoutError:
                continue
    return library.taken[-1]


async def test_a_real_edit_is_taken_over_and_so_is_the_next(tmp_path: Path, tasks: Tasks) -> None:
    file, library = tmp_path / "desk.yaml", Taken()
    file.write_text("one")
    tasks.start(watch(library, tmp_path, tasks, SystemClock()), "watch")
    assert await edited(library, file, "two") == {file.as_posix(): b"two"}
    assert await edited(library, file, "three") == {file.as_posix(): b"three"}


async def test_a_publication_that_breaks_costs_only_itself(
    tmp_path: Path, tasks: Tasks, caplog: pytest.LogCaptureFixture
) -> None:
    file, library = tmp_path / "desk.yaml", Taken(ZeroDivisionError())
    file.write_text("one")
    tasks.start(watch(library, tmp_path, tasks, SystemClock()), "watch")
    await edited(library, file, "two")
    failed = [record for record in caplog.records if record.getMessage() == "task_failed"]
    assert [record.__dict__["task"] for record in failed] == ["publish flows"]


async def test_other_files_are_none_of_our_business(
    tmp_path: Path, tasks: Tasks, monkeypatch: pytest.MonkeyPatch
) -> None:
    library = Taken()

    async def changes(*_given: object, **_named: object) -> AsyncIterator[set[tuple[int, str]]]:
        yield {(1, str(tmp_path / ".desk.yaml.swp")), (2, str(tmp_path / "notes.txt"))}
        yield {(2, str(tmp_path / "hello.wav"))}

    monkeypatch.setattr(watching, "awatch", changes)
    await watch(library, tmp_path, tasks, SystemClock())
    assert library.taken == [{}]


@pytest.mark.parametrize("failure", [StoreError("away"), FileNotFoundError("gone")])
async def test_what_is_away_for_a_moment_is_tried_again(
    tmp_path: Path, failure: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "desk.yaml").write_text("one")
    clock, library = VirtualClock(), Taken(failure, failure)
    with caplog.at_level(logging.WARNING):
        work = Tasks().start(take_over(library, tmp_path, clock), "take over")
        async with asyncio.timeout(PATIENCE_S):
            while not work.done():
                await clock.advance(watching.RETRY_S)
                await asyncio.to_thread(lambda: None)
                await settle()
    assert library.taken == [{(tmp_path / "desk.yaml").as_posix(): b"one"}]
    assert [record.getMessage() for record in caplog.records] == ["flows_wait", "flows_wait"]
