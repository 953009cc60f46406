"""The phone linphonec in a home of its own, told what to do by lines on its standard input.

It has no sound card: it plays one file and records what it hears into another. Only UDP and IPv4
on loopback; a key is a line with the key.
"""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.fakes.hearing import Hearing, recorded, write_wav
from tests.fakes.programs import Program, need

if TYPE_CHECKING:
    from pathlib import Path

CONFIG = """\
[sip]
sip_port=-1
sip_tcp_port=0
sip_tls_port=0
use_ipv6=0
guess_hostname=0
contact="caller" <sip:{user}@127.0.0.1>
bind_address=127.0.0.1
[rtp]
audio_jitt_comp=100
audio_adaptive_jitt_comp_enabled=0
audio_rtp_port=30000-39999
bind_address=127.0.0.1
[video]
enabled=0
capture=0
display=0
automatically_initiate=0
automatically_accept=0
[auth_info_0]
username={user}
passwd={password}
realm=ivr
domain=127.0.0.1
algorithm=SHA-256
available_algorithms=SHA-256
"""
QUIET = array("h", [0]) * 8000


@dataclass(slots=True)
class Linphone:
    """A running linphonec."""

    program: Program
    folder: Path

    @classmethod
    async def start(
        cls,
        folder: Path,
        user: str,
        *,
        says: array[int] = QUIET,
        answers: bool = False,
        password: str = "",
    ) -> Linphone:
        """Start it; `user` is who it says it is. says: what it plays again and again.

        answers: it picks up by itself. password: in the realm `ivr`.
        """
        command = need("linphonec", "linphone-cli")
        file = _furnish(folder, user, password, says)
        words = [command, "-c", str(folder / "config"), *(["-a"] if answers else [])]
        phone = cls(await Program.start(folder, *words), folder)
        for line in ("soundcard use files", f"record {phone.heard_file}", f"play {file}"):
            await phone.program.say(line)
        return phone

    @property
    def heard_file(self) -> Path:
        """Where it records."""
        return self.folder / "heard.wav"

    async def register(self, server: tuple[str, int], user: str) -> None:
        """Register with a server, by the password it was started with."""
        host, port = server
        await self.program.say(f"register sip:{user}@{host} sip:{host}:{port}")

    async def call(self, uri: str) -> None:
        """Ring up."""
        await self.program.say(f"call {uri}")

    async def press(self, keys: str) -> None:
        """Keys, one line each."""
        for key in keys:
            await self.program.say(key)

    async def heard(self) -> Hearing:
        """Quit, and give what it has heard since it was started."""
        await self.program.say("quit")
        await self.program.ended()
        return Hearing(recorded(self.heard_file))

    async def close(self) -> None:
        """End it."""
        await self.program.close()


def _furnish(folder: Path, user: str, password: str, says: array[int]) -> Path:
    """Write its configuration; returns what it plays."""
    (folder / ".local" / "share" / "linphone").mkdir(parents=True)
    (folder / "config").write_text(CONFIG.format(user=user, password=password))
    return write_wav(folder / "says.wav", says)
