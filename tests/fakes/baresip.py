"""The phone baresip in a folder of its own, told what to do over its control connection.

Nothing it says goes to a sound card: it plays a file, and writes what it hears into another one
(modules aufile and sndfile). Control: netstrings of JSON, as module ctrl_tcp describes them.
"""

from __future__ import annotations

import asyncio
import json
import socket
from array import array
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.fakes.hearing import Hearing, recorded, write_wav
from tests.fakes.programs import PATIENCE_S, Program, free_port, need

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

CONFIG = """\
sip_listen 127.0.0.1:0
audio_source aufile,{folder}/says.wav
audio_player aubridge,nil
audio_alert aubridge,nil
audio_buffer 20-160
module_path {modules}
module g711.so
module aufile.so
module aubridge.so
module sndfile.so
module ctrl_tcp.so
module_tmp account.so
module_app menu.so
ctrl_tcp_listen 127.0.0.1:{port}
snd_path {folder}
"""
REST = array("h", [0]) * 8000 * 60
"""What it plays, silence: where the file ends it would hang up."""


@dataclass(slots=True)
class Baresip:
    """A running baresip. told: the events it reported, in order."""

    program: Program
    folder: Path
    told: list[dict[str, Any]] = field(default_factory=list)
    _reader: asyncio.StreamReader | None = None
    _writer: asyncio.StreamWriter | None = None

    @classmethod
    async def start(cls, folder: Path, user: str) -> Baresip:
        """Start it; `user` is who it says it is."""
        command = need("baresip", "baresip-core")
        port = free_port(socket.SOCK_STREAM)
        _furnish(folder, port, f"<sip:{user}>;audio_codecs=pcma;regint=0\n")
        words = (command, "-4", "-f", str(folder), "-n", "127.0.0.1")
        phone = cls(await Program.start(folder, *words), folder)
        await phone._connect(port)
        return phone

    async def _connect(self, port: int) -> None:
        """The control port opens some time after the start: try again until it does."""
        async with asyncio.timeout(PATIENCE_S):
            while self._writer is None:
                assert self.program.running.returncode is None, self.program.said()
                with suppress(ConnectionRefusedError):
                    self._reader, self._writer = await asyncio.open_connection("127.0.0.1", port)

    async def do(self, command: str, params: str = "") -> None:
        """One command, as its menu has them; its answer is awaited."""
        assert self._writer is not None
        text = json.dumps({"command": command, "params": params, "token": command}).encode()
        self._writer.write(b"%d:%s," % (len(text), text))
        answer = await self.until(lambda e: "response" in e and e.get("token") == command)
        self.told.remove(answer)
        assert answer["ok"], answer

    async def press(self, keys: str) -> None:
        """Keys as telephone-events, one after the other."""
        for key in keys:
            await self.do("sndcode", key)

    async def until(self, fits: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """The first event, also one of before, that fits. Raises TimeoutError."""
        async with asyncio.timeout(PATIENCE_S):
            while True:
                for event in self.told:
                    if fits(event):
                        return event
                self.told.append(await self._next())

    async def event(self, kind: str) -> dict[str, Any]:
        """The first event of a kind, such as CALL_ESTABLISHED."""
        return await self.until(lambda event: event.get("type") == kind)

    async def _next(self) -> dict[str, Any]:
        assert self._reader is not None
        length = int((await self._reader.readuntil(b":"))[:-1])
        found: dict[str, Any] = json.loads((await self._reader.readexactly(length + 1))[:-1])
        return found

    def heard(self) -> Hearing:
        """What it has heard in its only call."""
        (file,) = self.folder.glob("dump-*-dec.wav")
        return Hearing(recorded(file))

    async def close(self) -> None:
        """End it."""
        if self._writer is not None:
            self._writer.close()
        await self.program.close()


def _furnish(folder: Path, port: int, account: str) -> None:
    """Write its configuration, its one account and what it plays."""
    folder.mkdir(parents=True)
    config = CONFIG.format(folder=folder, port=port, modules="/usr/lib/baresip/modules")
    (folder / "config").write_text(config)
    (folder / "accounts").write_text(account)
    (folder / "contacts").write_text("")
    write_wav(folder / "says.wav", REST)
