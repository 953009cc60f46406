"""What all SIP trunks of a server share: the sound, the speech, the addresses they listen on."""

from __future__ import annotations

import asyncio
import logging
import secrets
from dataclasses import dataclass, replace
from itertools import count
from typing import TYPE_CHECKING

from aiohttp import web

from ivr.channels.sip import agents, tidings
from ivr.channels.sip.outside import ways_to
from ivr.channels.sip.songs import Songs
from ivr.channels.sip.sound.box import Closed, Place, Taken, Taped, WorkerLost
from ivr.channels.sip.stack import token
from ivr.channels.sip.upkeep import figures
from ivr.channels.sip.upkeep.bells import Bells
from ivr.channels.sip.upkeep.messages import Messages
from ivr.channels.sip.upkeep.seconds import TIDY, Seconds
from ivr.channels.sip.wire import stored
from ivr.channels.sip.wire.orders import EndStored
from ivr.domain.errors import PortError
from ivr.runtime.speech.fixed import fixed_prompts, live_texts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ivr.channels import Pages
    from ivr.channels.sip.endpoint.resolve import Resolver
    from ivr.channels.sip.sound.box import Heard
    from ivr.channels.sip.sound.client import Workers
    from ivr.channels.sip.stack import Stack
    from ivr.channels.sip.wire.orders import Target
    from ivr.channels.sip.wire.words import DialogRecord
    from ivr.channels.sip.works import Party, Talk, Works
    from ivr.domain.call import Prompt
    from ivr.runtime.speech.prompts import Sounds
    from ivr.runtime.speech.shelf import Shelf
    from ivr.runtime.speech.workshop import Workshop
    from ivr.runtime.standing import Ports
    from ivr.runtime.switch import Switch

_LOG = logging.getLogger(__name__)
SESSION_BITS = 30


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
    """Shared by all SIP trunks. works: by trunk. bells: who rings. songs: the music for who waits.

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
        self._sessions = count(secrets.randbits(SESSION_BITS))
        self.bells = Bells(switch.ports.clock)
        self.messages = Messages(switch.ports.recorder, switch.ports.tasks)
        self._preparing: asyncio.Task[None] | None = None
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
        self.bells.stop(party)

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

    # pages

    def serve_pages(self, pages: Pages) -> bool:
        """Phones in pages may register wherever phones may; False if they may nowhere."""
        for stack in self.stacks:
            stack.pages = pages if stack.registrar else None
        return any(stack.registrar for stack in self.stacks)

    async def web_phone(self, request: web.Request) -> web.StreamResponse:
        """Serve a phone in a page; `?trunk=` names where it registers, else the first such trunk.

        404 if no phones register there.
        """
        trunk = request.query.get("trunk")
        for stack in self.stacks:
            if stack.registrar and trunk in {None, stack.registrar}:
                return await stack.web_phone(request)
        return web.Response(status=404)

    async def leave_pages(self, _app: web.Application) -> None:
        """The web server stops: calls end while their phones can still hear it."""
        await self._lose_all()
        for stack in self.stacks:
            await stack.close_pages()

    # crash

    def way_back(self, record: DialogRecord) -> Mapping[str, str]:
        """What ends a dialog after a crash of ours, as text for the journal."""
        return {"dialog": stored.write(record)}

    def end_stored(self, works: Works, way_back: Mapping[str, str]) -> None:
        """Say goodbye for a dialog of a former life, so that no far end keeps dead air."""
        text = way_back.get("dialog")
        record = stored.read(text) if text else None
        if record is None:
            if text:
                _LOG.warning("sip_way_back_unreadable")
            return
        home = self.works.get(record.trunk, works)
        local = home.stack.line(record.flow.transport)  # its sockets are gone, these are ours
        flow = replace(record.flow, local=local, connection=0)
        reason = 'SIP;cause=500;text="Restarted"'
        home.order(EndStored(token(), replace(record, flow=flow), reason))

    # the sound

    def _heard(self, event: Heard) -> None:
        if isinstance(event, Closed):
            figures.passed(event.counters)
            self.messages.lost(event.leg)  # unless it was told of just before
        elif isinstance(event, Taken):
            self.messages.taken(event)
        elif isinstance(event, Taped):
            self.messages.taped(event)
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
            self.messages.lost(line)

    # begin and end

    async def start(self) -> None:
        """Begin to take calls. Raises OSError if an address cannot be listened on."""
        await self.sound.start()
        await self._speech.shelf.open()
        self._tasks.start(self.bells.run(), "sip ringing")
        self._preparing = self._tasks.start(self._prepare(), "prompts as sound")
        for stack in self.stacks:
            await stack.open()
            seconds = Seconds(stack, self._presence.look, self._switch.ports.clock)
            self._tasks.start(seconds.run(), "sip second")
        for works in self.works.values():
            await works.listener.start()

    def drain(self) -> None:
        """Let carriers know that no more calls are taken; those that run go on."""
        for stack in self.stacks:
            stack.drain()

    async def close(self) -> None:
        """Say goodbye to callers who are still there and to carriers, then stop."""
        await self._lose_all()
        if self._preparing is not None:
            self._preparing.cancel()
        for works in self.works.values():
            await works.listener.stop()
        for stack in self.stacks:
            await stack.close()
        await self.sound.shut()
        await self._speech.workshop.close()
        await self.resolver.close()

    async def _lose_all(self) -> None:
        for works in self.works.values():
            for talk in list(works.by_ref.values()):
                await self._lose(works, talk)

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


async def _keep_made(sounds: Sounds, ports: Ports) -> None:
    """Make the fixed prompts of the flows in force, again after each change of them; for ever."""
    made: object = None
    while True:
        live = dict(ports.books.current().live)
        if live != made:
            made = live
            await sounds.preload(fixed_prompts(live_texts(ports.books.current())))
        await ports.clock.sleep_until(ports.clock.now() + TIDY)
