"""The place of a process: started again when it falls, down when it falls too often."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
from typing import TYPE_CHECKING, Any

import pytest

from ivr.channels.pyvoip import hand
from ivr.channels.pyvoip.post import Post
from ivr.channels.pyvoip.wire.falls import Falls
from ivr.channels.pyvoip.wire.messages import Accept, Begin, Gone, Ringing, Stop
from tests.fakes.pyvoip_pbx import Pbx, phone
from tests.fakes.pyvoip_rig import need_pyvoip

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

PATIENCE_S = 10.0


class Told:
    """What a trunk hears of its place."""

    def __init__(self) -> None:
        self.tidings: list[Any] = []
        self.falls = 0
        self.came = asyncio.Event()

    def hear(self, tiding: Any) -> None:  # noqa: ANN401 - a tiding
        """Something happened."""
        self.tidings.append(tiding)
        self.came.set()

    def lost(self) -> None:
        """The process fell."""
        self.falls += 1
        self.came.set()

    async def fell(self, times: int) -> None:
        """Until it fell so often."""
        async with asyncio.timeout(PATIENCE_S):
            while self.falls < times:
                self.came.clear()
                await self.came.wait()


@pytest.fixture
async def pbx() -> AsyncIterator[Pbx]:
    """A PBX where the process of a post registers."""
    need_pyvoip()
    async with phone() as made:
        found = Pbx(made)
        made.answers = found._answer
        yield found


def posted(pbx: Pbx, told: Told) -> Post:
    """A post whose process registers at the PBX."""
    place = (pbx.phone.host, pbx.phone.sip_port, "7001", "secret", "127.0.0.1")
    begin = Begin(*place, pbx.phone.server[1], 20_000, 60_000, 4)
    return Post("inside", begin, told.hear, told.lost)


async def ready(post: Post) -> None:
    """Until the process is registered."""
    async with asyncio.timeout(PATIENCE_S):
        await post.ready.wait()


async def test_a_call_that_was_lost_is_ended_by_the_next_process(pbx: Pbx) -> None:
    told = Told()
    post = posted(pbx, told)
    post.start()
    await ready(post)
    dialog = pbx.phone.invite("7001")
    await pbx.phone.response("INVITE", 180)
    post.send(Accept(1))
    pbx.phone.acknowledge(dialog, await pbx.answer_of(dialog))
    await pbx.phone.until(lambda: len(pbx.phone.rtp) > 5)
    assert post.pid is not None
    os.kill(post.pid, signal.SIGKILL)
    await told.fell(1)
    assert not post.ready.is_set()
    bye = await pbx.phone.wait(lambda m: m.method == "BYE" and not m.status)
    assert bye["call-id"] == dialog.call_id
    assert [type(tiding) for tiding in told.tidings] == [Ringing]
    await post.close()
    assert post.pid is None


async def test_a_call_that_ended_well_is_not_ended_again(pbx: Pbx) -> None:
    told = Told()
    post = posted(pbx, told)
    post.start()
    await ready(post)
    dialog = pbx.phone.invite("7001")
    await pbx.phone.response("INVITE", 180)
    post.send(Accept(1))
    pbx.phone.acknowledge(dialog, await pbx.answer_of(dialog))
    await pbx.phone.bye(dialog)
    await asyncio.wait_for(told.came.wait(), PATIENCE_S)
    assert told.tidings[-1] == Gone(1, "bye")
    assert not post._byes
    await post.close()


async def test_three_falls_are_an_alarm_and_the_next_registration_ends_it(
    pbx: Pbx, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(Falls, "fell", quickly(Falls.fell))
    monkeypatch.setattr(hand, "_COMMAND", ("/bin/false",))
    told = Told()
    post = posted(pbx, told)
    with caplog.at_level(logging.INFO):
        post.start()
        await told.fell(3)
        assert post.down
        monkeypatch.undo()
        await ready(post)
    assert not post.down
    logged = [record.getMessage() for record in caplog.records]
    assert logged[:3] == ["pyvoip_fell", "pyvoip_fell", "pyvoip_trunk_down"]
    assert logged.count("pyvoip_trunk_down") == 1
    assert logged[-1] == "pyvoip_registered"
    await post.close()


async def test_a_machine_that_starts_nothing_counts_as_a_fall(
    pbx: Pbx, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hand, "_COMMAND", ("/nowhere/python",))
    told = Told()
    post = posted(pbx, told)
    post.start()
    assert told.falls == 1
    post.send(Stop(1))
    await post.close()


def quickly(fell: Any) -> Any:  # noqa: ANN401 - a method and its like
    """A verdict that waits for nothing."""

    def soon(self: Falls, now_s: float) -> Any:  # noqa: ANN401 - a verdict
        verdict = fell(self, now_s)
        return type(verdict)(0.01, verdict.down)

    return soon
