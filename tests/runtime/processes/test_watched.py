"""A process at the end of a cord: what is sent, what it tells, and its end."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from ivr.domain.errors import MediaError
from ivr.runtime.memory.clock import settle
from ivr.runtime.processes.watched import CODE_PLACE, Launch, Watched

if TYPE_CHECKING:
    from collections.abc import Callable

ECHO = """
import socket, sys
cord = socket.socket(fileno=int(sys.argv[1]))
while data := cord.recv(1000):
    cord.send(data)
"""
LAUNCH = Launch(
    what="the echo",
    command=(sys.executable, "-S", "-c", ECHO),
    environment={"PYTHONPATH": CODE_PLACE},
    most_bytes=1000,
    beat_s=60.0,
    patience=2,
    exit_s=5.0,
)


class Echo(Watched):
    """Keeps what came back; `?` is no sign of life, `!` is no message at all."""

    def __init__(self, launch: Launch = LAUNCH) -> None:
        self.came: list[bytes] = []
        self.codes: list[int] = []
        self.beats = 0
        self._changed = asyncio.Event()
        super().__init__(launch)

    def taken(self, data: bytes) -> int:
        if data == b"!":
            raise MediaError("no message")
        self.came.append(data)
        self._changed.set()
        return 0 if data == b"?" else 2

    def beat(self, number: int) -> None:
        self.beats = number
        self.put(b"?")

    def died(self, code: int) -> None:
        self.codes.append(code)
        self._changed.set()

    async def until(self, true: Callable[[], bool]) -> None:
        async with asyncio.timeout(8):
            while not true():
                self._changed.clear()
                await self._changed.wait()


async def test_what_is_put_comes_in_order_and_what_is_no_message_is_left_out() -> None:
    echo = Echo()
    for data in (b"1", b"!", b"2"):
        echo.put(data)
    await echo.until(lambda: len(echo.came) == 2)
    assert echo.came == [b"1", b"2"]
    echo.leave()
    await echo.gone()
    assert echo.codes == []


async def test_what_is_put_before_leaving_is_still_sent() -> None:
    echo = Echo(replace(LAUNCH, command=(*LAUNCH.command[:3], _EXITS_WITH)))
    echo.put(b"\x07")
    echo.leave()
    await echo.gone()
    assert echo._process.returncode == 7


_EXITS_WITH = """
import socket, sys
sys.exit(socket.socket(fileno=int(sys.argv[1])).recv(9)[0])
"""


async def test_a_process_without_a_sign_of_life_is_killed() -> None:
    echo = Echo(replace(LAUNCH, beat_s=0.05))
    await echo.until(lambda: bool(echo.codes))
    assert echo.codes == [-signal.SIGKILL]
    assert echo.beats >= 2
    assert not echo.alive


async def test_its_end_is_told_once_with_its_code_and_nothing_is_sent_to_it_any_more() -> None:
    echo = Echo(replace(LAUNCH, command=(*LAUNCH.command[:3], "raise SystemExit(3)")))
    await echo.until(lambda: bool(echo.codes))
    echo.put(b"1")
    echo.leave()
    await echo.gone()
    assert echo.codes == [3]


async def test_a_process_that_will_not_go_is_killed() -> None:
    echo = Echo(replace(LAUNCH, exit_s=0.1))
    echo.put(b"1")
    await echo.until(lambda: bool(echo.came))
    os.kill(echo.pid, signal.SIGSTOP)
    echo.leave()
    await echo.gone()
    with pytest.raises(ProcessLookupError):
        os.kill(echo.pid, 0)


async def test_what_does_not_fit_waits_for_room() -> None:
    echo = Echo()
    echo.put(b"1")
    await echo.until(lambda: bool(echo.came))
    os.kill(echo.pid, signal.SIGSTOP)
    for _ in range(2000):
        echo.put(b"x" * 900)
    await settle()
    assert echo._waiting
    os.kill(echo.pid, signal.SIGCONT)
    await echo.until(lambda: len(echo.came) == 2001)
    echo.leave()
    await echo.gone()


async def test_a_machine_that_starts_nothing_is_told() -> None:
    with pytest.raises(MediaError, match="the echo cannot be started"):
        Echo(replace(LAUNCH, command=("/nowhere/program",)))
