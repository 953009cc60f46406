"""A server that is put together: it opens its doors, takes over new settings, and ends."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from aiohttp import web

from ivr.app import judging
from ivr.app.judging import judge_agents
from ivr.domain.problem import Severity
from ivr.runtime import metrics
from ivr.runtime.flows.library import Library, read_folder
from ivr.web import health
from ivr.web.guard import HttpLimits, Listener, serve

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from ivr.app.outside import Outside
    from ivr.app.tickets import TicketHouse
    from ivr.channels import Pages, Running
    from ivr.channels.simulator.page import SimulatorPages
    from ivr.config.live import LiveConfig
    from ivr.config.model import Config
    from ivr.cti.outbox.worker import Worker
    from ivr.cti.sources.opening import OpenSources
    from ivr.domain.problem import Problem
    from ivr.runtime.callbacks.keeper import Keeper
    from ivr.runtime.flows.switching import Switches
    from ivr.runtime.groups.floor import Floor
    from ivr.runtime.ports import Clock, Keys, Source, Store
    from ivr.runtime.queue_alarms.running import Alarms
    from ivr.runtime.streams import Streams
    from ivr.runtime.switch import Switch
    from ivr.runtime.tasks import Tasks
    from ivr.runtime.texts.house import TextHouse
    from ivr.web.desk.live import Live

_LOG = logging.getLogger(__name__)
DRAIN_STEP_S = 0.2
SETTLING_S = 10.0
"""So long a stop waits for calls whose caller has gone: what they still do, as to ask a provider
that is away for a message, goes on after the next start."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What a test brings instead of the real thing; None = the real one. sources: added by name."""

    clock: Clock | None = None
    store: Store | None = None
    keys: Keys | None = None
    sources: Mapping[str, Source] | None = None


NOTHING = Parts()
"""All parts are the real ones."""


class Closing(Protocol):
    """A part that has an end."""

    async def close(self) -> None:
        """End it; what is not done yet is done by the next run."""


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
    floor: Floor
    streams: Streams
    switches: Switches
    pages: list[SimulatorPages] = field(default_factory=list)
    doors: list[Listener] = field(default_factory=list)
    running: list[Running] = field(default_factory=list)
    for_pages: list[Callable[[web.Application, Pages], None]] = field(default_factory=list)
    news: Live | None = None
    keeper: Keeper | None = None
    alarms: Alarms | None = None
    outside: Outside | None = None
    intake: Closing | None = None
    texts: TextHouse | None = None
    texting: Closing | None = None
    outbox: Worker | None = None
    inbox: Closing | None = None
    house: TicketHouse | None = None

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
            taken = await self._can_be_served(before) and await self._flows_taken(before)
        finally:
            if not taken:
                self.live.now = before
        if not taken:
            return False
        self.switches.apply()
        await self.floor.reload()
        _LOG.info("config_taken_over", extra={"facts": {"needs_restart": waiting}})
        return True

    async def _can_be_served(self, before: Config) -> bool:
        """Whether the new settings leave no queue without agents that had some before."""
        agents = self.switch.store.agents
        old, now = await judge_agents(before, agents), await judge_agents(self.live.now, agents)
        judging.log([problem for problem in now if problem not in old])
        return not judging.brought_in(old, now)

    async def _flows_taken(self, before: Config) -> bool:
        """Whether the flows still fit."""
        files = await asyncio.to_thread(read_folder, Path(before.flows.folder))
        problems = await self.library.publish(files)
        return all(problem.severity is not Severity.ERROR for problem in problems)

    async def drain(self) -> None:
        """Take no new calls and wait for the running ones, at most `limits.drain`. Those whose
        caller has gone are waited for `SETTLING_S`."""
        self.switch.draining = True
        for each in self.running:
            each.drain()
        metrics.DRAINING.set(1)
        clock = self.switch.ports.clock
        end = clock.now() + timedelta(seconds=self.live.now.limits.drain)
        _LOG.info("draining", extra={"facts": {"calls": len(self.switch.calls)}})
        settled = clock.now() + timedelta(seconds=SETTLING_S)
        while self.switch.calls and clock.now() < min(end, settled):
            if any(call.has_caller for call in self.switch.calls.values()):
                settled = clock.now() + timedelta(seconds=SETTLING_S)
            await clock.sleep_until(clock.now() + timedelta(seconds=DRAIN_STEP_S))

    async def close(self) -> None:
        """End everything in the reverse order of its beginning."""
        for pages in self.pages:
            await pages.close()
        self.streams.close()
        if self.outside is not None:
            self.outside.feed.close()
        if self.news is not None:
            await self.news.close()
        for door in self.doors:
            await door.stop()
        for each in self.running:
            await each.close()
        last = (self.tasks, self.outside, self.sources, self.switch.store)
        for part in (self.intake, self.texting, self.inbox, self.outbox, *last):
            if part is not None:
                await part.close()


def switches_of(config: Config) -> dict[str, bool]:
    """Every switch that hours name or the configuration has, and whether it is on there."""
    closing = (str(hours["switch"]) for hours in config.hours.values() if "switch" in hours)
    return {**dict.fromkeys(closing, False), **config.switches}
