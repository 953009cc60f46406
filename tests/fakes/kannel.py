"""A real Kannel gateway with its fake SMS centre, on free ports of this machine."""

from __future__ import annotations

import asyncio
import re
import socket
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import unquote_to_bytes

import pytest

from ivr.runtime.clock import SystemClock

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

BEARERBOX, SMSBOX = Path("/usr/sbin/bearerbox"), Path("/usr/sbin/smsbox")
FAKESMSC = Path("/usr/lib/kannel/test/fakesmsc")
USER, PASSWORD, SECRET = "ivr", "parola", "geheim"
PATIENCE_S = 60.0
CONFIG = """
group = core
admin-port = {admin}
admin-password = x
admin-interface = 127.0.0.1
smsbox-port = {boxes}
smsbox-interface = 127.0.0.1
box-allow-ip = "127.0.0.1"
sms-combine-concatenated-mo = false
dlr-storage = internal

group = smsc
smsc = fake
smsc-id = FAKE
port = {centre}
connect-allow-ip = 127.0.0.1

group = smsbox
bearerbox-host = 127.0.0.1
sendsms-port = {sendsms}
sendsms-interface = 127.0.0.1
http-request-retry = 10
http-queue-delay = 1

group = sendsms-user
username = {user}
password = {password}
max-messages = 10
concatenation = true

group = sms-service
keyword = default
catch-all = true
max-messages = 0
get-url = "{hooks}/sms?secret={secret}&id=%I&from=%p&to=%P&coding=%c&udh=%u&text=%b"
"""
_T = TypeVar("_T")
_GOT = re.compile(r"Got message \d+: <(\S+) (\S+) (\S+) (.*)>")


def free_ports(count: int) -> list[int]:
    """Ports that nobody has now."""
    held = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [int(one.getsockname()[1]) for one in held]
    for one in held:
        one.close()
    return ports


@dataclass
class Kannel:
    """Bearerbox, smsbox and whoever sends or receives at the SMS centre. hooks: our pages."""

    folder: Path
    hooks: str
    ports: dict[str, int] = field(default_factory=dict)
    running: list[asyncio.subprocess.Process] = field(default_factory=list)
    phone: asyncio.subprocess.Process | None = None

    def __post_init__(self) -> None:
        """Choose ports."""
        missing = [one for one in (BEARERBOX, SMSBOX, FAKESMSC) if not one.exists()]
        if missing:
            pytest.skip(f"needs kannel: {missing[0]} is not here (apt-get install kannel-extras)")
        names = ("admin", "boxes", "centre", "sendsms")
        self.ports = dict(zip(names, free_ports(len(names)), strict=True))

    @property
    def sendsms(self) -> str:
        """Where texts are taken."""
        return f"http://127.0.0.1:{self.ports['sendsms']}/cgi-bin/sendsms"

    async def start(self) -> None:
        """Until texts are taken."""
        file = self.folder / "kannel.conf"
        words = {"user": USER, "password": PASSWORD, "secret": SECRET, "hooks": self.hooks}
        file.write_text(CONFIG.format(**self.ports, **words), encoding="utf-8")
        await self._run("bearerbox", BEARERBOX, "-v", "1", file)
        await self._reached(self.ports["boxes"])
        await self._run("smsbox", SMSBOX, "-v", "1", file)
        await self._reached(self.ports["sendsms"])

    async def switch_on(self) -> None:
        """A telephone at the SMS centre: it hears what is sent, and sends what it is told."""
        port = str(self.ports["centre"])
        self.phone = await self._run(
            "centre", FAKESMSC, "-H", "127.0.0.1", "-r", port, "-i", "0.05"
        )

    async def send(self, message: str) -> None:
        """`from to kind words`: `text a b`, `ucs2 %00a`, `udh-text %05... a`."""
        assert self.phone is not None
        assert self.phone.stdin is not None
        log = self.folder / "centre.log"
        before = log.read_text("utf-8", "replace").count("sent message")

        async def sent() -> bool:
            return log.read_text("utf-8", "replace").count("sent message") > before

        self.phone.stdin.write(f"{message}\n".encode())
        await until(sent)

    def got(self) -> list[tuple[str, str, str]]:
        """What telephones at the centre heard: from, to, words."""
        log = self.folder / "centre.log"
        text = log.read_text("utf-8", "replace") if log.exists() else ""
        return [(one[1], one[2], _read(one[3], one[4])) for one in _GOT.finditer(text)]

    async def close(self) -> None:
        """End all of it, the last first."""
        for one in reversed(self.running):
            await _end(one)

    async def _run(self, name: str, *words: str | Path) -> asyncio.subprocess.Process:
        with (self.folder / f"{name}.log").open("ab") as log:
            made = await asyncio.create_subprocess_exec(
                *words, stdin=asyncio.subprocess.PIPE, stdout=log, stderr=log, cwd=self.folder
            )
        self.running.append(made)
        return made

    async def _reached(self, port: int) -> None:
        async def open_() -> bool:
            with suppress(OSError), socket.create_connection(("127.0.0.1", port), 0.2):
                return True
            return False

        await until(open_)


async def until(there: Callable[[], Awaitable[_T]]) -> _T:
    """What it gives, once it gives something: programs of others take the time they take."""
    clock = SystemClock()
    async with asyncio.timeout(PATIENCE_S):
        while not (found := await there()):
            await clock.sleep_until(clock.now() + timedelta(milliseconds=20))
        return found


async def _end(process: asyncio.subprocess.Process) -> None:
    with suppress(ProcessLookupError):
        process.kill()
    await process.wait()


def _read(kind: str, words: str) -> str:
    """As fakesmsc writes it: plain, or in octets of which the first may be a header."""
    octets = unquote_to_bytes(words.replace("+", " "))
    if kind == "ucs-2":
        return octets.decode("utf-16-be")
    return octets.decode("utf-8", "replace")
