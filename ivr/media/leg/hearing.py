"""Who hears whom among the legs of a worker.

A leg that hears one other gets that one's packets **forwarded**, at once and undecoded. A leg that
hears several gets a **mix** at its tick. Nobody ever hears himself. The wires between two lanes are
set anew only when something changes, so that a packet finds its way without a question.

Source: sip-media.md section 8 (between legs), section 11 (conference).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from ivr.media.g711 import SILENT_FRAME, translation
from ivr.media.leg.voice import Voice
from ivr.media.mix import MOST_VOICES, blend

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ivr.media.g711 import Codec
    from ivr.media.leg.ear import Ear
    from ivr.media.leg.incoming import Incoming, Take
    from ivr.media.leg.keys import Keys
    from ivr.media.leg.outgoing import Outgoing
    from ivr.media.leg.pace import Pace
    from ivr.media.leg.taking import Deck
    from ivr.media.leg.tap import Tap


class Leg(Protocol):
    """What must be known of a lane. plays: something of its own covers the voices of others."""

    out: Outgoing
    incoming: Incoming
    ear: Ear
    keys: Keys
    codec: Codec
    plays: bool
    tap: Tap
    deck: Deck

    @property
    def receives(self) -> bool:
        """Whether what comes is meant for anybody."""

    def send_keys(self, keys: str) -> None:
        """Press keys towards the far end."""

    def choose(self) -> None:
        """Find where the next frames come from."""


class Hearing:
    """One leg's place among the others. sources: whom it hears; listeners: who hear it.

    keys: keys of the sources are passed on to this leg.
    """

    __slots__ = ("_pace", "keys", "leg", "listeners", "sources", "voice")

    def __init__(self, leg: Leg, pace: Pace) -> None:
        self.leg = leg
        self._pace = pace
        self.sources: list[Hearing] = []
        self.listeners: list[Hearing] = []
        self.voice: Voice | None = None
        self.keys = True

    def hear(self, sources: Sequence[Hearing], *, keys: bool) -> None:
        """From now on this leg hears these, whatever it heard before."""
        before, self.sources = self.sources, [each for each in sources if each is not self]
        self.keys = keys
        if self.sources != before:
            self.leg.out.renew(self._pace.clock)
        for source in before:
            source.listeners.remove(self)
        for source in self.sources:
            source.listeners.append(self)
        for source in (*before, *self.sources):
            source.rewire()
        self.translate()

    def leave(self) -> None:
        """The leg is over: it hears nobody and nobody hears it."""
        self.hear((), keys=False)
        for listener in list(self.listeners):
            rest = [each for each in listener.sources if each is not self]
            listener.hear(rest, keys=listener.keys)
            listener.leg.choose()

    def changed(self) -> None:
        """This leg began or ceased to play something of its own: its sources go elsewhere."""
        for source in self.sources:
            source.rewire()

    def agreed(self) -> None:
        """The codec or the direction of this leg changed."""
        self.voice = None
        self.rewire()
        self.translate()
        for listener in self.listeners:
            listener.translate()

    def renewed(self, clock: int) -> None:
        """This leg's far end began to count anew."""
        for listener in self.listeners:
            listener.leg.out.renew(clock)

    def rewire(self) -> None:
        """Tell what comes in where to go."""
        leg = self.leg
        forwards = self._forwards() if leg.receives else []
        takes: list[Take] = [each.leg.out.carry for each in forwards]
        mixed = leg.receives and any(len(each.sources) > 1 for each in self.listeners)
        if not mixed:
            self.voice = None
        else:
            self.voice = self.voice or Voice(leg.codec, self._pace)
            takes.append(self.voice.put)
        tones = leg.keys.take_tones
        if tones is not None and not self.listeners:
            takes.append(tones)
        taking = leg.tap.taking
        if taking is not None and taking.recording and leg.receives:
            takes.append(taking.put)
        if leg.deck.tape is not None and leg.receives:
            takes.append(leg.deck.tape.heard)
        leg.incoming.take_audio = _joined(takes)
        leg.incoming.take_hidden = _joined([each.leg.out.skip for each in forwards])
        private = leg.ear.listening or not any(each.keys for each in forwards)
        leg.incoming.take_event = None if private else _joined([_events(e) for e in forwards])

    def mixed(self) -> bytes:
        """What this leg hears of several voices in this tick."""
        codec, clock = self.leg.codec, self._pace.clock
        voices = [source.voice for source in self.sources[:MOST_VOICES]]
        heard = [each.samples(clock) for each in voices if each is not None]
        loud = [each for each in heard if each is not None]
        return blend(codec, loud) if loud else SILENT_FRAME[codec]

    def pass_on(self, key: str, in_sound: bool, in_events: bool) -> bool:
        """Give a key to those who hear this leg; False: there is nobody who wants it.

        in_sound, in_events: those to whom packets are forwarded have it already, as a tone or as
        event packets.
        """
        wanting = [each for each in self.listeners if each.keys]
        forwards = self._forwards()
        for listener in wanting:
            out = listener.leg.out
            has_events = in_events and listener in forwards and out.event_type is not None
            if not in_sound and not has_events:
                listener.leg.send_keys(key)
        return bool(wanting)

    def _forwards(self) -> list[Hearing]:
        """Those who hear this leg alone, and nothing of their own."""
        return [each for each in self.listeners if len(each.sources) == 1 and not each.leg.plays]

    def translate(self) -> None:
        """Know how to turn the code of the one who is heard into that of this leg."""
        if len(self.sources) == 1:
            here = self.sources[0].leg.codec
            self.leg.out.translate = translation(here, self.leg.codec)


def _events(listener: Hearing) -> Take:
    """Where the event packets for a leg go: it may not want keys."""
    return listener.leg.out.carry_event if listener.keys else listener.leg.out.skip


def _joined(takes: Sequence[Take]) -> Take | None:
    """One way for all of them; None for none."""
    if len(takes) < 2:
        return takes[0] if takes else None

    def fan(kind: int, sequence: int, time: int, payload: bytearray, clock: int) -> None:
        for take in takes:
            take(kind, sequence, time, payload, clock)

    return fan
