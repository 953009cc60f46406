"""The cord between the server and a process around pyVoIP."""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING

import pytest

from ivr.channels.pyvoip import hand as module
from ivr.channels.pyvoip.wire.messages import Ping, Ready
from ivr.domain.errors import MediaError
from tests.fakes.pyvoip_pbx import Pbx, phone
from tests.fakes.pyvoip_rig import need_pyvoip

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


@pytest.fixture
async def pbx() -> AsyncIterator[Pbx]:
    """A PBX where nothing is registered yet."""
    need_pyvoip()
    async with phone() as made:
        found = Pbx(made)
        yield found
        await found.close()


async def test_a_process_that_stands_still_is_killed(
    pbx: Pbx, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "BEAT_S", 0.05)
    pbx.begin()
    await pbx.tiding(Ready)
    assert pbx.hand is not None
    os.kill(pbx.hand.pid, signal.SIGSTOP)
    assert await pbx.dead() == -signal.SIGKILL
    assert not pbx.hand.alive


async def test_a_process_that_dies_is_told_once_and_takes_no_more_orders(pbx: Pbx) -> None:
    pbx.begin()
    await pbx.tiding(Ready)
    assert pbx.hand is not None
    pbx.hand.kill()
    await pbx.dead()
    pbx.hand.leave()
    pbx.hand.send(Ping(1))
    assert pbx.died == [-signal.SIGKILL]


async def test_a_process_that_is_let_go_is_not_told_as_dead(pbx: Pbx) -> None:
    pbx.begin()
    await pbx.tiding(Ready)
    await pbx.close()
    assert pbx.died == []


async def test_the_password_is_neither_in_its_words_nor_in_its_surroundings(pbx: Pbx) -> None:
    pbx.begin()
    await pbx.tiding(Ready)
    assert pbx.hand is not None
    for name in ("cmdline", "environ"):
        with open(f"/proc/{pbx.hand.pid}/{name}", "rb") as file:  # noqa: PTH123, ASYNC230
            assert b"secret" not in file.read()


async def test_a_machine_that_starts_nothing_is_told(
    pbx: Pbx, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_COMMAND", ("/nowhere/python",))
    with pytest.raises(MediaError, match="cannot be started"):
        pbx.begin()
