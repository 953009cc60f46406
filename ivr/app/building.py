"""Puts the server together: the only place that knows every part. No business rule stands here."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from aiohttp import web

from ivr.app import judging
from ivr.app.alarms.opening import open_alarms
from ivr.app.asking.surveyor import open_surveyor, tell_surveyor
from ivr.app.asking.texts import start_surveys
from ivr.app.boxes.inbox import open_inbox
from ivr.app.boxes.outbox import open_outbox, open_systems, told_of
from ivr.app.callbacks import open_keeper
from ivr.app.desks import add_desks
from ivr.app.floor import open_floor
from ivr.app.intake import add_help, open_intake, receivers_of
from ivr.app.judging import judge_agents
from ivr.app.outside import open_outside
from ivr.app.pops import PopDesk
from ivr.app.recordings import open_recorder, start_keeping, write_consents_down
from ivr.app.server import NOTHING, Parts, Server, switches_of
from ivr.app.texts import open_texts, start_texts
from ivr.app.tickets import keep_times, open_house, tell_desks
from ivr.app.trunks import add_trunks
from ivr.app.uploads import add_sending
from ivr.config.live import LiveConfig
from ivr.config.surroundings import to_surroundings
from ivr.config.world import to_world
from ivr.cti.own_records import OwnStore
from ivr.cti.pop_config import pop_rules_of
from ivr.cti.pops import deaf
from ivr.cti.sources.opening import open_sources
from ivr.domain.errors import FlowError
from ivr.engine.load import load_book
from ivr.runtime.clock import SystemClock
from ivr.runtime.flows.answered import unanswered
from ivr.runtime.flows.folder import (
    check_folder,
    check_with_surveys,
    surveys_of,
    tickets_fit,
)
from ivr.runtime.flows.library import Judges, Library, Verdict, none_used, read_folder
from ivr.runtime.flows.switching import Switches
from ivr.runtime.groups.winding_up import WindingUp
from ivr.runtime.ids import Ulids
from ivr.runtime.key_file import master_key
from ivr.runtime.recovery import take_over
from ivr.runtime.sealing import MasterKeys
from ivr.runtime.standing import Ports
from ivr.runtime.switch import Switch
from ivr.runtime.tasks import Tasks
from ivr.runtime.tickets.arrivals import Arrivals
from ivr.store import open_store
from ivr.store.opening import SqlStore
from ivr.store.tickets.used import categories_used
from ivr.tickets.catalogue.loading import read_catalogue
from ivr.web import health, media
from ivr.web.errors import outermost

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ivr.app.tickets import TicketHouse
    from ivr.config.model import Config
    from ivr.domain.problem import Problem
    from ivr.engine.book import Book
    from ivr.runtime.callbacks.keeper import Keeper
    from ivr.runtime.ports import Clock, Source, Store
    from ivr.surveys.files.loading import Surveys
    from ivr.tickets.catalogue.model import Catalogue


async def build(config: Config, parts: Parts = NOTHING) -> Server:
    """A server for this configuration; nothing listens yet.

    Raises FlowError, ConfigError (tables of sources), StoreError, KeyFileError.
    """
    clock = parts.clock or SystemClock()
    live, tasks = LiveConfig(config), Tasks()
    book, catalogue, surveys, problems = await _first_book(live, clock)
    sources = open_sources(config, to_world(config, clock.now()), clock)
    store = parts.store
    if store is None:
        store = await asyncio.to_thread(open_store, config.database.reveal(), create=True)
    library = Library(book, store.shelf, _judges(live, clock, store), catalogue, surveys)
    library.verdict = Verdict(problems)
    told = (*receivers_of(config), *told_of(config))
    house = open_house(store, library, live, (clock, tasks), lambda: told)
    keys = parts.keys or MasterKeys(master_key(Path(config.keys.file)))
    ports = Ports(
        store=store,
        books=library,
        clock=clock,
        keys=keys,
        sources={**_own_sources(house), **sources.by_name, **(parts.sources or {})},
        tasks=tasks,
        new_id=Ulids(clock).new,
        tickets=house.of_calls if house else None,
        surveyor=await open_surveyor(store, library, clock),
        recorder=open_recorder(store, config, keys, clock),
    )
    switch = Switch(ports)
    switches = await _open_switches(switch, live)
    app = web.Application(middlewares=[outermost])
    floor, streams = open_floor(switch, live)
    made = (config, app, switch, library, tasks, problems, sources, live, floor, streams)
    server = Server(*made, switches)
    server.house = house
    await _furnish(server)
    return server


async def _open_switches(switch: Switch, live: LiveConfig) -> Switches:
    """The switches, which from now on end by themselves. Raises StoreError."""

    def tell(facts: dict[str, bool]) -> None:
        switch.facts = facts

    ports = switch.ports
    switches = Switches(ports.store.switches, ports.clock, lambda: switches_of(live.now), tell)
    await switches.load()
    ports.tasks.start(switches.run(), "switches")
    return switches


def _own_sources(house: TicketHouse | None) -> Mapping[str, Source]:
    """What flows may ask of our own tickets and answers."""
    return house.sources if house is not None else {}


async def _furnish(server: Server) -> None:
    """Trunks, desks and pages; then the calls that the last run left, and whoever is outside."""
    switch = server.switch
    _know_callers(server, switch.ports.clock)
    server.keeper = keeper = open_keeper(server)
    server.alarms = open_alarms(server)
    server.outside = open_outside(server.config, switch, server.floor)
    add_trunks(server)
    _add_routes(server)
    add_desks(server, _pops(server))
    await _tell_of_queues(server)
    await _resume(server, keeper)
    await _open_to_customers(server)


async def _open_to_customers(server: Server) -> None:
    """Public pages, mail in and out, and whoever is told of tickets."""
    add_help(server)
    add_sending(server)
    server.intake = open_intake(server)
    config = server.config
    start_surveys(server, lambda: (*receivers_of(config), *told_of(config)))
    systems = open_systems(server)
    server.outbox = open_outbox(server, systems)
    server.inbox = open_inbox(server, systems.agreements)
    server.texting = await start_texts(server)
    start_keeping(server)
    write_consents_down(server)
    if server.house is not None:
        keep_times(server.house, server.switch.ports.clock, server.tasks)
        if server.news is not None:
            tell_desks(server.house, server.switch.ports, server.news, server.streams)


def _know_callers(server: Server, clock: Clock) -> None:
    """Whose call it is, and the work after it, go into its record: where records are kept."""
    server.texts = open_texts(server)
    if server.house is None:
        return
    tell_surveyor(server)
    callers, tasks = server.house.callers, server.tasks
    arrivals = Arrivals(callers, clock, tasks, server.floor.dispatch.is_attested)
    server.switch.arrived = arrivals
    server.floor.knows.callers, server.floor.knows.looked_up = callers, arrivals.known
    if server.switch.ports.surveyor is not None:
        server.switch.ports.surveyor.knowing.looked_up = arrivals.known
    server.floor.board.agent_watchers.append(WindingUp(callers, tasks).changed)


def _judges(live: LiveConfig, clock: Clock, store: Store) -> Judges:
    """How flows are read, against the configuration in force at that moment."""
    return Judges(
        check=partial(_check, live, clock),
        lacks=lambda found: unanswered(live.now, found),
        load=lambda files: load_book(files, to_world(live.now, clock.now())),
        catalogue=lambda files: read_catalogue(files, to_surroundings(live.now)),
        fits=tickets_fit,
        surveys=lambda files: surveys_of(files, live.now),
        used=partial(categories_used, store.database) if isinstance(store, SqlStore) else none_used,
    )


async def _resume(server: Server, keeper: Keeper) -> None:
    """Go on where the last run ended. Calls are taken over once the queues know who waited; what
    the queues still hold of calls that are gone is swept out after that."""
    await server.floor.start()
    await keeper.ledger.load()
    await take_over(server.switch)
    await server.floor.sweep()
    await keeper.tries.start()
    if server.alarms is not None:
        await server.alarms.start(server.tasks)


async def _tell_of_queues(server: Server) -> None:
    """Queues that nobody can serve, and the like."""
    found = await judge_agents(server.config, server.switch.store.agents)
    judging.log(found)
    server.warnings = (*server.warnings, *found)


def _pops(server: Server) -> PopDesk:
    """Screen pops, told by the floor what becomes of offers."""
    rules = pop_rules_of(server.config, server.library.current().world)
    outside = server.outside
    heard = outside.heard_pop if outside else deaf
    silent = partial(_without_pop, server.live)
    pops = PopDesk(server.switch, server.streams, rules, heard, _own_store(server), silent)
    server.floor.dispatch.pops = pops
    server.floor.board.agent_watchers.append(pops.agent_changed)
    server.floor.board.pop_ms = pops.popper.timing.usual_ms
    return pops


def _without_pop(live: LiveConfig, queue: str) -> bool:
    """Whether this queue, as it is now, has no screen pops."""
    options = live.now.queues.get(queue)
    return options is not None and options.pop == "off"


def _own_store(server: Server) -> OwnStore | None:
    """What pops ask of our own customers and tickets."""
    house, library = server.house, server.library
    if house is None:
        return None
    return OwnStore(house.customers, house.tickets, lambda: library.catalogue)


async def _first_book(
    live: LiveConfig, clock: Clock
) -> tuple[Book, Catalogue, Surveys, Sequence[Problem]]:
    """Flows, the catalogue of tickets and surveys on disk. A broken first version does not start:
    there is no good one to keep."""
    files = await asyncio.to_thread(read_folder, Path(live.now.flows.folder))
    found = await asyncio.to_thread(check_folder, files, live.now, clock.now())
    missing = [] if found.book is None else unanswered(live.now, found.book)
    if found.book is None or found.catalogue is None or found.surveys is None or missing:
        raise FlowError([*missing, *found.problems])
    return _bounded(live, found.book), found.catalogue, found.surveys, found.problems


def _check(
    live: LiveConfig, clock: Clock, files: Mapping[str, bytes]
) -> tuple[Book | None, Sequence[Problem]]:
    """Flows against the configuration in force, its holidays counted from now."""
    book, problems = check_with_surveys(files, to_world(live.now, clock.now()))
    return book and _bounded(live, book), problems


def _bounded(live: LiveConfig, book: Book) -> Book:
    """With the longest time that a call may last."""
    return replace(book, limit_s=live.now.limits.call)


def _add_routes(server: Server) -> None:
    async def ready() -> dict[str, bool]:
        return {
            "store": await server.switch.store.ready(),
            "flows": bool(server.library.current().live),
            "taking_calls": server.switch.admits,
        }

    local = server.config.web.listen.is_loopback
    server.app.add_routes(health.routes(ready, with_metrics=local))
    server.app.add_routes(
        [web.get("/media/{digest:[0-9a-f]{64}}.wav", media.wav(server.library.audio))]
    )
