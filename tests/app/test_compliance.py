"""The work of forgetting and destroying on a whole server, on virtual time."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ivr.app import Parts, Server, build
from ivr.app.compliance import Caretaker, Compliance, choices_of, compliance_of
from ivr.config.load import load_config
from ivr.domain.errors import StoreError
from ivr.runtime.memory.clock import START, VirtualClock, settle
from ivr.runtime.ports.compliance import ConsentNew
from ivr.runtime.ports.customers import Act, NewCustomer, NewPoint
from ivr.tickets.catalogue.model import Catalogue, Category
from ivr.tickets.forms import Form, FormField
from tests.fakes.fresh_store import open_fresh
from tests.fakes.served import shipped

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

PHONE = "+905321112233"


@pytest.fixture
def start() -> datetime:
    """When the server starts."""
    return START


@pytest.fixture
async def server(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, start: datetime
) -> AsyncIterator[Server]:
    """The shipped server on an SQLite file."""
    monkeypatch.chdir(tmp_path)
    shipped(tmp_path)
    store = open_fresh("sqlite:///var/ivr.db", create=True, synchronous="NORMAL")
    config = load_config(tmp_path / "config.yaml", {}, now=START)
    made = await build(config, Parts(clock=VirtualClock(start), store=store))
    yield made
    await made.close()


def _every(server: Server) -> Compliance:
    found = compliance_of(server)
    assert found is not None
    return found


async def _until(server: Server, request: str, state: str) -> None:
    """The job runs beside us, on the store's own thread."""
    erasures, clock = _every(server).erasures, server.switch.ports.clock
    async with asyncio.timeout(20):
        while (row := await erasures.get(request, clock.now())) is None or row.state != state:
            await settle()


class TwoErasures:
    """The first cannot go on: a disk does not let its files go."""

    def __init__(self) -> None:
        self.worked: list[str] = []

    async def running(self) -> list[str]:
        return ["e1", "e2"]

    async def work(self, request: str, _act: Act) -> None:
        self.worked.append(request)
        if request == "e1":
            raise StoreError("Input/output error", retryable=True)


async def test_an_erasure_that_cannot_go_on_stops_none_behind_it(server: Server) -> None:
    erasures = TwoErasures()
    every = replace(_every(server), erasures=erasures)  # type: ignore[arg-type]
    await Caretaker(every, server).erase()
    assert erasures.worked == ["e1", "e2"]


async def test_an_erasure_that_was_approved_is_done_without_anybody(server: Server) -> None:
    every = _every(server)
    assert server.house is not None
    customers = server.house.customers
    row = await customers.add(NewCustomer("Ali Işık"), Act("ece", START))
    await customers.add_point(row.id, NewPoint("phone", PHONE), Act("ece", START))
    request = await every.erasures.open(row.id, "istedi", Act("ece", START))
    await every.erasures.verify(request.id, Act("ece", START))
    await every.erasures.approve(request.id, Act("boss", START))
    clock = server.switch.ports.clock
    assert isinstance(clock, VirtualClock)
    await clock.advance(600)
    await _until(server, request.id, "done")
    gone = await customers.get(row.id)
    assert gone is not None
    assert gone.full_name == "Silinmiş müşteri"


@pytest.mark.parametrize("start", [datetime(2026, 11, 23, 20, 50, tzinfo=UTC)])  # Istanbul: 23:50
async def test_at_night_what_is_due_goes_and_the_head_of_the_chain_is_written(
    server: Server,
) -> None:
    every = _every(server)
    said = ConsentNew(PHONE, "sms", "service", "opt_out", "call")
    await every.consents.say(said, Act("ece", START))
    clock = server.switch.ports.clock
    assert isinstance(clock, VirtualClock)
    assert await every.destroying.last_run() is None
    await clock.leap(timedelta(hours=3).total_seconds())
    for _quarter in range(8):
        await clock.advance(timedelta(minutes=15).total_seconds())
        await settle()
        if _heads():
            break
    state = await every.trail.verify()
    assert [(line["seq"], line["hash"], line["broken"]) for line in _heads()] == [
        (state.last, state.head, None)
    ]
    assert await every.destroying.last_run() is not None


def _heads() -> list[dict[str, object]]:
    file = Path("var/audit-head.jsonl")
    text = file.read_text(encoding="utf-8") if file.exists() else ""
    return [json.loads(line) for line in text.splitlines()]


async def test_callbacks_ask_the_same_judge(server: Server) -> None:
    keeper = server.keeper
    assert keeper is not None
    assert keeper.tries.refuses is not None


def test_only_fields_that_always_have_fixed_answers_are_kept() -> None:
    def form(**fields: str) -> Form:
        return Form({name: FormField(name, kind) for name, kind in fields.items()})

    made = {
        "a": Category("a", "a", {}, form=form(plan="enum", note="text", kind="enum")),
        "b": Category("b", "b", {}, form=form(kind="text")),
    }
    assert choices_of(Catalogue(categories=made)) == {"plan"}
