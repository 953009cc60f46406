"""The doors for people: API, pages and live news, all behind one gate."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from ivr.app.asking.agents import asking_of_agents
from ivr.app.boxes.inbox import inbox_routes
from ivr.app.boxes.outbox import outbox_routes
from ivr.app.callbacks import open_dialer
from ivr.app.compliance import add_compliance
from ivr.app.records import kept_answers, record_routes
from ivr.app.reports import reporting_routes
from ivr.channels import Guest, Pages
from ivr.config.queues.written import titled
from ivr.config.surroundings import teams_of
from ivr.domain.agent import AgentId
from ivr.domain.errors import NotSignedInError, StoreError
from ivr.runtime.flows.shown import FlowsShown
from ivr.runtime.texts.choosing import options_of
from ivr.web.api.adding import add_api
from ivr.web.api.alarms.routes import AlarmRoutes
from ivr.web.api.flows.routes import FlowRoutes
from ivr.web.api.flows.switches import SwitchRoutes
from ivr.web.api.parts import BASE, ApiParts, Choices
from ivr.web.api.recordings import playing
from ivr.web.api.sight import Sight, shown
from ivr.web.auth import csrf
from ivr.web.auth.keys import KeptKeys
from ivr.web.auth.tickets import Tickets
from ivr.web.desk import changes
from ivr.web.desk.entering import entry_by
from ivr.web.desk.live import Doors, Live, Visitor
from ivr.web.desk.page import Pace
from ivr.web.desk.stream import EventStream
from ivr.web.files import described
from ivr.web.gate import Place
from ivr.web.pages import page_routes
from ivr.web.permissions import Right, Who, may
from ivr.web.screens.routes import ScreenRoutes
from ivr.web.screens.stream import ScreenStream

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from aiohttp import web

    from ivr.app.pops import PopDesk
    from ivr.app.server import Server
    from ivr.config.model import Config
    from ivr.runtime.ports.desk import Session
    from ivr.web.gate import Gate

BEAT_S = 4.0
"""How often a page hears that it is still connected; it says so when it hears nothing for 5 s."""
ABSENT_S = 30.0
"""How long an agent's desk may be gone before no more calls are offered."""
_TOPICS = {
    "agents": Right("agent", "r"),
    "queues": Right("queue", "r"),
    "alarms": Right("alarm", "r"),
    **changes.TOPICS,
}


