"""What all SIP trunks of a server share: the sound, the speech, the addresses they listen on."""

from __future__ import annotations

import asyncio
import json
import logging
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from itertools import count
from typing import TYPE_CHECKING

from ivr.channels.sip import agents, tidings
from ivr.channels.sip.outside import ways_to
from ivr.channels.sip.songs import Songs
from ivr.channels.sip.sound.box import (
    Closed,
    Place,
    WorkerLost,
)
from ivr.channels.sip.stack import token
from ivr.channels.sip.wire.orders import EndStored, HangUp
from ivr.channels.sip.wire.words import DialogRecord, Flow
from ivr.domain.call import CallId, Turn
from ivr.domain.errors import PortError
from ivr.runtime import metrics
from ivr.runtime.speech.fixed import fixed_prompts, live_texts
from ivr.runtime.timers import Timers

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from ivr.channels.sip.endpoint.resolve import Resolver
    from ivr.channels.sip.sound.box import Heard
    from ivr.channels.sip.sound.client import Workers
    from ivr.channels.sip.stack import Stack
    from ivr.channels.sip.wire.orders import Target
    from ivr.channels.sip.works import Party, Talk, Works
    from ivr.domain.call import Prompt
    from ivr.runtime.speech.prompts import Sounds
    from ivr.runtime.speech.shelf import Shelf
    from ivr.runtime.speech.workshop import Workshop
    from ivr.runtime.standing import Ports
    from ivr.runtime.switch import Switch

_LOG = logging.getLogger(__name__)
_NO_TURN = Turn(0)
TIDY = timedelta(seconds=1)
REFRESH_S = 5


@dataclass(frozen=True, slots=True)
class Speech:
    """How prompts become sound, and what must be opened and closed for it.

    music: files of hold music; none = our own tunes.
    """

    sounds: Sounds
    shelf: Shelf
    workshop: Workshop
    music: tuple[str, ...] = ()


def nobody(_heard: Heard) -> None:
    """Hears the sound until there is a house."""


