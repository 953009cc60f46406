"""The server's side of the workshop: processes that make sound, so that calls never wait for it.

Processes and not threads: the work is pure Python, and a thread of it would hold up every call. A
process of our own and not a pool's: it ends by itself when the server dies, and it can be killed.
"""

from __future__ import annotations

import asyncio
import json
import sys
from typing import TYPE_CHECKING

from ivr.domain.errors import MediaError
from ivr.runtime.speech.programs import GONE, start

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from ivr.runtime.speech.making import Kind
    from ivr.runtime.speech.programs import Program

COMMAND = (sys.executable, "-m", "ivr.runtime.speech.worker")
PLACES = 3
LIMIT_S = 120.0
"""The longest recording takes half of it."""


class Workshop:
    """Makes sounds, at most `places` at once; each process is started when it is first needed."""

    def __init__(
        self, places: int = PLACES, command: Sequence[str] = COMMAND, limit_s: float = LIMIT_S
    ) -> None:
        self._places = asyncio.Semaphore(places)
        self._command = command
        self._limit_s = limit_s
        self._idle: list[Program] = []
        self._all: list[Program] = []

    async def make(self, kind: Kind, stem: Path, data: bytes) -> int:
        """Make the files of a sound; returns its length in frames of 20 ms. Raises `MediaError`.

        A process that died while it had nothing to do (memory ran out) costs a second try.
        """
        order = {"kind": kind.value, "stem": str(stem), "octets": len(data)}
        octets = json.dumps(order).encode() + b"\n" + data
        async with self._places:
            while self._idle:
                answer = await self._asked(self._idle.pop(), octets)
                if answer is not None:
                    return _frames(answer)
            return _frames(await self._asked(await self._started(), octets))

    async def close(self) -> None:
        """End every process."""
        for program in [*self._all]:
            await self._gone(program)

    async def _started(self) -> Program:
        program = await start(self._command)
        self._all.append(program)
        return program

    async def _asked(self, program: Program, octets: bytes) -> bytes | None:
        """The answer; None if the process is dead. One whose answer we did not see is ended."""
        answer = b""
        try:
            async with asyncio.timeout(self._limit_s):
                answer = await _exchange(program, octets)
        except TimeoutError:
            raise MediaError(f"the sound was not made within {self._limit_s:g} s") from None
        finally:
            if answer:
                self._idle.append(program)
            else:
                await self._gone(program)
        return answer or None

    async def _gone(self, program: Program) -> None:
        if program in self._all:
            self._all.remove(program)
        if program in self._idle:
            self._idle.remove(program)
        await program.end()


async def _exchange(program: Program, octets: bytes) -> bytes:
    """The line that answers an order, empty if the process is dead."""
    orders, answers = program.process.stdin, program.process.stdout
    if orders is None or answers is None:
        return b""
    try:
        orders.write(octets)
        await orders.drain()
        return await answers.readline()
    except GONE:
        return b""


def _frames(answer: bytes | None) -> int:
    if answer is None:
        raise MediaError("the process that makes sound has died")
    found = json.loads(answer)
    if "error" in found:
        raise MediaError(str(found["error"]))
    return int(found["frames"])
