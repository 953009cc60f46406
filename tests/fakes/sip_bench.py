"""A server for conformance tests: one flow that asks for keys, and a source that is told them.

`Bench.call` and `Bench.serves` are the yardstick: whatever came before, a normal call is answered.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ivr.runtime.ports import FetchResult
from tests.fakes.sip_phone import SipPhone
from tests.fakes.sip_served import SipServed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from ivr.domain.values import Value
    from ivr.runtime.ports import Store
    from tests.fakes.sip_phone import Dialog, Message

FLOW = """
flow: keys
version: 1
languages: [en]
start: ask
uses: {sources: [heard]}
vars: {got: digits?}
listen: {first: 20s, between: 2s, tries: 5}
rescue: {error: over}
nodes:
  ask:
    - ask: enter
      into: got
      digits: 1-8
      end_key: "#"
      giveup: over
    - fetch: heard
      with: {call: =call.id, keys: =got}
      limit: 1s
      failed: over
    - go: over
  over:
    - hangup
"""
PROMPTS = """
enter:
  en: "Please enter some keys, as many as you wish, up to eight of them, and then the hash key.
    There is no hurry at all, take all the time that you need, we will be waiting here for you."
"""
SOURCE = """sources:
  heard:
    table: flows/data/cards.yaml
    match: {number: keys}
    takes: {call: text, keys: digits}
    otherwise: {}
"""
MANY = "limits: {per_second: 5000, live: 400}"
NUMBER = "+908502220009"
QUIET_S = 0.25
"""For so long a test waits for what must not come; on loopback an answer takes a millisecond."""


@dataclass(slots=True)
class Heard:
    """Implements `Source`: remembers which call pressed which keys."""

    keys: dict[str, list[str]] = field(default_factory=dict)
    came: asyncio.Event = field(default_factory=asyncio.Event)

    async def fetch(self, inputs: Mapping[str, Value], limit_s: float) -> FetchResult:
        """Whatever it is told is found."""
        self.keys.setdefault(str(inputs["call"]), []).append(str(inputs["keys"]))
        self.came.set()
        return FetchResult("found", {}, "")


@dataclass(slots=True)
class Bench:
    """A server under test. On its open trunk `phones` the flow `keys` is called by its name."""

    sip: SipServed
    source: Heard

    @classmethod
    async def start(
        cls,
        folder: Path,
        sounds: Path,
        changes: Mapping[str, str] | None = None,
        users: Sequence[str] = (),
    ) -> Bench:
        """A server with the flow `keys`; changes: of config.yaml, made after the bench's own."""
        flows = folder / "flows"
        flows.mkdir(exist_ok=True)
        (flows / "keys.yaml").write_text(FLOW)
        (flows / "keys.prompts.yaml").write_text(PROMPTS)
        source = Heard()
        usual = {
            "sources:\n": SOURCE,
            "    open: true ": f"    {MANY}\n    open: true ",
            "numbers:\n": f'numbers:\n  "{NUMBER}": {{flow: keys}}\n',
        }
        all_of = {**usual, **(changes or {})}
        sip = await SipServed.start(folder, sounds, all_of, users, {"heard": source})
        return cls(sip, source)

    def phone(
        self,
        transport: str = "UDP",
        piece: int = 0,
        *,
        trunk: str = "phones",
        host: str = "127.0.0.1",
    ) -> SipPhone:
        """A phone at this address of the machine, for a trunk."""
        stack = self.sip.house.works[trunk].stack
        server = stack.address.host, stack.port
        return SipPhone(server, host=host, transport=transport, piece=piece)

    @property
    def store(self) -> Store:
        """What the server has stored."""
        return self.sip.served.server.switch.store

    async def keys(self, dialog: Dialog, trunk: str = "phones", within_s: float = 5.0) -> list[str]:
        """What a call has entered, once it has. Raises TimeoutError."""
        async with asyncio.timeout(within_s):
            call = await self.store.calls.find(trunk, ref_of(dialog))
            while str(call) not in self.source.keys:
                self.source.came.clear()
                await self.source.came.wait()
        return self.source.keys[str(call)]

    async def serves(self, trunk: str = "phones") -> None:
        """A normal call is answered, has sound, and ends."""
        async with self.phone(trunk=trunk) as phone:
            dialog = await phone.call("keys" if trunk == "phones" else NUMBER)
            await phone.until(lambda: len(phone.rtp) > 2)
            assert (await phone.bye(dialog)).status == 200

    async def answers(self, phone: SipPhone, dialog: Dialog) -> Message:
        """The call of this dialog is answered with 200, acknowledged, and has sound."""
        answer = await answer_to(phone, dialog)
        assert answer.status == 200, answer.start
        phone.acknowledge(dialog, answer)
        await phone.until(lambda: len(phone.rtp) > 2)
        return answer


def ref_of(dialog: Dialog) -> str:
    """The name under which the server keeps a call that it has answered: those of its dialog."""
    tags = [side.partition("tag=")[2] for side in (dialog.from_, dialog.to)]
    return ";".join([dialog.call_id, *tags])


async def answer_to(
    phone: SipPhone, dialog: Dialog, method: str = "INVITE", cseq: int = 0
) -> Message:
    """The final answer to a request of a dialog."""
    wanted = f"{cseq or dialog.cseq} {method}"
    return await phone.wait(
        lambda m: m.status >= 200 and m["call-id"] == dialog.call_id and m["cseq"] == wanted
    )


async def awhile(phone: SipPhone, holds: Callable[[], bool]) -> None:
    """Until something holds, but no longer than it takes to know that it will not."""
    with suppress(TimeoutError):
        await phone.until(holds, QUIET_S)


async def says_nothing(phone: SipPhone, since: int = 0) -> None:
    """The server says nothing more to this phone for a while."""
    await awhile(phone, lambda: len(phone.heard) > since)
    assert len(phone.heard) <= since, phone.heard[since].start
