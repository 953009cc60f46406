"""The whole server: a ticket that was opened is told to webhooks and to a ticket system."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

import pytest

from ivr.app.boxes.outbox import rules_of, told_of
from ivr.config.load import load_config
from ivr.config.outside.settings import DURABLE_EVENTS
from ivr.domain.call import CallId
from ivr.runtime.clock import SystemClock
from ivr.runtime.memory.clock import START
from ivr.runtime.ports import CallOpening, Entry
from ivr.runtime.ports.tickets import Act, NewTicket
from tests.cti.crm import Crm
from tests.fakes.served import Served, shipped
from tests.fakes.ticket_systems import FakeRt
from tests.fakes.waiting import until_now

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from ivr.config.model import Config

KEY = base64.b64encode(b"k" * 32).decode()
WRITTEN = """zone: Europe/Istanbul
webhooks:
  ops:
    url: "http://127.0.0.1:{hook}/x"
    secret: "${{file:key}}"
    events: [ticket.created, interaction.started]
  live: {{url: "http://127.0.0.1:{hook}/y", secret: "${{file:key}}", events: [call.*]}}
ticket_systems:
  help:
    adapter: rt
    url: "http://127.0.0.1:{far}/"
    token: "${{file:key}}"
    queue: General
    map: {{status: {{new: open}}, teams: {{cards: Cards}}}}
"""


@pytest.fixture
async def hook() -> AsyncIterator[Crm]:
    made = Crm()
    await made.open()
    yield made
    await made.close()


@pytest.fixture
async def far() -> AsyncIterator[FakeRt]:
    made = FakeRt()
    await made.open()
    yield made
    await made.close()


@pytest.fixture
def changes(tmp_path: Path, hook: Crm, far: FakeRt) -> dict[str, str]:
    (tmp_path / "key").write_text(KEY)
    (tmp_path / "key").chmod(0o600)
    written = WRITTEN.format(hook=hook.port, far=far.base.rpartition(":")[2])
    return {"zone: Europe/Istanbul\n": written}


@pytest.fixture
def config(tmp_path: Path, changes: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Config:
    monkeypatch.chdir(tmp_path)
    return load_config(shipped(tmp_path, changes), {}, now=START)


def test_each_is_told_what_it_asked_for_and_nobody_its_own_changes(config: Config) -> None:
    receivers = {one.endpoint: one for one in told_of(config)}
    assert sorted(receivers) == ["hook:ops", "system:help"]
    assert receivers["hook:ops"].types == ("ticket.created", "interaction.started")
    assert receivers["system:help"].wants("ticket.updated", "")
    assert not receivers["system:help"].wants("ticket.updated", "help")
    assert not receivers["system:help"].wants("customer.updated", "")
    assert all(one in DURABLE_EVENTS for each in receivers.values() for one in each.types)


def test_the_words_of_the_configuration_reach_the_adapter(config: Config) -> None:
    rules = rules_of(config.ticket_systems["help"])
    assert (rules.queue, rules.status, rules.teams) == (
        "General",
        {"new": "open"},
        {"cards": "Cards"},
    )


async def test_a_contact_is_told_of_too(tmp_path: Path, config: Config, hook: Crm) -> None:
    assert "interaction.started" in config.webhooks["ops"].events
    served = await Served.start(tmp_path / "config.yaml")
    now = SystemClock().now()
    opening = CallOpening("main", "sip", "r", "+905321112233", "1", "bank", "h", "tr", True, b"k")
    entry = Entry(CallId("c1"), 1, 1, now, event="{}", opening=opening)
    await served.server.switch.store.journal.append(entry)
    await hook.until(1)
    await served.close()
    [event] = hook.events
    assert (event["type"], event["subject"]) == ("interaction.started", "c1")
    assert "from" not in event["data"]


async def test_a_ticket_reaches_both_and_survives_a_restart(
    tmp_path: Path, config: Config, hook: Crm, far: FakeRt
) -> None:
    place = tmp_path / "config.yaml"
    served = await Served.start(place)
    assert served.server.house is not None
    act = Act("ayse", SystemClock().now())
    made = await served.server.house.tickets.open(NewTicket("t:1", "Işık yok", "voice"), act)
    await hook.until(1)
    [event] = hook.events
    assert (event["type"], event["data"]["number"]) == ("ticket.created", made.ticket.number)
    await until_now(lambda: far.kept)
    [one] = far.kept.values()
    assert (one.subject, one.status) == (f"Işık yok [ivr {made.ticket.number}]", "open")
    await served.close()
    served = await Served.start(place)
    assert served.server.house is not None
    await served.server.house.tickets.open(NewTicket("t:2", "İki", "voice"), act)
    await hook.until(2)
    await served.close()
    assert len({event["id"] for event in hook.events}) == 2
    assert config.webhooks["live"].events == ("call.*",)
