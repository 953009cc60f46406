"""Runs other programs without a shell, each with few variables of the environment and an end."""

from __future__ import annotations

import asyncio
import os
from asyncio.subprocess import PIPE, Process, SubprocessStreamProtocol
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ivr.domain.errors import MediaError

if TYPE_CHECKING:
    from collections.abc import Sequence

KEPT = ("PATH", "HOME", "LD_LIBRARY_PATH", "ESPEAK_DATA_PATH", "PYTHONPATH", "PYTHONHOME", "TZ")
"""Variables that a program gets; the secrets of the configuration are in others."""
MOST_COMPLAINT_BYTES = 300
GONE = (OSError, RuntimeError)
"""What writing to a program that has ended raises: OSError on asyncio, RuntimeError on uvloop."""
_CHUNK_BYTES = 65_536


def environment() -> dict[str, str]:
    """What a program may know of ours. Text is UTF-8, whatever the machine speaks."""
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    return {**kept, "LC_ALL": "C.UTF-8"}


@dataclass(frozen=True, slots=True)
class Program:
    """A program that runs. process: to write to and read from; transport: to end it by."""

    process: Process
    transport: asyncio.SubprocessTransport

    @property
    def is_running(self) -> bool:
        """Whether its end was not seen yet."""
        return self.process.returncode is None

    async def end(self) -> None:
        """Kill it if it still runs, and wait until it is gone.

        Its pipes are closed first: asyncio waits for the end of each, which never comes for one
        that is full, or that a child of the program holds.
        """
        if self.is_running:
            with suppress(ProcessLookupError):
                self.process.kill()
        self.transport.close()
        await self.process.wait()


async def start(command: Sequence[str], *, stderr: int | None = None) -> Program:
    """Start a program that is written to and read from. Raises `MediaError` if it cannot be."""
    loop = asyncio.get_running_loop()
    try:
        transport, protocol = await loop.subprocess_exec(
            lambda: SubprocessStreamProtocol(_CHUNK_BYTES, loop),
            *command,
            stdin=PIPE,
            stdout=PIPE,
            stderr=stderr,
            env=environment(),
        )
    except FileNotFoundError:
        raise MediaError(f"{command[0]} is not installed") from None
    except OSError as error:
        raise MediaError(f"{command[0]} cannot be started: {error.strerror}") from None
    return Program(Process(transport, protocol, loop), transport)


async def output(command: Sequence[str], text: bytes, limit_s: float, most_bytes: int) -> bytes:
    """Everything that a program writes when it is given this text.

    Raises `MediaError` if it is missing, fails, writes too much or takes longer than `limit_s`;
    then it is killed.
    """
    program = await start(command, stderr=PIPE)
    try:
        async with asyncio.timeout(limit_s):
            said, complaint = await _talk(program.process, text, most_bytes)
            code = await program.process.wait()
    except TimeoutError:
        raise MediaError(f"{command[0]} was killed after {limit_s:g} s") from None
    finally:
        await program.end()
    if code:
        words = complaint.decode("utf-8", "replace").split("\n")[0]
        raise MediaError(f"{command[0]} failed ({code}): {words}")
    return said


async def _talk(process: Process, text: bytes, most_bytes: int) -> tuple[bytes, bytes]:
    if process.stdin is None or process.stdout is None or process.stderr is None:
        raise MediaError("a program without pipes")
    with suppress(*GONE):  # it may have ended before it was told anything, as `--version` does
        process.stdin.write(text)
        process.stdin.close()
    said, complaint = await asyncio.gather(
        _read(process.stdout, most_bytes), _read(process.stderr, most_bytes)
    )
    return said, complaint[:MOST_COMPLAINT_BYTES]


async def _read(stream: asyncio.StreamReader, most_bytes: int) -> bytes:
    found = bytearray()
    while chunk := await stream.read(_CHUNK_BYTES):
        found += chunk
        if len(found) > most_bytes:
            raise MediaError(f"more than {most_bytes} octets of sound")
    return bytes(found)
