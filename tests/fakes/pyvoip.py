"""pyVoIP as a phone beside the server: `pyvoip_phone.py` in a Python process of its own."""

from __future__ import annotations

import sys
from array import array
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.fakes.hearing import Hearing
from tests.fakes.programs import Program, free_port

if TYPE_CHECKING:
    from tests.fakes.bank_line import BankLine

PHONE = Path(__file__).with_name("pyvoip_phone.py")


def need_pyvoip() -> None:
    """Skip where pyVoIP is not installed."""
    if find_spec("pyVoIP") is None:
        pytest.skip("pyVoIP is not installed")


@dataclass(slots=True)
class PyVoip:
    """A running phone."""

    program: Program
    file: Path

    @classmethod
    async def start(cls, folder: Path, line: BankLine, user: str) -> PyVoip:
        """Start it in a folder that is there."""
        need_pyvoip()
        file = folder / "heard.raw"
        ports = (line.server[1], free_port(), free_port())
        words = (sys.executable, str(PHONE), *map(str, ports), user, str(file))
        return cls(await Program.start(folder, *words), file)

    async def call(self, name: str) -> None:
        """Ring up."""
        await self.program.say(f"call {name}")

    async def press(self, keys: str) -> None:
        """Keys, as tones."""
        await self.program.say(f"keys {keys}")

    async def heard(self) -> Hearing:
        """Hang up, and give what it has heard.

        Its ACK has a tag of its own making, so the server waits for a right one before it may send
        a BYE (RFC 3261 section 15), longer than a test should take.
        """
        await self.program.say("quit")
        assert await self.program.ended() == 0, self.program.said()
        return Hearing(array("h", [(octet - 128) * 256 for octet in self.file.read_bytes()]))

    async def close(self) -> None:
        """End it."""
        await self.program.close()
