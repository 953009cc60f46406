"""Puts together who is told of tickets and customers for good: webhooks and ticket systems."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ivr.app.outside import target_of
from ivr.config.outside.settings import durable
from ivr.config.secrets import Secret
from ivr.cti.adapters import load_ticket_adapter
from ivr.cti.adapters.agreement import Agreement
from ivr.cti.adapters.far import FarPlace, FarRules
from ivr.cti.adapters.mirror import Mirror, Ours
from ivr.cti.hooks_out import HookEndpoint
from ivr.cti.kept_events import KeptEvents
from ivr.cti.letters.alarms import AlarmMailPost
from ivr.cti.mail.smtp import SmtpMailer
from ivr.cti.outbox.contacts import LOOK_S, ContactNews
from ivr.cti.outbox.lane import Lane, Post
from ivr.cti.outbox.webhook import WebhookHearer
from ivr.cti.outbox.worker import Worker
from ivr.cti.post import Target
from ivr.domain.errors import NotFoundError
from ivr.runtime.ports.deliveries import HOOK
from ivr.runtime.ports.supervision.queue_alarms import ALARM_MAIL
from ivr.store.intake.files import FileFolder
from ivr.store.opening import SqlStore
from ivr.store.outbox_events import Receiver
from ivr.store.outside.contacts import SqlContactEvents
from ivr.store.outside.deliveries import SqlDeliveries
from ivr.store.outside.far_refs import SqlFarRefs
from ivr.web.api.webhooks import SYSTEM, Outbox, WebhookRoutes

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator, Mapping

    from ivr.app.server import Server
    from ivr.app.tickets import TicketHouse
    from ivr.config.model import Config
    from ivr.config.outside.ticket_systems import TicketSystem
    from ivr.cti.outbox.lane import Hearer
    from ivr.runtime.ports import Clock
    from ivr.runtime.ports.far.refs import FarRefs
    from ivr.runtime.ports.ticket_rows import FileRow
    from ivr.web.api.parts import ApiParts
    from ivr.web.typed import Route

TICKETS = durable(["ticket.*"])
CONTACTS = durable(["interaction.*"])


@dataclass(frozen=True, slots=True)
class Systems:
    """Ticket systems by name: those that are told, and those that are heard as well."""

    hearers: Mapping[str, Hearer]
    agreements: Mapping[str, Agreement]


def told_of(config: Config) -> tuple[Receiver, ...]:
    """Who is told of what; goes with every change of a ticket or a customer."""
    hooks = ((f"{HOOK}{name}", durable(one.events)) for name, one in config.webhooks.items())
    systems = (Receiver(f"{SYSTEM}{name}", TICKETS, system=name) for name in config.ticket_systems)
    return (*(Receiver(endpoint, types) for endpoint, types in hooks if types), *systems)


def open_systems(server: Server) -> Systems:
    """The ticket systems of the configuration; none where all is kept in memory only."""
    house, store = server.house, server.switch.store
    if house is None or not isinstance(store, SqlStore):
        return Systems({}, {})
    refs = SqlFarRefs(store.database)
    return _systems(server.config, house, refs, server.switch.ports.clock)


def open_outbox(server: Server, systems: Systems) -> Worker | None:
    """Start to tell; None where all is kept in memory only."""
    house, store = server.house, server.switch.store
    if house is None or not isinstance(store, SqlStore):
        return None
    ports = server.switch.ports
    post = Post(SqlDeliveries(store.database), ports.clock)
    config, clock = server.config, ports.clock
    hearers = {**dict(_hooks(config, clock)), **systems.hearers}
    hearers[ALARM_MAIL] = AlarmMailPost(SmtpMailer(config.mail, clock))
    lanes = {name: Lane(name, hearer, post) for name, hearer in hearers.items()}
    worker = Worker(post, lanes, ports.tasks, _more(config, store, clock))
    worker.start()
    return worker


def _more(
    config: Config, store: SqlStore, clock: Clock
) -> tuple[tuple[Callable[[], Awaitable[None]], float], ...]:
    """Somebody may want to know of contacts."""
    receivers = [one for one in told_of(config) if set(one.types) & set(CONTACTS)]
    if not receivers:
        return ()
    events = SqlContactEvents(store.database, receivers)
    news = ContactNews(KeptEvents(store.interactions, clock), events, clock)
    return ((news.look, LOOK_S),)


def outbox_routes(server: Server, parts: ApiParts) -> list[Route]:
    """What the API shows of the outbox."""
    store = server.switch.store
    if not isinstance(store, SqlStore):
        return []
    config = server.config
    hooks = [f"{HOOK}{name}" for name in config.webhooks]
    names = [*hooks, *(f"{SYSTEM}{name}" for name in config.ticket_systems)]
    outbox = Outbox(SqlDeliveries(store.database), SqlFarRefs(store.database), names)
    return WebhookRoutes(parts, outbox).routes()


def _hooks(config: Config, clock: Clock) -> Iterator[tuple[str, Hearer]]:
    """All of them: one that wants nothing durable may still be told of alarms."""
    for name, one in config.webhooks.items():
        target = target_of(one, one.url, config)
        endpoint = HookEndpoint(name, target, one.secrets, one.events)
        yield f"{HOOK}{name}", WebhookHearer(endpoint, clock)


def _systems(config: Config, house: TicketHouse, refs: FarRefs, clock: Clock) -> Systems:
    files = FileFolder(Path(config.files))

    async def content(file: FileRow) -> bytes | None:
        try:
            return await files.read(file.uri)
        except NotFoundError:
            return None

    ours = Ours(house.tickets, refs, clock, content)
    hearers: dict[str, Hearer] = {}
    agreements: dict[str, Agreement] = {}
    for name, one in config.ticket_systems.items():
        base = Secret(one.url.reveal().rstrip("/"))
        target = Target(base, one.allow_private, config.is_local, one.ports)
        place = FarPlace(name, target, one.headers, rules_of(one), clock)
        system = load_ticket_adapter(one.adapter).open(place)
        if one.inbound is not None:
            agreements[name] = Agreement(name, system, house.tickets, refs, clock, one.master)
        mirror = Mirror(name, system, ours, one.master, agreements.get(name))
        hearers[f"{SYSTEM}{name}"] = mirror
    return Systems(hearers, agreements)


def rules_of(one: TicketSystem) -> FarRules:
    """How our words become theirs."""
    words = one.map
    return FarRules(
        queue=one.queue,
        number_field=one.number_field,
        requester=one.requester,
        status=words.status,
        teams=words.teams,
        people=words.people,
    )
