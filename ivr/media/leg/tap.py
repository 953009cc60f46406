"""The message that a leg is leaving: its prompts and tone, then what is spoken, until it ends."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ivr.domain.errors import MediaError
from ivr.domain.recording import HANGUP, KEY
from ivr.media.items import Tone
from ivr.media.leg.told import Ended

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ivr.media.g711 import Codec
    from ivr.media.items import Item
    from ivr.media.leg.player import Over, Player
    from ivr.media.leg.taking import Taking
    from ivr.media.leg.told import Told

BEEP: Final = (Tone("beep"),)


class Tap:
    """One leg's. taking: the message at hand. changed: told whenever other packets are wanted."""

    __slots__ = ("_changed", "_over", "_player", "_tell", "taking")

    def __init__(
        self,
        player: Player,
        tell: Callable[[Told], None],
        over: Callable[[Sequence[Over]], None],
        changed: Callable[[], None],
    ) -> None:
        """over: told what the player has ended."""
        self._player = player
        self._tell = tell
        self._over = over
        self._changed = changed
        self.taking: Taking | None = None

    @property
    def recording(self) -> bool:
        """Whether the tone is over."""
        return self.taking is not None and self.taking.recording

    def take(self, taking: Taking, items: Sequence[Item]) -> None:
        """Play items, the tone last, then take a message; told by `Taken`."""
        if self.taking is not None:
            self.taking.drop()
        self.taking = taking
        try:
            over = self._player.play(taking.turn, items)
        except MediaError as missing:
            self.taking = None
            taking.drop()
            self._tell(Ended(taking.leg, taking.turn, "failed", 0, str(missing)))
            return
        self._over(over)
        self._changed()

    def tick(self) -> None:
        """20 ms have passed since the tone."""
        ended_by = self.taking.tick() if self.taking is not None else ""
        if ended_by:
            self._end(ended_by)

    def key(self, key: str) -> bool:
        """The end key ends the message, or the prompts before it; others are part of nothing.

        False: there is no message, so the key is for somebody else.
        """
        taking = self.taking
        if taking is None:
            return False
        if taking.ends_by(key) and taking.recording:
            self._end(KEY)
        elif taking.ends_by(key):
            self._over(self._player.play(taking.turn, BEEP))
            self._changed()
        return True

    def prompted(self, over: Over) -> bool:
        """The prompts before a message are over; after the tone it begins. False: others are."""
        taking = self.taking
        if taking is None or over.turn != taking.turn:
            return False
        if over.why == "end":
            taking.recording = True
            self._changed()
        elif over.why != "replaced":
            self.taking = None
            taking.drop()
            self._tell(Ended(taking.leg, over.turn, over.why, over.played_ms, over.note))
        return True

    def recode(self, codec: Codec) -> None:
        """The leg speaks another codec from now on."""
        if self.taking is not None:
            self.taking.recode(codec)

    def stop(self, turn: int) -> None:
        """Nobody waits for the message of this turn any more."""
        if self.taking is not None and self.taking.turn == turn:
            self.taking.drop()
            self.taking = None

    def close(self) -> None:
        """The leg is over: what was said is all."""
        if self.taking is not None:
            self._end(HANGUP)

    def _end(self, ended_by: str) -> None:
        taking, self.taking = self.taking, None
        if taking is not None:
            self._tell(taking.finish(ended_by))
            self._changed()
