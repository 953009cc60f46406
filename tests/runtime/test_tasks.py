"""Background work is never forgotten and never fails unseen."""

from __future__ import annotations

import asyncio
import gc
import logging
from typing import TYPE_CHECKING

from prometheus_client.registry import REGISTRY

from ivr.runtime.memory.clock import settle
from ivr.runtime.tasks import Tasks

if TYPE_CHECKING:
    import pytest


async def test_a_failure_is_logged_with_the_name_of_its_work(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def fail() -> None:
        raise ValueError("no")

    tasks = Tasks()
    labels = {"task": "failing"}
    before = REGISTRY.get_sample_value("ivr_task_failures_total", labels) or 0
    with caplog.at_level(logging.ERROR):
        tasks.start(fail(), "failing")
        await settle()
    assert [record.getMessage() for record in caplog.records] == ["task_failed"]
    assert caplog.records[0].__dict__["task"] == "failing"
    assert REGISTRY.get_sample_value("ivr_task_failures_total", labels) == before + 1
    await tasks.close()


async def test_work_is_kept_alive_until_it_is_done() -> None:
    tasks, gate, done = Tasks(), asyncio.Event(), []

    async def wait() -> None:
        await gate.wait()
        done.append(1)

    tasks.start(wait(), "waiting")
    await settle()
    gc.collect()
    gate.set()
    await settle()
    assert done == [1]
    assert tasks._running == set()


async def test_close_ends_what_still_runs_and_waits_for_its_end() -> None:
    tasks, ended = Tasks(), []

    async def for_ever() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            await settle()
            ended.append(1)

    started = [tasks.start(for_ever(), f"work {n}") for n in range(3)]
    await settle()
    await tasks.close()
    assert ended == [1, 1, 1]
    assert all(task.cancelled() for task in started)


async def test_what_is_cancelled_is_no_failure(caplog: pytest.LogCaptureFixture) -> None:
    tasks = Tasks()
    tasks.start(asyncio.Event().wait(), "waiting").cancel()
    await settle()
    assert caplog.records == []
