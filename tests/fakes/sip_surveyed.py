"""Callers at SIP telephones who are asked in few words, once the agents have left."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import select

from ivr.engine.party import TALK
from ivr.runtime.flows.library import read_folder
from ivr.store.tables import METADATA
from tests.fakes import sip_agents
from tests.fakes.sip_agents import LINE, SipDesk, answers
from tests.fakes.survey_journal import SurveyJournal

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping
    from datetime import datetime
    from pathlib import Path

    import pytest

    from ivr.runtime.live import LiveCall
    from ivr.runtime.memory.store import MemoryStore
    from tests.fakes.sip_phone import Dialog, SipPhone

ASKED = "done: after\n  after:"
ASKING = "done: asked\n  asked:\n    - {survey: support, done: after}\n  after:"
USES = ("uses: {queues: [general]}", "uses: {queues: [general], surveys: [support]}")
SILENCE = b"\xd5" * 160
SHORT = """\
survey: support
version: 1
languages: [tr, en]
offer:
  say: {tr: "İki soru.", en: "Two questions."}
  opt_out_key: "9"
questions:
  csat: {type: scale, low: 1, high: 5, score: csat, key: true, say: {tr: "Puan?", en: "Score?"},
    text: {tr: "Puan? 1 kötü 5 iyi. Çıkmak için IPTAL", en: "Score? 1 bad 5 good. To leave STOP"}}
  nps: {type: nps, score: nps, say: {tr: "Öneri?", en: "Friends?"}}
plans:
  after_call: {when: post_call, rate: 100%, seed: s, media: [voice, sms], gap: 7d}
"""
"""A survey in few words: real time passes while they are said."""


@dataclass
class SipAsked:
    """The server, its desk, and what was written of surveys. ayse: the first agent's telephone."""

    desk: SipDesk
    journal: SurveyJournal

    @property
    def store(self) -> MemoryStore:
        """Where all is kept."""
        return cast("MemoryStore", self.desk.sip.served.server.switch.store)

    async def talking(
        self, caller: SipPhone, agent: SipPhone, number: int = 0
    ) -> tuple[Dialog, Dialog, LiveCall]:
        """The caller talks with the agent: both sides, and the call. number: of the agent's."""
        known = set(self.calls)
        dialog = await caller.call("line")
        leg = await answers(agent, number)
        await self.desk.until(agent.user, "talking")
        (new,) = self.calls.keys() - known
        live = self.calls[new]
        await self.desk.soon(lambda: live.known.top.data.get("joined"))
        return dialog, leg, live

    @property
    def calls(self) -> dict[Any, LiveCall]:
        """Those that live."""
        return dict(self.desk.sip.served.server.switch.calls)

    async def state(self, live: LiveCall) -> tuple[str, str]:
        """What became of the invitation, and why."""
        (one,) = await self.store.surveys.of_call(live.id)
        return one.state, one.reason

    async def rows(self, table: str) -> list[Any]:
        """All rows of a table, where there is a database."""
        store: Any = self.store
        question = select(METADATA.tables[table])
        return list(await store.database.read(lambda it: it.execute(question).all()))

    async def agent(self, live: LiveCall) -> str:
        """Whom the invitation is about."""
        (one,) = await self.store.surveys.of_call(live.id)
        return one.agent

    async def scores(self, live: LiveCall) -> dict[str, int | None]:
        """Question -> number."""
        kept = await self.store.surveys.answers(live.id)
        return {one.question: one.number for one in kept}

    def talkers(self, live: LiveCall) -> list[str]:
        """The agents in the caller's bridge, in the order of their legs."""
        caller, *others = live.known.legs
        return [one.detail for one in others if one.bridge and one.bridge == caller.bridge]

    def talked_until(self, live: LiveCall) -> datetime:
        """When the last agent left."""
        return max(one.ended_at for one in live.known.segments if one.kind == TALK)

    async def asks(self, live: LiveCall, node: str) -> None:
        """Until the survey listens there."""
        await self.desk.soon(
            lambda: live.known.top.node == node and "keys" in live.known.top.open,
            lambda: live.known.top.node,
        )

    async def presses(self, live: LiveCall, caller: SipPhone, dialog: Dialog, **keys: str) -> None:
        """The caller answers one question after the other, each while he hears it."""
        for node, pressed in keys.items():
            await self.asks(live, node)
            await sounds(caller)
            caller.press(dialog, pressed)

    async def is_over(self, live: LiveCall) -> None:
        """The call has ended."""
        await self.desk.soon(lambda: live.id not in self.calls)


@asynccontextmanager
async def sip_asked(
    folder: Path,
    sounds_at: Path,
    patch: pytest.MonkeyPatch,
    survey: str = SHORT,
    changes: Mapping[str, str] | None = None,
    line: Mapping[str, str] | None = None,
    **more: Any,  # noqa: ANN401 - of SipDesk.start
) -> AsyncIterator[SipAsked]:
    """The server with its queue and a survey. changes: of the configuration; line: of the flow."""
    patch.chdir(folder)
    text = LINE.replace(*USES)
    for old, new in {ASKED: ASKING, **(line or {})}.items():
        assert old in text
        text = text.replace(old, new)
    patch.setattr(sip_agents, "LINE", text)
    desk = await SipDesk.start(folder, sounds_at, changes, **more)
    path = folder / "flows" / "surveys" / "support.yaml"
    await asyncio.to_thread(path.write_text, survey, encoding="utf-8")
    files = await asyncio.to_thread(read_folder, folder / "flows")
    await desk.sip.served.server.library.publish(files)
    yield SipAsked(desk, SurveyJournal(desk.sip.served.server.switch.store))  # type: ignore[arg-type]
    await desk.close()


async def sounds(caller: SipPhone) -> None:
    """Until the caller hears words: something louder than silence, and more than a moment of it."""
    seen = len(caller.rtp)

    def loud() -> bool:
        return sum(packet.payload != SILENCE for packet in caller.rtp[seen:]) > 5

    await caller.until(loud)
