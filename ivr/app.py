"""Puts the server together: the only place that knows every part. No business rule stands here."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from aiohttp import web

from ivr.channels import Place, Running, Way, load_provider
from ivr.channels.simulator.page import SimulatorPages
from ivr.channels.simulator.trunk import SimulatorTrunk
from ivr.config.live import LiveConfig
from ivr.config.world import to_world
from ivr.cti.sources.opening import OpenSources, open_sources
from ivr.domain.errors import FlowError
from ivr.domain.problem import Severity
from ivr.engine.checking import check_flows
from ivr.engine.load import load_book
from ivr.runtime import metrics
from ivr.runtime.clock import SystemClock
from ivr.runtime.flows.answered import unanswered
from ivr.runtime.flows.library import Judges, Library, read_folder
from ivr.runtime.ids import Ulids
from ivr.runtime.key_file import master_key
from ivr.runtime.recovery import take_over
from ivr.runtime.sealing import MasterKeys
from ivr.runtime.standing import Ports
from ivr.runtime.switch import Switch
from ivr.runtime.tasks import Tasks
from ivr.store import open_store
from ivr.web import health, media
from ivr.web.bodies import read_body
from ivr.web.errors import outermost
from ivr.web.express import WAYS
from ivr.web.guard import HttpLimits, Listener, serve

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ivr.config.model import Config
    from ivr.domain.problem import Problem
    from ivr.engine.book import Book
    from ivr.runtime.ports import Clock, Keys, Source, Store

_LOG = logging.getLogger(__name__)
DRAIN_STEP_S = 0.2


@dataclass(frozen=True, slots=True)
class Parts:
    """What a test brings instead of the real thing; None = the real one. sources: added by name."""

    clock: Clock | None = None
    store: Store | None = None
    keys: Keys | None = None
    sources: Mapping[str, Source] | None = None


@dataclass(slots=True)
class Server:
    """A server that is put together: `listen` opens its doors, `close` ends everything."""

    config: Config
    app: web.Application
    switch: Switch
    library: Library
    tasks: Tasks
    warnings: Sequence[Problem]
    sources: OpenSources
    live: LiveConfig
    pages: list[SimulatorPages] = field(default_factory=list)
    doors: list[Listener] = field(default_factory=list)
    running: list[Running] = field(default_factory=list)

    async def listen(self) -> int:
        """Open the configured listeners; returns the port of the main one.

        Trunks come first: who asks whether the server is ready must not hear yes too early.
        """
        for each in self.running:
            await each.start()
        limits = HttpLimits(trusted=tuple(self.config.web.trusted_proxies))
        place = self.config.web.listen
        self.doors.append(await serve(self.app, limits, host=place.host, port=place.port))
        if not place.is_loopback:
            ops = self.config.web.ops_listen
            inside = web.Application()
            inside.add_routes([web.get("/metrics", health.figures)])
            self.doors.append(await serve(inside, limits, host=ops.host, port=ops.port))
        return self.doors[0].port

    async def reconfigure(self, fresh: Config) -> bool:
        """Take over a changed configuration; with a mistake in it the one in force stays.

        Keys that only a restart can change are named in the log and keep their value.
        """
        before = self.live.now
        self.live.now, waiting = self.live.merged(fresh)
        taken = False
        try:
            files = await asyncio.to_thread(read_folder, Path(before.flows.folder))
            problems = await self.library.publish(files)
            taken = all(problem.severity is not Severity.ERROR for problem in problems)
        finally:
            if not taken:
                self.live.now = before
        if not taken:
            return False
        self.switch.facts = _facts(self.live.now)
        _LOG.info("config_taken_over", extra={"facts": {"needs_restart": waiting}})
        return True

    async def drain(self) -> None:
        """Take no new calls and wait for the running ones, at most `limits.drain`."""
        self.switch.draining = True
        for each in self.running:
            each.drain()
        metrics.DRAINING.set(1)
        clock = self.switch.ports.clock
        end = clock.now() + timedelta(seconds=self.live.now.limits.drain)
        _LOG.info("draining", extra={"facts": {"calls": len(self.switch.calls)}})
        while self.switch.calls and clock.now() < end:
            await clock.sleep_until(clock.now() + timedelta(seconds=DRAIN_STEP_S))

    async def close(self) -> None:
        """End everything in the reverse order of its beginning."""
        for pages in self.pages:
            await pages.close()
        for door in self.doors:
            await door.stop()
        for each in self.running:
            await each.close()
        await self.tasks.close()
        await self.sources.close()
        await self.switch.store.close()


async def build(config: Config, parts: Parts = Parts()) -> Server:
    """A server for this configuration; nothing listens yet.

    Raises FlowError, ConfigError (tables of sources), StoreError, KeyFileError.
    """
    clock = parts.clock or SystemClock()
    tasks = Tasks()
    live = LiveConfig(config)
    world = to_world(config, clock.now())
    book, problems = await _first_book(live, clock)
    sources = open_sources(config, world, clock)
    store = parts.store
    if store is None:
        store = await asyncio.to_thread(open_store, config.database.reveal(), create=True)
    library = Library(
        book,
        store.shelf,
        Judges(
            check=partial(_check, live, clock),
            lacks=lambda found: unanswered(live.now, found),
            load=lambda files: load_book(files, to_world(live.now, clock.now())),
        ),
    )
    await library.keep()
    switch = Switch(
        Ports(
            store=store,
            books=library,
            clock=clock,
            keys=parts.keys or MasterKeys(master_key(Path(config.keys.file))),
            sources={**sources.by_name, **(parts.sources or {})},
            tasks=tasks,
            new_id=Ulids(clock).new,
        )
    )
    switch.facts = _facts(config)
    app = web.Application(middlewares=[outermost])
    server = Server(config, app, switch, library, tasks, problems, sources, live)
    _add_trunks(server)
    _add_routes(server)
    await take_over(switch)
    return server


async def _first_book(live: LiveConfig, clock: Clock) -> tuple[Book, Sequence[Problem]]:
    """The flows on disk. A broken first version does not start: there is no good one to keep."""
    files = await asyncio.to_thread(read_folder, Path(live.now.flows.folder))
    book, problems = await asyncio.to_thread(_check, live, clock, files)
    missing = [] if book is None else unanswered(live.now, book)
    if book is None or missing:
        raise FlowError([*missing, *problems])
    return book, problems


def _check(
    live: LiveConfig, clock: Clock, files: Mapping[str, bytes]
) -> tuple[Book | None, Sequence[Problem]]:
    """Flows against the configuration in force, its holidays counted from now."""
    book, problems = check_flows(files, to_world(live.now, clock.now()))
    return book and replace(book, limit_s=live.now.limits.call), problems


def _facts(config: Config) -> dict[str, bool]:
    """What every new call is told of the switches."""
    return {f"switch.{name}": on for name, on in config.switches.items()}


def _add_trunks(server: Server) -> None:
    config, switch = server.config, server.switch
    place = Place(
        switch,
        config.public_base,
        _voices(config),
        config.languages,
        lambda: server.live.now,
        server.library.audio,
    )
    opened: dict[str, dict[str, object]] = {}
    for name, settings in config.trunks.items():
        if settings.provider == "simulator":
            trunk = SimulatorTrunk(name, switch, server.tasks)
            switch.trunks[name] = trunk
            _add_simulator(server, trunk)
        else:
            provider = load_provider(settings.provider)
            switch.trunks[name] = provider.open(name, settings, place)
            opened.setdefault(settings.provider, {})[name] = switch.trunks[name]
    ways: dict[str, Way] = {}
    for provider_name, trunks in opened.items():
        provider = load_provider(provider_name)
        server.app.add_routes(provider.routes(trunks, read_body))
        ways.update(provider.ways(trunks))
        if provider.together is not None:
            server.running.append(provider.together(trunks, place))
    server.app[WAYS] = ways


def _add_simulator(server: Server, trunk: SimulatorTrunk) -> None:
    """The pages belong to the first simulator trunk; more of them are reached by tests only."""
    if server.pages:
        return
    world = server.library.current().world
    numbers = {n: flow for n, flow in world.numbers.items() if world.flow_of(n, trunk.name)}
    ids = Ulids(server.switch.ports.clock)
    pages = SimulatorPages(trunk, numbers, server.config.country, ids.new)
    server.pages.append(pages)
    server.app.add_routes(pages.routes())


def _voices(config: Config) -> Mapping[str, str]:
    """The voices that a provider shall speak with; those of engines of ours are not for it."""
    voices = config.voices.items()
    return {name: one.voice for name, one in voices if one.voice and one.tts == "default"}


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