class Desks:
    """Who is connected, and what a page that starts afresh is told."""

    def __init__(self, server: Server, gate: Gate, tickets: Tickets, pops: PopDesk) -> None:
        self._server = server
        self._gate = gate
        self._tickets = tickets
        self._pops = pops
        self._visitors: dict[str, Who] = {}
        ports = server.switch.ports
        self._clock, self._tasks = ports.clock, ports.tasks
        doors = Doors(
            take=self._take,
            snapshot=self._snapshot,
            may=self._may,
            seen=pops.popper.seen,
            sees=self._sees,
            connected=self._connected,
            gone=self._gone,
        )
        pace = Pace(beat_s=BEAT_S)
        self.live = Live(doors, server.streams, ports.clock, ports.tasks, pace)

    async def _take(self, ticket: str) -> Visitor | None:
        session = self._tickets.take(ticket)
        who = None if session is None else await self._gate.of_session(session)
        if session is None or who is None:
            return None
        if who.agent:
            await self._server.floor.refresh(who.name)
        self._visitors[who.name] = who
        return Visitor(who.name, who.roles, partial(self._beat, session))

    def _may(self, person: str, _roles: Sequence[str], topic: str) -> bool:
        right = _TOPICS.get(topic)
        who = self._visitors[person]
        return right is None or may(who, right.resource, right.action) is not None

    def _sees(self, person: str, _roles: Sequence[str]) -> Any:  # noqa: ANN401 - `Sees`
        def sees(topic: str, data: Mapping[str, Any]) -> bool:
            if topic in changes.TOPICS:
                return self._hears(person, topic, data)
            sight = self._sight(person, topic)
            if sight is None:
                return False
            if topic == "agents":
                return sight.has_agent(data)
            return bool(sight.of_queues([data])) if topic == "alarms" else data in sight.queues()

        return sees

    def _hears(self, person: str, topic: str, about: Mapping[str, Any]) -> bool:
        house, who = self._server.house, self._visitors[person]
        return house is not None and changes.may_hear(who, topic, about, house.rules)

    def _sight(self, person: str, topic: str) -> Sight | None:
        who, right = self._visitors[person], _TOPICS[topic]
        scope = may(who, right.resource, right.action)
        return None if scope is None else Sight(self._server.floor, who, scope)

    async def _snapshot(self, person: str, topics: tuple[str, ...]) -> Mapping[str, Any]:
        """How things stand now, for a page that knows nothing yet."""
        floor, told = self._server.floor, dict[str, Any]()
        if "me" in topics:
            told["me"] = floor.agent(person)
            told["offers"] = list(floor.offers(person))
            told["call"] = floor.call(person)
            told["pops"] = list(await self._pops.popper.showing(person))
        for topic in ("agents", "queues"):
            sight = self._sight(person, topic) if topic in topics else None
            if sight is not None:
                rows = sight.agents() if topic == "agents" else sight.queues()
                told[topic] = shown(rows, sight.who)
        sight, alarms = self._sight(person, "alarms"), self._server.alarms
        if "alarms" in topics and sight is not None and alarms is not None:
            told["alarms"] = sight.of_queues(alarms.board.rows())
        return told

    async def _connected(self, person: str) -> None:
        """The desk of an agent is there again."""
        if self._is_agent(person):
            self._server.floor.happened(person, "endpoint_back")

    async def _gone(self, person: str) -> None:
        """The last page of a person is closed; an agent who stays away gets no more calls."""
        if self._is_agent(person):
            self._tasks.start(self._absent(person), "desk away")

    async def _absent(self, person: str) -> None:
        await self._clock.sleep_until(self._clock.now() + timedelta(seconds=ABSENT_S))
        if not self.live.online(person):
            self._server.floor.happened(person, "endpoint_lost")

    async def _beat(self, session: Session) -> bool:
        """Whether the session lives on; rights that changed meanwhile count from now."""
        who = await self._gate.of_session(session)
        if who is not None:
            self._visitors[who.name] = who
        return who is not None

    def _is_agent(self, person: str) -> bool:
        return AgentId(person) in self._server.floor.host.group.agents


def choices_of(config: Config) -> Choices:
    """What the configuration lets people choose from, as it is called in each language."""
    kinds: Mapping[str, tuple[str, Mapping[str, Any]]] = {
        "breaks": ("break", config.acd.breaks),
        "wrapup_codes": ("code", config.wrapup.code),
        "priorities": ("priority", config.acd.priorities),
        "places": ("place", config.places),
    }
    groups = {**dict(kinds.values()), "queue": config.queues}
    titles = {
        group: {name: titled(getattr(one, "title", None), name) for name, one in of.items()}
        for group, of in groups.items()
    }
    names = {kind: tuple(of) for kind, (_group, of) in kinds.items()}
    names |= {"teams": teams_of(config), "skills": _skills(config)}
    dial = () if config.dial is None else (config.country,)
    link = (
        () if config.uploads.link is None else ("link", *(["text"] if options_of(config) else []))
    )
    return Choices({**names, "dial": dial, "upload": link}, titles)


def _skills(config: Config) -> tuple[str, ...]:
    """What agents have a level of; where callers are served in their language, each of those."""
    kinds = config.acd.skills
    levels = [name for name, kind in kinds.items() if kind == "level"]
    return (*levels, *(config.languages if "language" in kinds.values() else ()))


def _flows_shown(server: Server) -> FlowsShown:
    def numbers() -> dict[str, str]:
        return {number: entry.flow for number, entry in server.live.now.numbers.items()}

    return FlowsShown(server.library, server.switch.calls, numbers)


