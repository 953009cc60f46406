"""Other people's phones as programs: started in a folder of their own, and always ended.

A test that needs one is skipped with the name of its package where it is not installed.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.fakes.pause import pause

if TYPE_CHECKING:
    from collections.abc import Mapping

PATIENCE_S = 30.0
GRACE_S = 3.0


def need(command: str, package: str) -> str:
    """The path of a program; skips with the name of its Debian package if it is not there."""
    found = shutil.which(command)
    if found is None:
        pytest.skip(f"{package} is not installed")
    return found


def free_port(kind: socket.SocketKind = socket.SOCK_DGRAM, host: str = "127.0.0.1") -> int:
    """A port of loopback that nobody has now, for a program that must be told one."""
    with socket.socket(socket.AF_INET, kind) as found:
        found.bind((host, 0))
        return int(found.getsockname()[1])


async def listens(host: str, port: int, within_s: float = PATIENCE_S) -> None:
    """Until somebody has this UDP port, as the kernel tells. Raises TimeoutError."""
    number = int.from_bytes(socket.inet_aton(host), sys.byteorder)
    wanted = f" {number:08X}:{port:04X} "
    async with asyncio.timeout(within_s):
        while wanted not in await asyncio.to_thread(Path("/proc/net/udp").read_text):
            await pause()


@dataclass(slots=True)
class Program:
    """A running program; what it says goes to the file `log`."""

    running: asyncio.subprocess.Process
    log: Path

    @classmethod
    async def start(
        cls, folder: Path, *words: str, environment: Mapping[str, str] | None = None
    ) -> Program:
        """Start it with `folder` as home and working folder."""
        name = words[0].rpartition("/")[2]
        log = folder / f"{name}.log"
        with log.open("ab") as out:
            running = await asyncio.create_subprocess_exec(
                *words,
                cwd=folder,
                env={**os.environ, "HOME": str(folder), "TERM": "dumb", **(environment or {})},
                stdin=asyncio.subprocess.PIPE,
                stdout=out,
                stderr=asyncio.subprocess.STDOUT,
            )
        return cls(running, log)

    async def say(self, line: str) -> None:
        """Type a line."""
        assert self.running.stdin is not None
        self.running.stdin.write(f"{line}\n".encode())
        await self.running.stdin.drain()

    async def ended(self, within_s: float = PATIENCE_S) -> int:
        """Wait for its end; its exit code."""
        async with asyncio.timeout(within_s):
            return await self.running.wait()

    def said(self) -> str:
        """All it has said."""
        return self.log.read_text(encoding="utf-8", errors="replace")

    async def close(self) -> None:
        """End it, gently first."""
        with suppress(ProcessLookupError):
            if self.running.returncode is None:
                self.running.terminate()
        try:
            await self.ended(GRACE_S)
        except TimeoutError:
            self.running.kill()
            await self.running.wait()
        transport = getattr(self.running, "_transport", None)
        if transport is not None:
            transport.close()
