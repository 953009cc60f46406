"""Puts text messages together: who sends, what judges them, and who takes what comes in."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from ivr.app.compliance import compliance_on
from ivr.config.calendars import find_zone
from ivr.config.texting.recipients import zone_of
from ivr.cti.outbox.lane import Lane, Post
from ivr.cti.outbox.worker import Worker
from ivr.cti.texts.arriving import ArrivalPost, Reception
from ivr.cti.texts.sending import TextOffice, TextPost, blocked
from ivr.domain.filing import SendText
from ivr.flow.own.own_sources import TICKET_STATUS
from ivr.runtime.effects.worker import Effects
from ivr.runtime.ids import Ulids
from ivr.runtime.ports.deliveries import PAUSED
from ivr.runtime.ports.texts import ARRIVALS, LANE
from ivr.runtime.sealing import CallCodec
from ivr.runtime.texts.choosing import ready
from ivr.runtime.texts.door import Door
from ivr.runtime.texts.effects import CallTexts
from ivr.runtime.texts.house import Bells, TextHouse
from ivr.runtime.texts.status import StatusTaker
from ivr.store.opening import SqlStore
from ivr.store.outside.deliveries import SqlDeliveries
from ivr.store.texts.repository import SqlTexts
from ivr.store.texts.rows import Desk

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from ivr.app.server import Server
    from ivr.runtime.ports.deliveries import Deliveries
    from ivr.runtime.ports.texts import TextRow

PARTS_WAIT = timedelta(minutes=10)
"""How long the parts of a long text wait for each other."""
PARTS_LOOK_S = 30.0
STRANDED_LOOK_S = 600.0
LEASE_S, LIMIT_S = 40.0, 20.0
"""Nobody waits longer than this for a text that a server had in its hands when it died."""


@dataclass(frozen=True, slots=True)
class RunningTexts:
    """Texts of a running server."""

    worker: Worker
    of_calls: asyncio.Task[None]

    async def close(self) -> None:
        """End; what is not sent yet is sent by the next run."""
        self.of_calls.cancel()
        await asyncio.gather(self.of_calls, return_exceptions=True)
        await self.worker.close()


def open_texts(server: Server) -> TextHouse | None:
    """The rows and the door; None where all is kept in memory only. Nothing is sent yet."""
    house, store = server.house, server.switch.store
    if house is None or not isinstance(store, SqlStore):
        return None
    config, clock = server.config, server.switch.ports.clock
    compliance = compliance_on(store, config, lambda: house.rules().catalogue, clock)
    desk = Desk(Ulids(clock).new, compliance.hidden)
    texts, bells = SqlTexts(store.database, desk, partial(ready, config)), Bells()
    consents = compliance.consents

    async def refused(text: TextRow, code: str) -> None:
        await blocked(consents, text, code, clock.now())

    watchers: list[Callable[[TextRow], None]] = []
    door = Door(texts, config.country, bells.ring, refused, watchers)
    return TextHouse(texts, door, consents, bells, watchers=watchers)


async def start_texts(server: Server) -> RunningTexts | None:
    """Begin to send and to take in."""
    it, house, store = server.texts, server.house, server.switch.store
    if it is None or house is None or not isinstance(store, SqlStore):
        return None
    ports, zone = server.switch.ports, find_zone(server.config.zone)
    clock = ports.clock
    post = Post(SqlDeliveries(store.database), clock, lease_s=LEASE_S, limit_s=LIMIT_S)
    office = TextOffice(it.texts, it.consents, clock, partial(zone_of, house=zone), it.watchers)
    status = StatusTaker(
        house.sources[TICKET_STATUS.name], it.send, clock, zone, server.config.languages[0]
    )
    reception = Reception(it.texts, it.consents, house.intake, clock, it.send, it.takers, (status,))
    lanes = {ARRIVALS: Lane(ARRIVALS, ArrivalPost(reception), post)}
    for name, line in it.lines.items():
        lanes[f"{LANE}{name}"] = Lane(f"{LANE}{name}", TextPost(office, line), post)
    it.bells.by_lane.update({name: lane.nudge for name, lane in lanes.items()})
    await it.texts.adopt(list(it.lines), clock.now())
    await _let_in_again(post.deliveries, lanes, clock.now())

    async def look_for_parts() -> None:
        if await it.texts.overdue(clock.now() - PARTS_WAIT):
            it.bells.ring(ARRIVALS)

    async def give_up_stranded() -> None:
        if not it.lines:
            await it.texts.stranded(clock.now())

    more = ((look_for_parts, PARTS_LOOK_S), (give_up_stranded, STRANDED_LOOK_S))
    worker = Worker(post, lanes, ports.tasks, more)
    worker.start()
    queue = CallTexts(it.send, clock).queue
    of_calls = Effects(store.outbox, SendText, queue, CallCodec(ports.keys), clock)
    return RunningTexts(worker, ports.tasks.start(of_calls.run(), "texts of calls"))


async def _let_in_again(deliveries: Deliveries, lanes: Iterable[str], now: datetime) -> None:
    """A provider that did not let us in is asked again: whoever mended the login has started us."""
    paused = {row.endpoint for row in await deliveries.endpoints() if row.state == PAUSED}
    for lane in sorted(paused.intersection(lanes)):
        await deliveries.go_on(lane, now)
