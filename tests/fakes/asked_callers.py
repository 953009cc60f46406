"""The shipped call centre with a survey that asks everybody, or nobody, by the caller's id."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.fakes.call_centre import CallCentre
from tests.fakes.served import shipped

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from ivr.domain.call import CallId
    from ivr.runtime.memory.clock import VirtualClock
    from ivr.runtime.memory.store import MemoryStore
    from ivr.runtime.streams.subscription import Subscription

AGENT = "ayse"
_ID = re.compile(r"[0-9A-HJKMNP-TV-Z]{26}")


def only_about(file: Path, match: str) -> None:
    """Have the survey of agents take these calls alone."""
    text = file.read_text(encoding="utf-8")
    changed = re.sub(r"(?<=match: ).*", match, text)
    assert changed != text
    file.write_text(changed, encoding="utf-8")


@dataclass(slots=True)
class Said:
    """Who wants to be asked no more; what the ledger of consents keeps in a real server."""

    out: set[str] = field(default_factory=set)

    def normal(self, number: str) -> str:
        """As it came."""
        return number

    async def is_out(self, number: str, now: datetime) -> bool:
        """Whether this number opted out."""
        del now
        return number in self.out

    async def opt_out(self, number: str, call: str) -> bool:
        """Never again."""
        del call
        self.out.add(number)
        return True


@dataclass(slots=True)
class AskedCallers:
    """Callers, their agent, and what became of their invitations."""

    centre: CallCentre
    wishes: Said = field(default_factory=Said)
    numbers: dict[CallId, str] = field(default_factory=dict)
    desk: Subscription | None = None
    _callers: int = 0

    @classmethod
    async def open(
        cls,
        folder: Path,
        rate: str = "100%",
        store: MemoryStore | None = None,
        media: str = "[voice, sms]",
        survey: str = "",
        impression: str = "",
    ) -> AskedCallers:
        """Open it; its agent is at work. survey: the text of the file, "" = the shipped one.
        impression: of which calls he is asked himself, "" = as shipped."""
        shipped(folder, asked=rate)
        file = folder / "flows" / "surveys" / "support.yaml"
        text = survey or file.read_text(encoding="utf-8")
        assert "media: [voice, sms]" in text
        file.write_text(text.replace("media: [voice, sms]", f"media: {media}"), encoding="utf-8")
        if impression:
            only_about(folder / "flows" / "surveys" / "impression.yaml", impression)
        centre = await CallCentre.open(folder, store=store)
        made = cls(centre)
        surveyor = centre.served.server.switch.ports.surveyor
        assert surveyor is not None
        surveyor.knowing.wishes = made.wishes
        await centre.works(AGENT)
        topics = ("me", "agents", "queues")
        made.desk = await centre.served.server.streams.subscribe(AGENT, topics)
        return made

    @property
    def clock(self) -> VirtualClock:
        """Virtual time."""
        return self.centre.clock

    def number(self, call: CallId) -> str:
        """The number a call came from."""
        return self.numbers[call]

    async def waits(self, *, same: bool = False) -> CallId:
        """A customer waits for the agent. same: the one who called last."""
        self._callers += 0 if same else 1
        ani = f"+90532111{self._callers:04d}"
        call = await self.centre.waits(ani)
        self.numbers[call] = ani
        return call

    async def ready(self) -> None:
        """The agent is at once there for the next call."""
        if self.centre.state(AGENT) != "available":
            await self.centre.floor.ask(AGENT, "set_available", by=AGENT)
            await self.clock.advance(0)

    def told_the_agent(self) -> str:
        """Every byte that telephone and desk of the agent were sent, ids left out."""
        phone = json.dumps(self.centre.phones[AGENT].said, ensure_ascii=False, default=str)
        assert self.desk is not None
        frames = [*self.desk._ordered, *self.desk._newest.values()]
        return _ID.sub("ID", phone + "".join(str(frame) for frame in frames))

    async def talking(
        self, *, same: bool = False, for_s: float = 30, pause_s: float = 60
    ) -> CallId:
        """A customer talks with the agent for so long. pause_s: for the work after the last one."""
        await self.clock.advance(pause_s)
        call = await self.waits(same=same)
        await self.clock.advance(1)
        self.centre.phones[AGENT].answer()
        await self.clock.advance(for_s)
        assert self.centre.state(AGENT) == "talking"
        return call

    def agent_leaves(self) -> None:
        """The agent hangs up."""
        phone = self.centre.phones[AGENT]
        if phone.talks:
            phone.hang_up()

    async def leaves(self, call: CallId) -> None:
        """The caller hangs up."""
        await self.centre.leaves(call)

    async def presses(self, call: CallId, key: str) -> None:
        """The caller presses a key."""
        await self.centre.trunk.press(call, key)
        await self.clock.advance(0)

    async def answers(self, call: CallId, *keys: str) -> None:
        """The caller hears the offer to its end and answers one question after the other."""
        await self.clock.advance(12)
        for key in keys:
            for each in key:
                await self.presses(call, each)
            await self.clock.advance(3)

    async def state(self, call: CallId) -> tuple[str, str]:
        """What became of the invitation, and why."""
        store = self.centre.served.server.switch.store
        (one,) = await store.surveys.of_call(call)
        return one.state, one.reason

    async def scores(self, call: CallId) -> dict[str, int | None]:
        """Question -> number."""
        store = self.centre.served.server.switch.store
        return {one.question: one.number for one in await store.surveys.answers(call)}

    def said(self, call: CallId) -> list[str]:
        """The prompts that the caller has heard so far."""
        messages = self.centre.heard[call]
        return [each["name"] for message in messages for each in message.get("hears", ())]

    async def close(self) -> None:
        """End everything."""
        await self.centre.close()
