"""What the worker does with each order of the server."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.channels.sip.sound.ports import Ports
from ivr.channels.sip.sound.sockets import Sockets, pair
from ivr.channels.sip.sound.spool import Spool
from ivr.channels.sip.wire.control import (
    Beat,
    Close,
    Collect,
    Drain,
    Hear,
    Key,
    Limits,
    Mute,
    Open,
    Opened,
    Peer,
    Play,
    Record,
    Refused,
    SendKeys,
    Stats,
    Stop,
    Take,
)
from ivr.domain.errors import MediaError
from ivr.media.leg.lane import Lane
from ivr.media.leg.taking import CHANNELS, Taking, Tape
from ivr.media.leg.taking import Limits as MessageLimits
from ivr.media.leg.told import Broken, Closed, Counters

if TYPE_CHECKING:
    from collections.abc import Callable

    from ivr.channels.sip.sound.rounds import Rounds
    from ivr.channels.sip.wire.control import Message
    from ivr.media.leg.chain import Sounds
    from ivr.media.leg.lane import Draw


class Desk:
    """Carries out orders on the legs of one worker."""

    def __init__(
        self, rounds: Rounds, tell: Callable[[Message], None], sounds: Sounds, draw: Draw
    ) -> None:
        """rounds: drives the legs. draw: chance, for ports and numbers nobody may guess."""
        self._rounds = rounds
        self._tell = tell
        self._sounds = sounds
        self._draw = draw
        self._ports = Ports(draw)
        self._limits = Limits()
        self.spool = Spool()
        self.draining = False

    def obey(self, order: Message, now_s: float) -> None:
        """Carry out one order; one for a leg that is not open does nothing."""
        match order:
            case Open():
                self._open(order, now_s)
            case Close():
                self._close(order.leg, now_s)
            case Limits():
                self._limit(order)
            case Drain():
                self.draining = True
            case Beat():
                self._tell(order)
            case Stats():
                self._tell(self._rounds.figures(order.ask))
            case _:
                self._to_leg(order)

    def fail(self, leg: int, note: str, now_s: float) -> None:
        """A leg did what it must not: close it, so that the others go on."""
        self._tell(Broken(leg, note))
        try:
            self._close(leg, now_s)
        except Exception:  # it is so broken that it cannot even say goodbye
            self._tell(Closed(leg, Counters()))

    def _open(self, order: Open, now_s: float) -> None:
        try:
            self._check_room(order)
            ports = self._ports.candidates(order.low, order.high, now_s) if order.high else (0,)
            opened = pair(order.address, ports, mux=order.mux)
        except MediaError as refused:
            self._tell(Refused(order.leg, str(refused)))
            return
        rounds = self._rounds
        lane = Lane(order.leg, rounds.pace, self._sounds, self._tell, self._draw)
        lane.life.silent_ms = round(self._limits.silent_s * 1000)
        sockets = Sockets(lane, opened, rounds.pace, self._tell, rounds.watch)
        self._ports.take(sockets.port)
        rounds.add(sockets)
        self._tell(Opened(order.leg, sockets.port, sockets.report_port, sockets.address))

    def _limit(self, limits: Limits) -> None:
        self._limits = limits
        self._ports.rest_s = limits.rest_s
        self._rounds.pace.most_late_ms = limits.late_ms

    def _check_room(self, order: Open) -> None:
        if self.draining:
            raise MediaError("the media worker is about to stop")
        if order.leg in self._rounds.legs:
            raise MediaError("the leg is open already")
        if not self._limits.has_room(len(self._rounds.legs), extra=order.extra):
            raise MediaError("the media worker is full")

    def _close(self, leg: int, now_s: float) -> None:
        sockets = self._rounds.legs.get(leg)
        if sockets is not None:
            self._rounds.remove(sockets)
            self._ports.rest(sockets.port, now_s)
            sockets.close()

    def _to_leg(self, order: Message) -> None:
        sockets = self._rounds.legs.get(getattr(order, "leg", -1))
        if sockets is None:
            return
        lane = sockets.lane
        match order:
            case Peer():
                sockets.agree(order)
                self._rounds.start(sockets)
            case Hear():
                self._hear(lane, order)
            case Take():
                self._take(lane, order)
            case Record():
                sink = self.spool.open(order.path, lane.codec, CHANNELS)
                lane.deck.record(Tape(lane.leg, order.turn, lane.codec, self._rounds.pace, sink))
            case SendKeys():
                lane.send_keys(order.keys)
            case Key():
                lane.keys.press(order.key)
            case _:
                _turn(lane, order)

    def _take(self, lane: Lane, order: Take) -> None:
        sink = self.spool.open(order.path, lane.codec)
        limits = MessageLimits(order.longest_ms, order.silence_ms, order.shortest_ms, order.end_key)
        taking = Taking(lane.leg, order.turn, limits, lane.codec, self._rounds.pace, sink)
        lane.tap.take(taking, order.items)

    def _hear(self, lane: Lane, order: Hear) -> None:
        known = [self._rounds.legs.get(leg) for leg in order.sources]
        sources = [each.lane for each in known if each is not None]
        lane.hear(sources, order.hold, keys=order.keys)


def _turn(lane: Lane, order: Message) -> None:
    """An order that begins or ends a turn."""
    match order:
        case Play():
            lane.play(order.turn, order.items, loop=order.loop, resume=order.resume)
        case Collect():
            lane.ear.ahead(order.ahead, flush=order.flush)
            lane.collect(order.turn, order.items, order.listen)
        case Stop():
            lane.stop(order.turn)
        case Mute():
            lane.deck.mute(order.turn, on=order.on)
