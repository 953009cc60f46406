"""A server that is PBX and IVR in one: a flow rings up the extension that pyVoIP has registered.

A phone calls `desk`, which transfers it to `sip:7001@phones`; pyVoIP answers there as the second
leg, and the flow `hotline` runs on its trunk `inside`.
"""

from __future__ import annotations

import asyncio
import importlib.util
import socket
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from ivr.channels.pyvoip.house import House
from ivr.domain.commands import Collect
from tests.fakes.bank_line import WatchedJournal
from tests.fakes.programs import free_port
from tests.fakes.sip_served import PASSWORD, SipServed, need_espeak

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from ivr.channels.pyvoip.post import Post
    from ivr.runtime.ports import InteractionRow

PATIENCE_S = 20.0
EXTENSION = "7001"
FLOWS = {
    "desk": """
flow: desk
version: 1
languages: [en]
start: begin
uses: {places: [inside]}
rescue: {error: sorry}
nodes:
  begin:
    - transfer: inside
      ring: 10s
      busy: sorry
      noanswer: sorry
      failed: sorry
      done: sorry
  sorry:
    - hangup: bye
""",
    "desk.prompts": """
bye: {en: "Goodbye."}
""",
    "hotline": """
flow: hotline
version: 1
languages: [en]
start: begin
rescue: {error: over}
vars: {account: digits?}
listen: {first: 8s, between: 4s, tries: 1}
nodes:
  begin:
    - say: greeting
    - menu: choose
      keys: {"1": number, "2": over}
      giveup: over
  number:
    - ask: account
      into: account
      digits: 4
      giveup: over
    - hangup: bye
  over:
    - hangup: bye
""",
    "hotline.prompts": """
greeting: {en: "Hello."}
choose:
  en: "For your account press 1. To end this call press 2. This is a long one, so that a key
    can stop it well before its end."
account: {en: "Your account?"}
bye: {en: "Goodbye then."}
""",
}


def need_pyvoip() -> None:
    """Skip where pyVoIP cannot be imported."""
    if any(importlib.util.find_spec(name) is None for name in ("pyVoIP", "audioop")):
        pytest.skip("pyVoIP is not installed")


@dataclass(slots=True)
class PyVoipServed:
    """A server whose trunk `inside` is the extension 7001 of its own trunk `phones`."""

    sip: SipServed
    steps: WatchedJournal

    @classmethod
    async def start(cls, folder: Path, sounds: Path, password: str = PASSWORD) -> PyVoipServed:
        """Put together and listen. password: the one that pyVoIP gives."""
        need_espeak()
        need_pyvoip()
        port, secret = free_port(socket.SOCK_STREAM), folder / "extension.secret"
        secret.write_text(password)
        secret.chmod(0o600)
        (folder / "flows").mkdir()
        for name, text in FLOWS.items():
            (folder / "flows" / f"{name}.yaml").write_text(text)
        trunk = (
            f"  inside: {{provider: pyvoip, server: 127.0.0.1, port: {port}, user: '{EXTENSION}', "
            f'password: "${{file:{secret}}}", listen: "127.0.0.1:0", rtp_ports: 20000-60000}}\n'
        )
        number = f"numbers:\n  '{EXTENSION}': {{flow: hotline, trunks: [inside]}}\n"
        changes = {
            "places:\n": f"places:\n  inside: {{sip: 'sip:{EXTENSION}@phones'}}\n",
            "\nnumbers:\n": f"{trunk}\n{number}",
            '"+908502220000": {flow: bank}': '"+908502220000": {flow: bank, trunks: [phones]}',
            "{flow: pharmacy}": "{flow: pharmacy, trunks: [main]}",
            "listen: 127.0.0.1:0\n    rtp": f"listen: 127.0.0.1:{port}\n    rtp",
        }
        sip = await SipServed.start(folder, sounds, changes, [EXTENSION])
        store = sip.served.server.switch.store
        steps = WatchedJournal(store.journal)
        store.journal = steps
        return cls(sip, steps)

    @property
    def house(self) -> House:
        """What the pyVoIP trunks share."""
        running = self.sip.served.server.running
        return next(each for each in running if isinstance(each, House))

    @property
    def post(self) -> Post:
        """The place of the process."""
        return self.house.posts["inside"]

    async def registered(self) -> None:
        """Until pyVoIP has registered."""
        async with asyncio.timeout(PATIENCE_S):
            await self.post.ready.wait()

    async def until(self, holds: Callable[[], bool]) -> None:
        """Until something holds that a step of a call decides. Raises TimeoutError."""
        try:
            async with asyncio.timeout(PATIENCE_S):
                while not holds():
                    self.steps.came.clear()
                    await self.steps.came.wait()
        except TimeoutError as late:
            raise TimeoutError(self.steps.told()) from late

    async def asks(self, prompt: str) -> None:
        """Until a call on the trunk `inside` asks with this prompt."""

        def waits() -> bool:
            live = list(self.sip.served.server.switch.calls.values())
            states = [call.state for call in live if call.trunk == "inside" and call.state]
            asked = [one for state in states for one in state.waiting()]
            return any(
                isinstance(one, Collect) and prompt in {each.name for each in one.prompts}
                for one in asked
            )

        await self.until(waits)

    async def ended(self, count: int = 1) -> list[InteractionRow]:
        """The calls on the trunk `inside`, once so many have ended."""

        def closed() -> int:
            return sum(entry.closing is not None for entry in self.steps.entries)

        await self.until(lambda: closed() >= 2 * count)
        return [row for row in await self.sip.served.rows() if row.trunk == "inside"]

    async def close(self) -> None:
        """End everything."""
        await self.sip.close()
