"""A server that speaks SIP, with a queue and agents at registered telephones."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ivr.domain.call import CallId
from ivr.runtime.memory.store import MemoryStore
from ivr.runtime.ports.desk import AgentRow
from tests.fakes.pause import pause
from tests.fakes.sip_served import PASSWORD, SipServed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from ivr.runtime.groups.floor import Floor
    from ivr.store import SqlStore
    from tests.fakes.sip_phone import Dialog, Message, SipPhone

AGENTS = ("ayse", "can")
PATIENCE_S = 8.0
LINE = """
flow: line
version: 1
languages: [tr, en]
start: begin
uses: {queues: [general]}
rescue: {error: sorry}
nodes:
  begin:
    - queue: general
      longest: 5m
      full: sorry
      timeout: sorry
      nobody: sorry
      done: after
  after:
    - hangup: bye
  sorry:
    - hangup: bye
"""
PROMPTS = """
bye: {tr: "Görüşmek üzere.", en: "Goodbye."}
"""
ALL_AT_ONCE = {
    "    title: {tr: Genel, en: General}\n": (
        "    title: {tr: Genel, en: General}\n    strategy: ring_all\n"
    )
}


@dataclass(slots=True)
class SipDesk:
    """The server and what its agents do at their desks. there: telephones it has seen come, go."""

    sip: SipServed
    there: dict[str, bool] = field(default_factory=dict)

    @classmethod
    async def start(
        cls,
        folder: Path,
        sounds: Path,
        changes: Mapping[str, str] | None = None,
        users: tuple[str, ...] = (),
        store: MemoryStore | SqlStore | None = None,
    ) -> SipDesk:
        """Open it; callers who dial `line` wait for an agent at once. users: others whose phones
        may register. store: another than one in memory."""
        flows = folder / "flows"
        flows.mkdir(exist_ok=True)
        await asyncio.to_thread((flows / "line.yaml").write_text, LINE)
        await asyncio.to_thread((flows / "line.prompts.yaml").write_text, PROMPTS)
        store = store or MemoryStore()
        for name in AGENTS:
            row = AgentRow(
                name,
                teams=("back_office",),
                skills={"tr": 100, "en": 80},
                endpoints={"sip": f"sip:{name}@phones"},
            )
            await store.agents.save(row)
        made = cls(await SipServed.start(folder, sounds, changes, (*AGENTS, *users), store=store))
        made.sip.house.phone_watchers.append(made._seen)
        return made

    def _seen(self, user: str, _trunk: str, there: bool) -> None:
        self.there[user] = there

    async def leaves(self, phone: SipPhone) -> None:
        """A telephone that the server has seen, which looks once a second, unregisters."""
        await self.soon(lambda: self.there.get(phone.user))
        answer = await phone.register(PASSWORD, expires=0)
        assert answer.status == 200, answer.start

    @property
    def floor(self) -> Floor:
        """The floor of the server."""
        return self.sip.served.server.floor

    async def works(self, *phones: SipPhone) -> None:
        """Telephones register, and their agents are ready, in this order."""
        for phone in phones:
            answer = await phone.register(PASSWORD)
            assert answer.status == 200, answer.start
            await self.floor.ask(phone.user, "login", by=phone.user)

    def state(self, agent: str) -> str:
        """What an agent is doing."""
        row = self.floor.agent(agent)
        assert row is not None
        return str(row["state"])

    async def until(self, agent: str, state: str) -> None:
        """Until an agent is doing that."""
        await self.soon(lambda: self.state(agent) == state, lambda: self.state(agent))

    async def soon(self, fits: Callable[[], object], what: Callable[[], object] = str) -> None:
        """Until it is so."""
        try:
            async with asyncio.timeout(PATIENCE_S):
                while not fits():
                    await pause()
        except TimeoutError:
            raise AssertionError(f"it never came so: {what()}") from None

    async def free(self, agent: str) -> None:
        """An agent is ready for the next call, at once."""
        await self.until(agent, "wrapup")
        await self.floor.ask(agent, "set_available", by=agent)

    async def asks(self, agent: str, action: str, **body: str) -> None:
        """An agent does something at the desk with the call that he has."""
        await self.floor.control(await self.call_of(agent), action, body, agent)

    async def call_of(self, agent: str) -> CallId:
        """The call that an agent has."""
        await self.soon(lambda: self.floor.call(agent))
        call = self.floor.call(agent)
        assert call is not None
        return CallId(call["call"])

    async def pops(self, agent: str) -> list[dict[str, Any]]:
        """What this agent's desk has been told so far, oldest first."""
        store = self.sip.served.server.switch.store
        return [json.loads(message.body) for message in await store.pops.after(agent, 0)]

    async def close(self) -> None:
        """End everything."""
        await self.sip.close()


def invites(phone: SipPhone) -> list[Message]:
    """Every new call that has come to this telephone."""
    new = [m for m in phone.heard if m.method == "INVITE" and not m.status and not m.to_tag]
    return list({m["call-id"]: m for m in new}.values())


async def rings(phone: SipPhone, number: int = 0) -> Message:
    """The telephone rings; number: which call of it."""
    await phone.until(lambda: len(invites(phone)) > number)
    invite = invites(phone)[number]
    phone.reply(invite, 180, "Ringing", tag=_tag(phone, number))
    return invite


async def answers(phone: SipPhone, number: int = 0, *, rung: Message | None = None) -> Dialog:
    """It rings and is taken; returns its side of the call."""
    invite = rung or await rings(phone, number)
    takes(phone, invite, number)
    await phone.wait(
        lambda m: m.method == "ACK" and not m.status and m["call-id"] == invite["call-id"]
    )
    return side_of(phone, invite, number)


def takes(phone: SipPhone, invite: Message, number: int = 0) -> None:
    """The handset is lifted."""
    phone.reply(invite, 200, tag=_tag(phone, number), body=phone.sdp())


def side_of(phone: SipPhone, invite: Message, number: int = 0) -> Dialog:
    """The called side of a call."""
    dialog = phone.dialog("x")
    dialog.call_id, dialog.to = invite["call-id"], invite["from"]
    dialog.from_ = f"{invite['to']};tag={_tag(phone, number)}"
    dialog.target = invite["contact"].strip("<>")
    dialog.remote_audio = invite.audio
    return dialog


def _tag(phone: SipPhone, number: int) -> str:
    return f"{phone.user}{number}"


async def is_over(phone: SipPhone, dialog: Dialog) -> Message:
    """The server hangs up; answered, and returned."""
    bye = await phone.wait(
        lambda m: m.method == "BYE" and not m.status and m["call-id"] == dialog.call_id
    )
    phone.reply(bye, 200)
    return bye


async def says(speaker: SipPhone, dialog: Dialog, listener: SipPhone, payload: bytes) -> None:
    """Until the listener has heard the speaker."""
    seen = len(listener.rtp)

    def heard() -> bool:
        speaker.send_rtp(dialog, payload)
        return any(packet.payload == payload for packet in listener.rtp[seen:])

    await listener.until(heard)
