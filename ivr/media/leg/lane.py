"""The sound of one leg: what is sent to it, what comes from it, and what its keys mean.

A lane is driven from outside: `tick` each 20 ms, `packet` for what arrives, `second` each second.
What is sent is, in this order: keys that we press, prompts, the voice of others, silence. No
sockets, no clock of its own; a packet leaves through `out.send`.

Source: sip-media.md sections 8 and 9. The two methods `tick` and `packet` are the hot path: at 900
legs each runs 45,000 times a second.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeAlias

from ivr.domain.errors import MediaError
from ivr.media.dtmf import Way
from ivr.media.leg.ear import Ear
from ivr.media.leg.hearing import Hearing
from ivr.media.leg.hush import Hush
from ivr.media.leg.incoming import Incoming
from ivr.media.leg.keys import Keys
from ivr.media.leg.life import Life
from ivr.media.leg.outgoing import Outgoing
from ivr.media.leg.player import Player
from ivr.media.leg.presser import Presser
from ivr.media.leg.taking import Deck
from ivr.media.leg.tap import Tap
from ivr.media.leg.told import Closed, Ended, Silent

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ivr.media.collect import Listen
    from ivr.media.g711 import Codec
    from ivr.media.items import Item, Music
    from ivr.media.leg.chain import Sounds
    from ivr.media.leg.outgoing import Send
    from ivr.media.leg.pace import Pace
    from ivr.media.leg.player import Over
    from ivr.media.leg.terms import Peer
    from ivr.media.leg.told import Collected, Told

Draw: TypeAlias = "Callable[[int], int]"
"""A random number of so many bits."""
STALLED_UNITS: Final = 1600
"""A forwarded voice that pauses for so long (200 ms) is filled with silence."""


class Lane:
    """One leg. `out`: what leaves, `incoming`: what comes, `hearing`: who hears whom, `deck`: tape.

    plays: something of our own covers the voices of others."""

    __slots__ = (
        "_hush", "_pace", "_peer", "_presser", "_pull", "_send", "_tell",
        "codec", "deck", "ear", "hearing", "incoming", "keys", "leg", "life", "out", "player",
        "plays", "tap",
    )  # fmt: skip

    def __init__(
        self, leg: int, pace: Pace, sounds: Sounds, tell: Callable[[Told], None], draw: Draw
    ) -> None:
        """tell: takes what the server must know. draw: chance, for numbers nobody may guess."""
        self.leg = leg
        self._pace = pace
        self._tell = tell
        self._peer: Peer | None = None
        self._send: Send | None = None
        self.codec: Codec = "pcma"
        self.out = Outgoing(draw(32), draw(16), draw(32))
        self.keys = Keys(self._key_heard)
        self.hearing = Hearing(self, pace)
        self.incoming = Incoming(self.keys.events, self.hearing.renewed)
        chance, name = lambda: draw(16) / 65536, f"{draw(96):024x}"
        self.life = Life(self.incoming, self.out, pace, name, chance)
        self.player = Player(sounds, pace)
        self.ear = Ear(leg, self.player)
        self.tap = Tap(self.player, tell, self._tell_over, lambda: self._settle(None))
        self.deck = Deck(tell, lambda: self.reach(self._send), self.hearing.rewire)
        self.plays = False
        self._presser = Presser()
        self._hush = Hush(self.out, pace, self.codec)
        self._pull: Callable[[], bytes | None] = self._hush.frame

    # --- what happens all the time ---------------------------------------------------------------

    def tick(self, now_ms: int, clock: int) -> None:
        """20 ms have passed: send what is due."""
        if now_ms >= self.ear.due_ms:
            self._settle(self.ear.tick(now_ms))
        frame = self._pull()
        if frame is None:
            frame = self._next()
        if frame is not None:
            self.out.frame(frame, clock)
        self.deck.tick()

    def _next(self) -> bytes | None:
        """What sounded is over; if something waits behind it, it begins in the same tick."""
        while self.player.active is not None and not self._presser.busy:
            if self.player.active.listens:
                self.ear.silent(self._pace.now_ms)
            self._tell_over(self.player.ended())
            self.choose()
            frame = self._pull()
            if frame is not None:
                return frame
        return None

    def choose(self) -> None:
        """Find where the next frames come from, after anything has changed."""
        chain = self.player.active
        plays = True
        if self._presser.busy:
            self._pull = self._pressed
        elif chain is not None:
            self._pull = chain.frame
        elif self.tap.recording:
            self._pull = self._listened
        else:
            plays = False
            ways = self._hush.frame, self._filled, self.hearing.mixed
            self._pull = ways[min(2, len(self.hearing.sources))]
        self._hush.begin()
        if plays != self.plays:
            self.plays = plays
            self.hearing.changed()

    def _filled(self) -> bytes | None:
        """One other is heard: its packets are forwarded as they come, only a long pause is ours."""
        if self.out.carried_within(STALLED_UNITS, self._pace.clock):
            return None
        return self._hush.frame()

    def _listened(self) -> bytes | None:
        """A message is being spoken: the caller hears nothing meanwhile."""
        self.tap.tick()
        return self._hush.frame()

    def _pressed(self) -> bytes | None:
        frame = self._presser.frame(self.out, self.codec, self._pace.clock)
        if not self._presser.busy:
            self.choose()
        return frame

    def second(self) -> bytes | None:
        """A second has passed; a report to send, or nothing."""
        if not self.receives:
            self.incoming.heard_ms = self._pace.now_ms
        elif self.life.fell_silent():
            self._tell(Silent(self.leg))
        return self.life.report()

    @property
    def receives(self) -> bool:
        """Whether what comes is meant for anybody."""
        return self._peer is not None and self._peer.receives

    def _key_heard(self, key: str, way: Way, passed_on: bool) -> None:
        if self.tap.key(key):
            return
        if self.ear.listening or not self.hearing.pass_on(key, way is Way.TONE, passed_on):
            self._settle(self.ear.press(key, self._pace.now_ms))

    def agree(self, peer: Peer) -> None:
        """What was negotiated, at first and after each change."""
        self._peer = peer
        self._hush.agree(peer)
        if peer.codec != self.codec:
            self.codec = peer.codec
            self._tell_over(self.player.recode(peer.codec))
            self.tap.recode(peer.codec)
            self.deck.recode(peer.codec)
        self.keys.agree(peer)
        self.out.payload_type, self.out.event_type = peer.pt, peer.event_pt
        self.incoming.agree(peer.codec, peer.pt, peer.event_pt)
        self.reach(self._send)
        self.life.begin(peer.silent_s)
        self.hearing.agreed()
        self.choose()

    def reach(self, send: Send | None) -> None:
        """How packets get to the far end from now on."""
        self._send = send
        self.out.send = self.deck.through(send, self._peer, self.out)

    def play(
        self, turn: int, items: Sequence[Item], *, loop: bool = False, resume: bool = True
    ) -> None:
        """Play items; told by `Ended` once they are over."""
        if self._began(turn, lambda: self.player.play(turn, items, loop=loop, resume=resume)):
            self.choose()

    def collect(self, turn: int, items: Sequence[Item], listen: Listen) -> None:
        """Play items and listen for keys; told by `Collected`."""
        if self._began(turn, lambda: self.player.ask(turn, items)):
            now_ms, next_ms = self._pace.now_ms, self._pace.next_ms
            self._settle(self.ear.listen(turn, listen, items, now_ms, next_ms))

    def _began(self, turn: int, begin: Callable[[], Sequence[Over]]) -> bool:
        try:
            self._tell_over(begin())
        except MediaError as missing:
            self._tell(Ended(self.leg, turn, "failed", 0, str(missing)))
            return False
        return True

    def stop(self, turn: int) -> None:
        """End what a turn asked for."""
        self.tap.stop(turn)
        self.deck.stop(turn)
        self._tell_over(self.player.stop(turn))
        self.ear.stop(turn)
        self._settle(None)

    def hear(self, sources: Sequence[Lane], hold: Music | None, *, keys: bool) -> None:
        """Whom this leg hears; hold: what it hears while that is nobody."""
        self.player.wait(None if sources else hold)
        self.hearing.hear([each.hearing for each in sources], keys=keys)
        self.choose()

    def send_keys(self, keys: str) -> None:
        """Press keys towards the far end."""
        self._presser.press(keys)
        self.choose()

    def close(self) -> bytes:
        """The leg is over: the last report to send."""
        bye = self.life.bye()
        self.tap.close()
        self.deck.close()
        self.hearing.leave()
        self._tell(Closed(self.leg, self.life.counters(self.keys.count)))
        return bye

    def _settle(self, answer: Collected | None) -> None:
        """Something about the open listen may have changed."""
        if answer is not None:
            self._tell(answer)
        self.hearing.rewire()
        self.choose()

    def _tell_over(self, over: Sequence[Over]) -> None:
        for each in over:
            if not self.tap.prompted(each):
                self._tell(Ended(self.leg, each.turn, each.why, each.played_ms, each.note))