def add_desks(server: Server, pops: PopDesk) -> None:
    """API, pages and live news of one server."""
    ports = server.switch.ports
    tickets = Tickets(ports.clock)
    parts = _api_parts(server, tickets, pops)
    more = [*outbox_routes(server, parts), *record_routes(server, parts)]
    more += inbox_routes(server, parts)
    screens = _screens(server)
    more += FlowRoutes(_flows_shown(server)).routes()
    more += SwitchRoutes(parts, server.switches).routes()
    more += [] if server.alarms is None else AlarmRoutes(parts, server.alarms.board).routes()
    more += ScreenRoutes(parts, server.switch.store.screens, screens).routes()
    more += [*add_compliance(server, parts), *reporting_routes(server, parts)]
    beside = {} if server.house is None else {"beside": _beside}
    gate = add_api(server.app, parts, more, **beside)
    desks = Desks(server, gate, tickets, pops)
    if server.house is not None:
        server.house.touches.listen(changes.tell_pages(server.streams))
    server.app.router.add_get(f"{BASE}/events", desks.live.handle)
    if server.outside is not None:
        feed = server.outside.feed
        stream = EventStream(feed, ports.clock, ports.tasks, entry_by(gate))
        server.app.router.add_get(f"{BASE}/events/stream", stream.handle)
    server.app.router.add_get(f"{BASE}/screen", partial(screens.serve, gate))
    server.app.on_shutdown.append(screens.close)
    for add in server.for_pages:
        add(server.app, _phone_pages(gate, tickets))
    server.app.add_routes(page_routes(partial(_visitor, gate)))
    server.news = desks.live


def _screens(server: Server) -> ScreenStream:
    """Screens on walls that are open."""
    ports = server.switch.ports

    def titles() -> Mapping[str, Mapping[str, str]]:
        return choices_of(server.live.now).titles["queue"]

    return ScreenStream(
        server.switch.store.screens, server.floor.queues, titles, ports.clock, ports.tasks
    )


def _beside(document: dict[str, Any]) -> dict[str, Any]:
    """What the document of the API tells of routes that speak no JSON."""
    return {**described.paths(document), **playing.paths(document)}


def _api_parts(server: Server, tickets: Tickets, pops: PopDesk) -> ApiParts:
    store, ports, config = server.switch.store, server.switch.ports, server.config
    return ApiParts(
        people=store.people,
        agents=store.agents,
        interactions=store.interactions,
        log=store.groups,
        wrapups=store.wrapups,
        audit=store.audit,
        floor=server.floor,
        clock=ports.clock,
        keys=ports.keys,
        tickets=tickets,
        promises=server.keeper,
        dials=open_dialer(server),
        impressions=asking_of_agents(server),
        place=Place(config.public_base, config.is_local, tuple(config.web.trusted_proxies)),
        confirm=pops.popper.confirm,
        choices=lambda: choices_of(server.live.now),
        machine_keys=KeptKeys(store.machine_keys),
        answers=kept_answers(store),
    )


def _phone_pages(gate: Gate, tickets: Tickets) -> Pages:
    """How trunks know phones in pages: the same tickets, origins and sessions as of live news."""

    async def take(ticket: str) -> Guest | None:
        session = tickets.take(ticket)
        if session is None or await gate.of_session(session) is None:
            return None
        return Guest(session.person, partial(_lives, gate, session))

    return Pages(csrf.is_page, take, gate.address, gate.place.secure)


async def _lives(gate: Gate, session: Session) -> bool:
    """Whether a session lives on; while the store is away nobody is put out."""
    try:
        return await gate.of_session(session) is not None
    except StoreError:
        return True


async def _visitor(gate: Gate, request: web.Request) -> Who | None:
    """Who opens a page; None = somebody who has to sign in first."""
    try:
        return await gate.who(request)
    except NotSignedInError:
        return None
