"""Opens the ticket store on the server's own database, and ties it to calls and flows."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ivr.config.calendars import find_zone
from ivr.flow.own.own_sources import KB, TICKET_STATUS
from ivr.runtime.ids import Ulids
from ivr.runtime.key_file import master_key
from ivr.runtime.ports.tickets import TicketRules
from ivr.runtime.tickets.answers import Answers
from ivr.runtime.tickets.clocks import TicketTimes
from ivr.runtime.tickets.notices import Notices
from ivr.runtime.tickets.opening import CallTickets
from ivr.runtime.tickets.reviewing import Reviewing
from ivr.runtime.tickets.status import TicketStatus
from ivr.store.customers.callers import SqlCallers
from ivr.store.customers.repository import SqlCustomers, SqlMerges, SqlProducts
from ivr.store.customers.work import House
from ivr.store.intake.repository import SqlIntake
from ivr.store.knowledge.repository import SqlKnowledge
from ivr.store.opening import SqlStore
from ivr.store.search.repository import SqlSearch
from ivr.store.tickets.jobs import Jobs
from ivr.store.tickets.repository import SqlTickets

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from ivr.config.live import LiveConfig
    from ivr.runtime.flows.library import Library
    from ivr.runtime.ports import Clock, Source, Store
    from ivr.runtime.ports.customers import Callers, Customers
    from ivr.runtime.ports.intake import Intake
    from ivr.runtime.ports.knowledge import Knowledge
    from ivr.runtime.ports.merges import Merges
    from ivr.runtime.ports.products import Products
    from ivr.runtime.ports.search import Search
    from ivr.runtime.ports.tickets import Rules, Tickets, Touched
    from ivr.runtime.standing import Ports
    from ivr.runtime.streams import Streams
    from ivr.runtime.tasks import Tasks
    from ivr.store.outbox_events import Receiver
    from ivr.web.desk.live import Live

IDENTIFIER = b"identifiers of customers"
"""What the master key is told to make the key for official numbers with."""


@dataclass(frozen=True, slots=True)
class TicketHouse:
    """Everything about customers and tickets that other parts of the server ask."""

    tickets: Tickets
    customers: Customers
    merges: Merges
    products: Products
    callers: Callers
    intake: Intake
    knowledge: Knowledge
    search: Search
    rules: Rules
    of_calls: CallTickets
    touches: Touches
    sources: Mapping[str, Source]


class Touches:
    """Passes on what was changed, to whoever listens in this process."""

    def __init__(self) -> None:
        self._hearers: list[Callable[[Sequence[Touched]], None]] = []

    def listen(self, hearer: Callable[[Sequence[Touched]], None]) -> None:
        """From now on it is told, on the loop of the server."""
        self._hearers.append(hearer)

    def __call__(self, touched: Sequence[Touched]) -> None:
        """These were changed."""
        for hearer in self._hearers:
            hearer(touched)


class PublishedRules:
    """The rules of tickets as they are published now: one object until something is published."""

    def __init__(self, library: Library, live: LiveConfig) -> None:
        self._library = library
        self._live = live
        self._made: tuple[object, object, TicketRules] | None = None

    def __call__(self) -> TicketRules:
        """Catalogue and calendars of this moment."""
        catalogue, world = self._library.catalogue, self._library.current().world
        made = self._made
        if made is None or made[0] is not catalogue or made[1] is not world:
            config = self._live.now
            rules = TicketRules(catalogue, world.calendars, find_zone(config.zone), config.country)
            self._made = made = (catalogue, world, rules)
        return made[2]


def open_house(
    store: Store,
    library: Library,
    live: LiveConfig,
    standing: tuple[Clock, Tasks],
    receivers: Callable[[], Sequence[Receiver]] = tuple,
) -> TicketHouse | None:
    """The ticket store beside a store on a database; None where all is kept in memory only."""
    if not isinstance(store, SqlStore):
        return None
    clock, tasks = standing
    rules = PublishedRules(library, live)
    new_id = Ulids(clock).new
    key = hmac.new(master_key(Path(live.now.keys.file)), IDENTIFIER, hashlib.sha256).digest()
    house = House(live.now.country, key, new_id, tuple(receivers()))
    touches = Touches()
    jobs = Jobs(store.database, rules, receivers=receivers, new_id=new_id, hears=touches)
    tickets, customers = SqlTickets(jobs), SqlCustomers(store.database, house)
    status = TicketStatus(tickets, customers, store.people, clock, rules)
    knowledge = SqlKnowledge(jobs)
    return TicketHouse(
        tickets=tickets,
        customers=customers,
        merges=SqlMerges(store.database, house),
        products=SqlProducts(store.database, house),
        callers=SqlCallers(store.database, house),
        intake=SqlIntake(store.database, jobs, house),
        knowledge=knowledge,
        search=SqlSearch(store.database, rules),
        rules=rules,
        touches=touches,
        of_calls=CallTickets(tickets, customers, clock, tasks, team_of(live)),
        sources={TICKET_STATUS.name: status, KB.name: Answers(knowledge, clock)},
    )


def keep_times(house: TicketHouse, clock: Clock, tasks: Tasks) -> None:
    """From now on clocks run out, escalate and follow the rules, whether or not anybody looks."""
    tasks.start(TicketTimes(house.tickets, clock).run(), "ticket clocks")
    tasks.start(Reviewing(house.tickets, clock, house.rules).run(), "ticket reviews")


def tell_desks(house: TicketHouse, ports: Ports, live: Live, streams: Streams) -> None:
    """From now on people see on their pages what escalates."""
    outbox, clock = ports.store.outbox, ports.clock
    notices = Notices(outbox, house.tickets, clock, live.online, streams.tell)
    ports.tasks.start(notices.run(), "ticket notices")


def team_of(live: LiveConfig) -> Callable[[str], str]:
    """Finds the first team that works on a queue, "" = none."""

    def found(queue: str) -> str:
        options = live.now.queues.get(queue)
        return next(iter(options.members.teams), "") if options is not None else ""

    return found
