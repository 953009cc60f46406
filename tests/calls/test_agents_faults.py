"""A server that is killed with callers in the queue: order, offers and outcomes afterwards."""

from __future__ import annotations

import json
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from tests.fakes.call_centre import CallCentre
from tests.fakes.queue_kill import Crowd
from tests.fakes.real_desk import ASKS_EVERY_S
from tests.fakes.sip_talkers import after

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    import pytest

CALLERS = 200
SERVED = 8


@asynccontextmanager
async def crowd(folder: Path) -> AsyncIterator[Crowd]:
    """A crowd that goes home in any case."""
    made = await Crowd.open(folder, ["ayse", "can", "ece"], loaded=True)
    try:
        yield made
    finally:
        await made.close()


async def test_two_hundred_callers_keep_their_order_when_the_server_is_killed(
    tmp_path: Path,
) -> None:
    async with crowd(tmp_path) as all_of_them:
        await all_of_them.works("ayse", "can")
        await all_of_them.waits(CALLERS)
        for name, call in zip(("ayse", "can"), all_of_them.calls, strict=False):
            assert (await all_of_them.phones[name].until("rings"))["rings"] == call
        await all_of_them.killed()
        assert await all_of_them.waiting() == all_of_them.calls
        back = all_of_them.calls[:SERVED]
        assert await all_of_them.resume(back) == SERVED
        await all_of_them.works("ece")
        assert await all_of_them.serve("ece", SERVED) == back
        assert await all_of_them.waiting() == all_of_them.calls[SERVED:]
        assert sorted(all_of_them.offered("accepted")) == sorted(back)
        assert set(all_of_them.outcomes()) <= {"handled"}


async def test_a_kill_as_the_agent_answers_bridges_nobody_twice(tmp_path: Path) -> None:
    async with crowd(tmp_path) as few:
        await few.works("ayse")
        await few.waits(3)
        await few.phones["ayse"].until("rings")
        await few.phones["ayse"].send(answer=True)
        await few.killed()
        waiting = await few.waiting()
        assert waiting in (few.calls, few.calls[1:])
        await few.resume(waiting)
        await few.works("ece")
        assert await few.serve("ece", len(waiting)) == waiting
        while few.outcomes().total() < len(few.calls):
            await after(ASKS_EVERY_S)
        assert set(few.outcomes()) <= {"handled", "system_lost"}
        assert max(few.bridged.values()) == 1


async def test_a_desk_that_was_open_all_the_time_hears_that_a_kill_has_ended_the_call(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    first = await CallCentre.open(tmp_path)
    await first.works("ayse")
    await first.waits()
    first.phones["ayse"].answer()
    await first.clock.advance(1)
    seen = [one.seq for one in await first.served.server.streams.recent("ayse")][-1]
    second = await first.killed(tmp_path)
    await second.clock.advance(1)
    missed = [one for one in await second.served.server.streams.recent("ayse") if one.seq > seen]
    bodies = [json.loads(one.body) for one in missed]
    calls = [body["data"] for body in bodies if body["type"] == "call.changed"]
    assert calls == [{}]
    await second.close()
    await first.close()


async def test_who_does_not_come_back_after_a_kill_was_lost_by_us(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    first = await CallCentre.open(tmp_path)
    await first.works("ayse")
    calls = [await first.waits() for _caller in range(4)]
    second = await first.killed(tmp_path)
    for call in calls[::2]:
        assert second.trunk.attach(call, lambda _message: None)
    await second.clock.advance(61)
    assert [row["call"] for row in second.floor.waiting("general")] == calls[::2]
    assert {(await second.record(call)).outcome for call in calls[1::2]} == {"system_lost"}
    assert {(await second.record(call)).outcome for call in calls[::2]} == {"open"}
    await second.close()
    await first.close()
