"""The sounds one caller hears: prompts in front, a loop behind them, hold music behind both.

What is behind waits while something is in front of it, and then goes on. Music that a caller heard
before goes on where it was. Time is counted in frames of 20 ms; nothing here has a clock.

Source: sip-media.md section 10 (chains, music).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ivr.domain.errors import MediaError
from ivr.media.leg.chain import Chain, Place, Sounds

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ivr.media.g711 import Codec
    from ivr.media.items import Item, Music
    from ivr.media.leg.pace import Pace


class Over(NamedTuple):
    """A `Play` has ended. why: `end`, `stopped`, `replaced` or `failed`."""

    turn: int
    why: str
    played_ms: int
    note: str = ""


class Player:
    """All chains of one leg. `active` is the one that sounds now: the front before what is behind.

    Each turn that was played ends with one `Over`; listens have an end of their own.
    """

    __slots__ = ("_codec", "_pace", "_places", "_sounds", "active", "behind", "front", "hold")

    def __init__(self, sounds: Sounds, pace: Pace) -> None:
        self._sounds = sounds
        self._pace = pace
        self._codec: Codec = "pcma"
        self._places: dict[Music, Place] = {}
        self.front: Chain | None = None
        self.behind: Chain | None = None
        self.hold: Chain | None = None
        self.active: Chain | None = None

    def play(
        self, turn: int, items: Sequence[Item], *, loop: bool = False, resume: bool = True
    ) -> list[Over]:
        """Begin a chain: in front, or behind if it loops; what was there is over.

        resume: music in it goes on where this leg last heard it. Raises MediaError if an item is
        missing; then nothing has changed.
        """
        chain = Chain(turn, items, self._sounds, self._codec, loop=loop)
        over = self._leave("behind" if loop else "front", "replaced")
        if not resume and chain.music is not None:
            self._places.pop(chain.music, None)
        if loop:
            self.behind = chain
        else:
            self.front = chain
        self._find_music(chain)
        self.choose()
        return over

    def ask(self, turn: int, items: Sequence[Item]) -> list[Over]:
        """Begin the prompts of a listen, in front. Raises MediaError as `play`."""
        chain = Chain(turn, items, self._sounds, self._codec, listens=True)
        over = self._leave("front", "replaced")
        self.front = chain
        self._find_music(chain)
        self.choose()
        return over

    def wait(self, music: Music | None) -> None:
        """What is heard when nothing else is: hold music, or nothing."""
        before = self.hold
        if before is not None and before.music == music:
            return
        if before is not None:
            self._keep_place(before)
        self.hold = None
        if music is not None:
            self.hold = Chain(0, (music,), self._sounds, self._codec)
            self._find_music(self.hold)
        self.choose()

    def stop(self, turn: int) -> list[Over]:
        """End the chain of a turn; nothing if there is none."""
        over = []
        for layer in ("front", "behind"):
            chain = getattr(self, layer)
            if chain is not None and chain.turn == turn:
                over += self._leave(layer, "stopped")
        self.choose()
        return over

    def ended(self) -> list[Over]:
        """The active chain has nothing left."""
        over = []
        if self.active is self.front:
            over = self._leave("front", "end")
        elif self.active is self.behind:
            over = self._leave("behind", "end")
        else:
            self.hold = None
        self.choose()
        return over

    def hush(self) -> None:
        """A key ended the prompts of a listen."""
        if self.front is not None and self.front.listens:
            self._leave("front", "stopped")
            self.choose()

    def recode(self, codec: Codec) -> list[Over]:
        """Go on in another codec; what has no sound in it is over."""
        self._codec = codec
        over = []
        for layer in ("front", "behind", "hold"):
            chain = getattr(self, layer)
            if chain is None:
                continue
            try:
                chain.recode(self._sounds, codec)
            except MediaError as missing:
                over += self._leave(layer, "failed", str(missing))
        self.choose()
        return over

    def choose(self) -> None:
        """Find what sounds now; a radio that comes to the front goes on where all others are."""
        chain = self.front or self.behind or self.hold
        if chain is not None and chain is not self.active:
            chain.tune(self._pace.frames)
        self.active = chain

    def _leave(self, layer: str, why: str, note: str = "") -> list[Over]:
        chain: Chain | None = getattr(self, layer)
        setattr(self, layer, None)
        if chain is None:
            return []
        self._keep_place(chain)
        return (
            []
            if chain.listens and why != "failed"
            else [Over(chain.turn, why, chain.played_ms, note)]
        )

    def _keep_place(self, chain: Chain) -> None:
        music = chain.music
        if music is not None and not music.radio:
            self._places[music] = chain.music_place()

    def _find_music(self, chain: Chain) -> None:
        music = chain.music
        if music is not None and music in self._places:
            chain.begin_music_at(self._places[music])
