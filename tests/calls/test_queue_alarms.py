"""An alarm end to end: nobody is on duty; telephone, webhook and mailbox are told, also of its end.

It is three at night: quiet hours are for customers.
"""

from __future__ import annotations

import asyncio
import base64
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from ivr.app import Parts
from ivr.channels.simulator.trunk import SimulatorTrunk
from ivr.runtime.memory.clock import VirtualClock
from ivr.runtime.ports.desk import AgentRow
from tests.cti.crm import Crm
from tests.fakes.call_centre import SKILLS
from tests.fakes.mail_server import MailServer
from tests.fakes.served import Phone, Served, shipped

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

BOSS = "+905337654321"
NIGHT = datetime(2026, 11, 23, 0, 5, tzinfo=UTC)
"""03:05 in Istanbul."""
WRITTEN = """
webhooks:
  ops: {{url: "http://127.0.0.1:{port}/x", secret: "${{file:key}}", events: [call.*]}}
alarm_groups:
  bosses: {{sms: ["+905337654321"], language: tr}}
  clerks: {{mail: [clerk@x.example], account: help, language: en}}
mail:
  help: {{smtp: "smtp://127.0.0.1:{smtp}", from: ivr@x.example}}
alarms:
  - {{name: lonely, metric: agents_on_duty, queue: general, fire: {{below: 0.5, for: 10s}},
     clear: {{above: 0.6}}, notify: [sms:bosses, webhook:ops, mail:clerks],
     repeat: 1m}}

queues:
"""


@dataclass
class Night:
    """A server at night on SQLite, the telephone of a boss, and the receiver of the webhook."""

    served: Served
    clock: VirtualClock
    boss: Phone
    hook: Crm
    mail: MailServer

    async def until(self, what: Callable[[], bool]) -> None:
        """Let time go on until something is so."""
        async with asyncio.timeout(60):
            while not what():
                await self.clock.advance(0.25)

    async def text(self, begins: str) -> None:
        """A text of the boss that begins so; others before it repeat what he knows."""
        said = ""
        while not said.startswith(begins):
            assert not said or "SÜRÜYOR" in said, said
            said = (await self.boss.until("text"))["text"]["text"]

    async def comes_to_work(self, name: str) -> None:
        """An agent at a simulated telephone."""
        server = self.served.server
        trunk = server.switch.trunks["browser"]
        assert isinstance(trunk, SimulatorTrunk)
        card = AgentRow(
            name, teams=("back_office",), skills=SKILLS, endpoints={"simulator": f"sim:{name}"}
        )
        await server.switch.store.agents.save(card)
        trunk.desk.connect(name, lambda _message: None)
        await server.floor.ask(name, "login", by=name)

    @property
    def told(self) -> list[tuple[str, str]]:
        """(type, alarm) of what the receiver was told."""
        return [(event["type"], event["subject"]) for event in self.hook.events]


@pytest.fixture
async def night(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Night]:
    monkeypatch.chdir(tmp_path)
    hook, mail, clock = Crm(), MailServer(), VirtualClock(NIGHT)
    await hook.open()
    mail.start()
    (tmp_path / "key").write_text(base64.b64encode(b"k" * 32).decode())
    (tmp_path / "key").chmod(0o600)
    shipped(tmp_path, {"\nqueues:\n": WRITTEN.format(port=hook.port, smtp=mail.port)})
    served = await Served.start(tmp_path / "config.yaml", Parts(clock=clock))
    boss = Phone(await served.web.talk(), clock)
    await boss.send(texts=BOSS)
    await boss.until("texts")
    yield Night(served, clock, boss, hook, mail)
    await boss.socket.close()
    await served.close()
    await hook.close()
    mail.stop()


async def test_texts_webhooks_and_mails_tell_that_it_is_on_still_on_and_over(night: Night) -> None:
    await night.text("ALARM lonely: Genel görevdeki temsilci 0, sinir 0,5 alti, 23.11. 03:05")
    await night.until(lambda: len(night.told) == 1)
    assert night.told == [("alarm.raised", "lonely")]
    assert night.hook.events[0]["data"]["value"] == 0
    await night.until(lambda: bool(night.mail.mails))
    assert night.mail.mails[0]["To"] == "clerk@x.example"
    assert night.mail.mails[0]["Subject"] == "ALARM lonely"
    await night.text("ALARM SÜRÜYOR lonely: Genel")
    await night.comes_to_work("ayse")
    await night.text("DÜZELDI lonely: Genel görevdeki temsilci 1")
    await night.until(lambda: ("alarm.cleared", "lonely") in night.told)
    assert night.told[:2] == [("alarm.raised", "lonely"), ("alarm.repeated", "lonely")]


async def test_who_has_acknowledged_it_hears_no_more_until_it_is_over(night: Night) -> None:
    await night.text("ALARM lonely")
    alarms = night.served.server.alarms
    assert alarms is not None
    alarms.board.acknowledge("lonely", "sule")
    await night.clock.advance(150)
    await night.comes_to_work("ayse")
    assert (await night.boss.until("text"))["text"]["text"].startswith("DÜZELDI")
