"""A desk whose tickets are told to a ticket system of others: small fakes, and a real one."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING, Any

import pytest

from ivr.cti.adapters import load_ticket_adapter
from ivr.cti.adapters.agreement import Agreement
from ivr.cti.adapters.far import FarPlace, HookIn, TicketOut
from ivr.cti.adapters.mirror import Mirror, Ours
from ivr.cti.inbox.worker import InboxWorker, Source
from ivr.cti.outbox.lane import Lane, Post
from ivr.cti.outbox.worker import Worker
from ivr.runtime.clock import SystemClock
from ivr.runtime.ports.tickets import NewArticle
from ivr.runtime.tasks import Tasks
from ivr.store.outbox_events import Receiver
from ivr.store.outside.deliveries import SqlDeliveries
from ivr.store.outside.far_refs import SqlFarRefs
from ivr.store.outside.inbox import SqlInbox
from ivr.store.tickets.jobs import Jobs
from ivr.store.tickets.repository import SqlTickets
from ivr.tickets.agreeing import OURS
from ivr.tickets.numbering import prefix, width_of
from tests.fakes.between import Between
from tests.fakes.fresh_store import open_fresh
from tests.fakes.request_tracker import running
from tests.fakes.ticket_house import Desk
from tests.fakes.ticket_systems import SECRET, FakeRt, FakeSystem, FakeZammad
from tests.fakes.waiting import until
from tests.fakes.zendesk import FakeZendesk

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from pathlib import Path

    from ivr.cti.adapters.far import FarSystem
    from ivr.runtime.ports.deliveries import DeliveryRow
    from ivr.runtime.ports.tickets import FileRow
    from ivr.store import SqlStore
    from tests.fakes.request_tracker import RequestTracker
    from tests.fakes.ticket_systems import Said

FAKES: dict[str, type[FakeSystem]] = {"rt": FakeRt, "zammad": FakeZammad, "zendesk": FakeZendesk}
NAME = "far"
ENDPOINT = "system:far"
SOON_S = 0.02
_NUMBERS = count(1, 50)
"""Where each test begins to count: the real system remembers the tickets of all of them."""


@dataclass
class FarBed:
    """far: the system; between: what stands in front of it; files: what our files hold."""

    store: SqlStore
    far: FakeSystem | RequestTracker
    between: Between
    desk: Desk
    tasks: Tasks = field(default_factory=Tasks)
    clock: SystemClock = field(default_factory=SystemClock)
    files: dict[str, bytes] = field(default_factory=dict)
    master: str = OURS
    worker: Worker | None = None
    hears: bool = False
    agreement: Agreement | None = None
    ears: InboxWorker | None = None

    def __post_init__(self) -> None:
        """What happens on tickets is told."""
        told = [Receiver(ENDPOINT, system=NAME)]
        self.desk.at = self.clock.now()
        jobs = Jobs(self.store.database, lambda: self.desk.rules, receivers=lambda: told)
        self.desk.tickets = SqlTickets(jobs)
        self.deliveries = SqlDeliveries(self.store.database)
        self.refs = SqlFarRefs(self.store.database)
        self.inbox = SqlInbox(self.store.database)

    def _hear(self, system: FarSystem) -> None:
        self.agreement = Agreement(
            NAME, system, self.desk.tickets, self.refs, self.clock, self.master
        )
        every_s = 0.2 if self.far.kind == "rt" else 0.0
        self.source = Source(self.agreement, system, every_s)
        sources = {NAME: self.source}
        args = (self.inbox, sources, self.clock, self.tasks)
        self.ears = InboxWorker(*args, strange_s=SOON_S, look_s=SOON_S)
        self.ears.start()

    async def news(self, far_id: int) -> None:
        """What has happened to a ticket there reaches us, and is dealt with."""
        newest = 0
        if self.far.kind == "rt":
            newest = await self.far.newest()
        else:
            await self.post(far_id)

        async def dealt() -> bool:
            read = newest and int(await self.inbox.position(NAME)) < newest
            return not read and not (await self.inbox.page("pending")).rows

        await until(dealt)

    async def post(self, far_id: int, take: int = 1) -> None:
        """A webhook comes in, more than once perhaps."""
        assert isinstance(self.far, FakeSystem)
        headers, body = self.far.post(far_id, self.clock.now())
        hook = load_ticket_adapter(self.far.kind).hook
        assert hook is not None
        for _each in range(take):
            messages = hook(HookIn(headers, body, SECRET, self.clock.now()))
            await self.inbox.arrive(NAME, messages, self.clock.now())

    def start(self, lease_s: float = 60.0) -> None:
        """Begin to tell."""
        place = FarPlace(NAME, self.between.target, self.far.headers, self.far.rules, self.clock)
        system = load_ticket_adapter(self.far.kind).open(place)
        ours = Ours(self.desk.tickets, self.refs, self.clock, self._content)
        post = Post(self.deliveries, self.clock, chance=lambda: 0.0, lease_s=lease_s)
        if self.hears:
            self._hear(system)
        mirror = Mirror(NAME, system, ours, self.master, self.agreement)
        self.worker = Worker(
            post, {ENDPOINT: Lane(ENDPOINT, mirror, post)}, self.tasks, look_s=SOON_S
        )
        self.worker.start()

    async def stop(self) -> None:
        """Tell no more, and listen no more."""
        if self.ears is not None:
            await self.ears.close()
        if self.worker is not None:
            await self.worker.close()

    async def until(self, state: str, count: int = 1) -> tuple[DeliveryRow, ...]:
        """The deliveries of a state, once there are so many."""

        async def there() -> bool:
            return len((await self.deliveries.page(state)).rows) >= count

        await until(there)
        return (await self.deliveries.page(state)).rows

    async def quiet(self) -> None:
        """Until nothing waits any more."""

        async def empty() -> bool:
            return not (await self.deliveries.page("pending", limit=1)).rows

        await until(empty)

    async def told(self) -> list[Said]:
        """What was said on the only ticket there."""
        [one] = await self.far.tickets()
        return await self.far.said(one.id)

    async def _content(self, file: FileRow) -> bytes | None:
        return self.files.get(file.uri)

    async def say(self, number: str, body: str, kind: str = "reply", **more: Any) -> None:  # noqa: ANN401
        """Somebody writes on a ticket."""
        article = NewArticle(kind, "agent", "ayşe", body, self.desk.at, **more)
        await self.desk.tickets.append(number, article, self.desk.act())


def ticket_out(number: str) -> TicketOut:
    """A ticket as an adapter gets it."""
    return TicketOut(
        *(number, number, "Işık yok", "Üç gündür ışık yok", "", "new", "new", 2, "", "")
    )


@pytest.fixture(scope="session")
def request_tracker() -> Iterator[RequestTracker]:
    """The real one, once for a whole run."""
    with running() as made:
        yield made


@asynccontextmanager
async def bed_of(far: FakeSystem | RequestTracker, path: Path) -> AsyncIterator[FarBed]:
    """A bed for one test."""
    await far.open()
    between = Between(far.base)
    await between.open()
    store = open_fresh(f"sqlite:///{path / 'ivr.db'}", create=True, synchronous="NORMAL")
    made = FarBed(store, far, between, Desk(store))
    year, first = prefix(made.desk.at, made.desk.rules.zone), next(_NUMBERS)
    row = {"name": f"ticket-{year:02}", "width": width_of(first), "next_value": first}
    await made.desk.add("number_sequence", tenant_id=1, **row)
    try:
        yield made
    finally:
        await made.stop()
        await made.tasks.close()
        await store.close()
        await between.close()
        await far.close()


@pytest.fixture(params=[*FAKES, "real rt"])
async def bed(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[FarBed]:
    """One on each system."""
    if request.param == "real rt":
        far = request.getfixturevalue("request_tracker")
    else:
        far = FAKES[request.param]()
    async with bed_of(far, tmp_path) as made:
        yield made


@pytest.fixture(params=list(FAKES))
async def small_bed(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[FarBed]:
    """One on each of the small ones, for what does not depend on how the real one does it."""
    async with bed_of(FAKES[request.param](), tmp_path) as made:
        yield made


@pytest.fixture
async def rt_bed(request_tracker: RequestTracker, tmp_path: Path) -> AsyncIterator[FarBed]:
    """One on the real Request Tracker."""
    async with bed_of(request_tracker, tmp_path) as made:
        yield made
