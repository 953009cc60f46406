"""The simulated telephones of agents: who is there, whom an offer rings up, and what he does."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from ivr.channels.simulator.phone import Phone
from ivr.domain.call import CALLER, Cause, EndedBy
from ivr.domain.changed import changed
from ivr.domain.events import LegAnswered, LegEnded, LegFailed, LegRinging

if TYPE_CHECKING:
    from ivr.channels.simulator.news import News
    from ivr.channels.simulator.phone import Tell
    from ivr.channels.simulator.talk import Talk
    from ivr.domain.call import LegId
    from ivr.domain.commands import Dial, PlaceCall
    from ivr.runtime.ports import Clock
    from ivr.runtime.timers import Timers

_LOG = logging.getLogger(__name__)
PREFIX = "sim:"
Watcher = Callable[[str, str, bool], None]
"""Told of a phone that came or went: its name, its trunk, whether it is there now."""


@dataclass(slots=True, eq=False)
class Station:
    """A connected telephone. phone: the leg that rings or talks on it, None = it is free."""

    name: str
    tell: Tell
    phone: Phone | None = None
    talk: Talk | None = None


class Desk:
    """All telephones of agents on one trunk. watchers: are told who comes and goes."""

    def __init__(self, trunk: str, news: News, timers: Timers, clock: Clock) -> None:
        self._trunk = trunk
        self._news = news
        self._timers = timers
        self._clock = clock
        self._stations: dict[str, Station] = {}
        self.watchers: list[Watcher] = []

    # telephones come and go

    def connect(self, name: str, tell: Tell) -> Station:
        """A telephone is there from now on. A newer connection of a name takes over its call."""
        station = self._stations.get(name)
        if station is None:
            station = self._stations[name] = Station(name, tell)
            tell({"phone": name})
            self._watched(name, there=True)
            return station
        station.tell({"problem": "this phone was taken up elsewhere"})
        station.tell = tell
        tell({"phone": name})
        if station.phone is not None and station.talk is not None:
            station.phone.tell = tell
            station.talk.remind(station.phone)
        return station

    def disconnect(self, station: Station, tell: Tell) -> None:
        """A connection is lost, and with it the call on it, unless a newer one has taken over."""
        if station.tell != tell:
            return
        del self._stations[station.name]
        phone = station.phone
        if phone is not None and phone.up:
            self._leave(station, LegEnded(cause=Cause.SIGNAL_LOST, by=EndedBy.LOST))
        elif phone is not None:
            self._leave(station, LegFailed(cause=Cause.UNREACHABLE))
        self._watched(station.name, there=False)

    def is_there(self, address: str) -> bool:
        """Whether the telephone of an address `sim:NAME` is connected."""
        return address.startswith(PREFIX) and address.removeprefix(PREFIX) in self._stations

    # what the agent does

    def answer(self, station: Station) -> bool:
        """Take the call that rings; False if none does."""
        phone, talk = station.phone, station.talk
        if phone is None or talk is None or phone.up:
            return False
        phone.up = True
        self._timers.cancel(phone.call, phone.timer)
        phone.last = {"answered": phone.call}
        phone.send(phone.last)
        self._news.tell(phone.call, LegAnswered(leg=phone.leg))
        return True

    def decline(self, station: Station) -> bool:
        """Do not take the call that rings; False if none does."""
        if station.phone is None or station.phone.up:
            return False
        self._leave(station, LegFailed(cause=Cause.REJECTED))
        return True

    def hang_up(self, station: Station) -> bool:
        """Put the phone down; False if it is down already."""
        if station.phone is None:
            return False
        if not station.phone.up:
            return self.decline(station)
        self._leave(station, LegEnded(by=EndedBy.AGENT))
        return True

    # what the call wants

    def ring(self, talk: Talk, command: Dial) -> None:
        """Ring somebody up, or say at once why not. A place is the telephone of that name."""
        call = talk.caller.call
        name = command.place or command.address.removeprefix(PREFIX)
        reached = bool(command.place) or command.address.startswith(PREFIX)
        station = self._stations.get(name) if reached else None
        if station is None or station.phone is not None:
            cause = Cause.UNREACHABLE if station is None else Cause.BUSY
            self._news.tell(call, LegFailed(leg=command.other, cause=cause))
            return
        phone = Phone(call, station.tell, command.other, name, command.turn, up=False)
        shown = command.caller_id or talk.legs.get(command.leg, talk.caller).name
        self._rings(station, talk, phone, shown, command.ring_s)
        if command.answers_itself:
            self.answer(station)

    def call(self, talk: Talk, command: PlaceCall) -> None:
        """Ring up whom a call of ours is for: the telephone that has this number as its name."""
        call, station = talk.caller.call, self._stations.get(command.number)
        if station is None or station.phone is not None:
            cause = Cause.UNREACHABLE if station is None else Cause.BUSY
            self._news.tell(call, LegFailed(cause=cause))
            return
        talk.caller.tell = station.tell
        self._rings(station, talk, talk.caller, command.caller_id, command.ring_s)

    def _rings(self, station: Station, talk: Talk, phone: Phone, shown: str, ring_s: float) -> None:
        phone.up = False
        station.phone, station.talk = phone, talk
        talk.legs[phone.leg] = phone
        phone.last = {"rings": phone.call, "from": shown, "seconds": ring_s}
        phone.send(phone.last)
        due = self._clock.now() + timedelta(seconds=ring_s)
        self._timers.set(phone.call, phone.timer, due)
        self._news.tell(phone.call, LegRinging(leg=phone.leg))

    def rang_out(self, talk: Talk, leg: LegId) -> None:
        """Nobody has answered in time."""
        station = self._at(talk, leg)
        if station is not None:
            self._leave(station, LegFailed(cause=Cause.NO_ANSWER))

    def end(self, talk: Talk, leg: LegId, cause: Cause) -> None:
        """A leg ends by the doing of its call; nothing more is told of it."""
        station = self._at(talk, leg)
        if station is not None:
            self._drop(station, cause)

    # together

    def _leave(self, station: Station, event: LegFailed | LegEnded) -> None:
        """A leg is over, and its call learns why."""
        phone = station.phone
        if phone is None:
            return
        self._drop(station, event.cause)
        if phone.leg == CALLER and isinstance(event, LegEnded):
            event = changed(event, by=EndedBy.CALLER)
        self._news.tell(phone.call, changed(event, leg=phone.leg))

    def _drop(self, station: Station, cause: Cause) -> None:
        phone, talk = station.phone, station.talk
        station.phone = station.talk = None
        if phone is None or talk is None:
            return
        self._timers.cancel(phone.call, phone.timer)
        talk.drop(phone.leg)
        station.tell({"ended": str(cause)})

    def _at(self, talk: Talk, leg: LegId) -> Station | None:
        """The telephone that a leg is on; none is, if it is the caller's."""
        phone = talk.legs.get(leg)
        station = self._stations.get(phone.name) if phone is not None else None
        return station if station is not None and station.phone is phone else None

    def _watched(self, name: str, *, there: bool) -> None:
        for watcher in list(self.watchers):
            try:
                watcher(name, self._trunk, there)
            except Exception:  # a fault of one watcher must not cost a telephone its call
                _LOG.exception("phone_watcher_failed")