class House:
    """Shared by all SIP trunks. works: by trunk. songs: the music for who waits.

    phone_watchers: told within a second of each user whose phone came or went.
    """

    def __init__(self, sound: Workers, speech: Speech, resolver: Resolver, switch: Switch) -> None:
        self.sound = sound
        self.sounds = speech.sounds
        self._speech = speech
        self.resolver = resolver
        self.works: dict[str, Works] = {}
        self.stacks: list[Stack] = []
        self.songs = Songs(speech.sounds, speech.music)
        self._switch = switch
        self._tasks = switch.ports.tasks
        self._presence = agents.Presence()
        self.phone_watchers = self._presence.watchers
        self._parties: dict[int, Party] = {}
        self._numbers = count(1)
        self._sessions = count(int.from_bytes(token()[:8].encode(), "big") >> 34)
        self._bells: dict[str, Party] = {}
        self._preparing: asyncio.Task[None] | None = None
        self._timers = Timers(switch.ports.clock, self._rang_out)
        sound.on_heard = self._heard

    def now(self) -> float:
        """Monotonic seconds, as the SIP core counts them."""
        return asyncio.get_running_loop().time()

    def new_line(self) -> int:
        """A number for the sound of a leg."""
        return next(self._numbers)

    def new_name(self) -> str:
        """A name for a dialog that we begin."""
        return token()

    def new_session(self) -> int:
        """A number for `o=` of a session description."""
        return next(self._sessions)

    async def open_line(
        self, party: Party, near: int | None = None, *, extra: bool = False
    ) -> None:
        """Take ports for the sound of a leg. Raises MediaError if there are none."""
        settings = party.home.settings
        host = party.address or settings.listen.host
        place = Place(host, settings.rtp_ports.low, settings.rtp_ports.high)
        opened = await self.sound.open(party.line, place, near=near, extra=extra)
        party.address, party.port = opened.address, opened.port
        if party.gone:
            self.sound.close(party.line)
        else:
            self._parties[party.line] = party

    def close_line(self, party: Party) -> None:
        """The sound of a leg is over."""
        if self._parties.pop(party.line, None) is not None:
            self.sound.close(party.line)
        self.stop_ringing(party)

    async def make(self, prompts: Sequence[Prompt]) -> None:
        """Make the sound of prompts. Raises MediaError if nobody can say one of them."""
        await asyncio.gather(*(self.sounds.sound(prompt) for prompt in prompts))

    async def find(self, address: str, works: Works) -> tuple[Target, ...]:
        """The ways to an address of the outside."""
        return await ways_to(address, works, self.resolver)

    # ringing

    def reachable(self, endpoint: str) -> bool:
        """Whether an agent could be rung up at this address now."""
        return any(agents.reachable(works, endpoint) for works in self.works.values())

    def ring_until(self, party: Party, due: datetime) -> None:
        """Give up a leg that nobody has answered by then."""
        self._bells[party.name] = party
        self._timers.set(_bell(party), _NO_TURN, due)

    def stop_ringing(self, party: Party) -> None:
        """Somebody answered, or nobody needs to any more."""
        if self._bells.pop(party.name, None) is not None:
            self._timers.cancel(_bell(party), _NO_TURN)

    def _rang_out(self, name: CallId, _turn: Turn) -> None:
        party = self._bells.pop(str(name), None)
        if party is not None:
            party.rang_out = True
            party.home.order(HangUp(party.name))

    # crash

    def way_back(self, record: DialogRecord) -> Mapping[str, str]:
        """What ends a dialog after a crash of ours, as text for the journal."""
        return {"dialog": json.dumps(asdict(record), separators=(",", ":"))}

    def end_stored(self, works: Works, way_back: Mapping[str, str]) -> None:
        """Say goodbye for a dialog of a former life, so that no far end keeps dead air."""
        text = way_back.get("dialog")
        record = _record(text) if text else None
        if record is not None:
            home = self.works.get(record.trunk, works)
            local = home.stack.line(record.flow.transport)  # its sockets are gone, these are ours
            flow = replace(record.flow, local=local, connection=0)
            reason = 'SIP;cause=500;text="Restarted"'
            home.order(EndStored(token(), replace(record, flow=flow), reason))

    # the sound

    def _heard(self, event: Heard) -> None:
        if isinstance(event, Closed):
            _count(event)
        elif isinstance(event, WorkerLost):
            self._lost(event)
        else:
            party = self._parties.get(getattr(event, "leg", 0))
            if party is not None:
                tidings.sound_heard(party, event)

    def _lost(self, event: WorkerLost) -> None:
        """A worker died, and with it the sound of its legs: their calls end."""
        _LOG.error("media_worker_lost", extra={"facts": {"legs": len(event.legs)}})
        for line in event.legs:
            party = self._parties.pop(line, None)
            if party is not None:
                tidings.sound_lost(party)

    # begin and end

    async def start(self) -> None:
        """Begin to take calls. Raises OSError if an address cannot be listened on."""
        await self.sound.start()
        await self._speech.shelf.open()
        self._tasks.start(self._timers.run(), "sip ringing")
        self._preparing = self._tasks.start(self._prepare(), "prompts as sound")
        for stack in self.stacks:
            await stack.open()
            self._tasks.start(self._tidy(stack), "sip second")
        for works in self.works.values():
            await works.listener.start()

    def drain(self) -> None:
        """Let carriers know that no more calls are taken; those that run go on."""
        for stack in self.stacks:
            stack.drain()

    async def close(self) -> None:
        """Say goodbye to callers who are still there and to carriers, then stop."""
        for works in self.works.values():
            for talk in list(works.by_ref.values()):
                await self._lose(works, talk)
        if self._preparing is not None:
            self._preparing.cancel()
        for works in self.works.values():
            await works.listener.stop()
        for stack in self.stacks:
            await stack.close()
        await self.sound.shut()
        await self._speech.workshop.close()
        await self.resolver.close()

    async def _lose(self, works: Works, talk: Talk) -> None:
        """End a call that outlives the server; its far ends are told, stored or not."""
        try:
            if talk.id is not None:
                await self._switch.lose(talk.id)
        except PortError:
            _LOG.warning("sip_end_not_stored", extra={"call": talk.id})
        works.forget(talk)

    async def _prepare(self) -> None:
        """Make what every caller hears before the first of them comes, and after each new flow."""
        await self.songs.make_own()
        await _keep_made(self.sounds, self._switch.ports)

    async def _tidy(self, stack: Stack) -> None:
        """Once a second: what strangers tried, and phones that did not come back in time."""
        clock, seconds = self._switch.ports.clock, count(1)
        while True:
            await clock.sleep_until(clock.now() + TIDY)
            try:
                self._look(stack)
                if next(seconds) % REFRESH_S == 0:
                    await stack.phones.refresh()
            except Exception:  # a bug of ours costs one second of it
                _LOG.exception("sip_second_failed")

    def _look(self, stack: Stack) -> None:
        stack.note_security()
        registrar, now = stack.identities.registrar, self.now()
        stack.phones.changed(registrar.expired(now))
        live = registrar.live(now)
        if stack.watch is not None:
            stack.watch.look(live, now)
        self._presence.look(stack.registrar, live, stack.watch)


def _count(event: Closed) -> None:
    """What passed on a leg that is over, for the figures."""
    passed = event.counters
    metrics.RTP_PACKETS.labels("in").inc(passed.packets_in)
    metrics.RTP_PACKETS.labels("out").inc(passed.packets_out)
    metrics.RTP_LOST.inc(passed.lost)
    metrics.RTP_LATE.inc(passed.late_frames)
    if passed.packets_in:
        metrics.RTP_JITTER_SECONDS.observe(passed.jitter_ms / 1000)


async def _keep_made(sounds: Sounds, ports: Ports) -> None:
    """Make the fixed prompts of the flows in force, again after each change of them; for ever."""
    made: object = None
    while True:
        live = dict(ports.books.current().live)
        if live != made:
            made = live
            await sounds.preload(fixed_prompts(live_texts(ports.books.current())))
        await ports.clock.sleep_until(ports.clock.now() + TIDY)


def _bell(party: Party) -> CallId:
    return CallId(party.name)


def _record(text: str) -> DialogRecord | None:
    """A dialog as `way_back` wrote it; None for what another version of us wrote otherwise."""
    try:
        plain = json.loads(text)
        flow = plain["flow"]
        plain["flow"] = Flow(
            flow["transport"], tuple(flow["local"]), tuple(flow["remote"]), flow["connection"]
        )
        plain["routes"] = tuple(plain["routes"])
        return DialogRecord(**plain)
    except (ValueError, TypeError, KeyError):
        _LOG.warning("sip_way_back_unreadable")
        return None
