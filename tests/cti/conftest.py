"""A desk to make pops for: sources and contacts that a test fills in, on a clock that it moves."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import TYPE_CHECKING, Any

import pytest

from ivr.cti.asking import Desk
from ivr.cti.numbers import Attestation, Line, read_sender
from ivr.cti.pop_call import PopCall
from ivr.cti.pop_rules import PopLookup, PopRules
from ivr.cti.pops import Popper
from ivr.domain.call import CallId
from ivr.runtime.memory.clock import VirtualClock
from ivr.runtime.memory.pops import MemoryPops
from ivr.runtime.ports import FetchResult, InteractionRow
from ivr.runtime.streams import Streams
from ivr.runtime.tasks import Tasks
from tests.cti.crm import Crm

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence

    from ivr.domain.values import Value
    from ivr.runtime.streams.subscription import Subscription

CUSTOMER = FetchResult("found", {"id": "C-9", "name": "Ayşe Öz", "debt": "120 TRY"})
MISSING = FetchResult("missing", {})
FAILED = FetchResult("failed", {}, "timeout")
ANI = "+905321234567"


@dataclass
class FakeSource:
    """Answers what the test says, after so many seconds of its clock."""

    clock: VirtualClock
    result: FetchResult = MISSING
    takes_s: float = 0.0
    asked: list[Mapping[str, Value]] = field(default_factory=list)

    async def fetch(self, inputs: Mapping[str, Value], limit_s: float) -> FetchResult:
        """After takes_s, or failed at the limit."""
        self.asked.append(inputs)
        wait_s = min(self.takes_s, limit_s)
        await self.clock.sleep_until(self.clock.now() + timedelta(seconds=wait_s))
        return FAILED if self.takes_s > limit_s else self.result


class FakeContacts:
    """Earlier calls, newest first."""

    def __init__(self) -> None:
        self.rows: list[InteractionRow] = []

    async def get(self, call: CallId) -> InteractionRow | None:
        """One of them."""
        return next((row for row in self.rows if row.public_id == call), None)

    async def recent(self, limit: int = 50) -> Sequence[InteractionRow]:
        """All."""
        return self.rows[:limit]

    async def by_number(self, number: str, limit: int = 5) -> Sequence[InteractionRow]:
        """Those of a number."""
        return [row for row in self.rows if row.ani == number][:limit]

    async def since(self, at: datetime, limit: int) -> Sequence[InteractionRow]:
        """Those that began or ended by then."""
        every = reversed(self.rows)
        return [row for row in every if (row.ended_at or row.started_at) >= at][:limit]


def contact(call: str, at: datetime, ani: str = ANI, note: str = "") -> InteractionRow:
    """An earlier call."""
    return InteractionRow(
        CallId(call), "main", "sip", ani, "+908502220000", "bank", "h", "tr", False, at, at,
        "handled", None, None, None, note, (), (), (),
    )  # fmt: skip


@dataclass
class Bench:
    """Everything a pop needs. heard: what webhooks were told."""

    clock: VirtualClock
    tasks: Tasks
    pops: MemoryPops
    sources: dict[str, FakeSource]
    contacts: FakeContacts
    streams: Streams
    heard: list[tuple[str, Mapping[str, Any]]] = field(default_factory=list)
    made: Callable[[], str] = field(default_factory=lambda: _ids().__next__)

    @property
    def source(self) -> FakeSource:
        """The one that is asked unless a test says otherwise."""
        return self.sources["crm"]

    def desk(self, **changes: Any) -> Desk:  # noqa: ANN401 - any setting
        """The desk with these settings changed."""
        rules = PopRules(**{"country": "TR", "lookups": (PopLookup("crm"),), **changes})
        return Desk(rules, self.sources, self.contacts, self.clock, self.tasks)

    def popper(self, **changes: Any) -> Popper:  # noqa: ANN401 - any setting
        """A popper with these settings changed."""
        return Popper(self.desk(**changes), self.streams, self.made, self._hear)

    def _hear(self, kind: str, payload: Mapping[str, Any]) -> None:
        self.heard.append((kind, payload))


def _ids() -> Iterator[str]:
    for number in count(1):
        yield f"p{number}"


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    """A bench of its own for each test."""
    clock, tasks, pops = VirtualClock(), Tasks(), MemoryPops()
    yield Bench(
        clock,
        tasks,
        pops,
        {"crm": FakeSource(clock)},
        FakeContacts(),
        Streams(pops, clock, tasks),
    )
    await tasks.close()


def pop_of(ani: str = ANI, call: str = "c1", trusted: bool = True, **shown: Any) -> PopCall:  # noqa: ANN401
    """A call that waits for an agent."""
    sender = read_sender(ani, "TR", Line(trusted=trusted), Attestation.NONE)
    return PopCall(
        call=CallId(call),
        sender=sender,
        dnis="+908502220000",
        language="tr",
        queue="cards",
        path=("welcome", "main"),
        shown=shown,
    )


async def taken(page: Subscription) -> list[dict[str, Any]]:
    """The data of all messages that wait for a page."""
    return [json.loads(await page.next() or "")["data"] for _ in range(page.waiting)]


@pytest.fixture
async def crm() -> AsyncIterator[Crm]:
    """A CRM that listens."""
    made = Crm()
    await made.open()
    yield made
    await made.close()
