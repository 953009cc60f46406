"""The ear of one leg with sound: keys go to the open listen, and stop its prompts at once.

It joins the collector (what keys mean) with the player (what sounds). Times are milliseconds that
stand still while the worker is late, so that a caller never loses time to answer.

Source: flow-language.md section 7; sip-media.md section 8 (barge-in).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ivr.media.collect import Collector
from ivr.media.items import FRAME_MS, frames_of
from ivr.media.leg.told import Collected

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ivr.media.collect import Heard, Listen
    from ivr.media.items import Item
    from ivr.media.leg.player import Player

NEVER_MS: Final = 1 << 62


class Ear:
    """One leg's ear. due_ms: when `tick` must be called next. Every method may give the answer."""

    __slots__ = ("_began_ms", "_collector", "_leg", "_player", "_turn", "due_ms")

    def __init__(self, leg: int, player: Player) -> None:
        self._leg = leg
        self._player = player
        self._collector: Collector | None = None
        self._turn: int | None = None
        self._began_ms = 0
        self.due_ms = NEVER_MS

    @property
    def listening(self) -> bool:
        """Whether a key would now go to a menu or a question."""
        return self._turn is not None

    @property
    def entering(self) -> bool:
        """Whether the caller is in the middle of an entry."""
        return self._collector is not None and self._collector.entering

    def ahead(self, keys: str, *, flush: bool) -> None:
        """Before a listen: keys typed ahead that the server knows, used if we never listened."""
        if self._collector is None:
            self._collector = Collector(keys)
        if flush:
            self._collector.flush()

    def listen(
        self, turn: int, listen: Listen, items: Sequence[Item], now_ms: int, next_ms: int = 0
    ) -> Collected | None:
        """Begin to listen; the player has begun the items. Keys typed ahead may answer at once.

        next_ms: when the first frame of the items leaves.
        """
        collector = self._collector_of()
        self._turn, self._began_ms = turn, now_ms
        parts = [(frames_of(item) * FRAME_MS, item.barge_in) for item in items]
        heard = collector.listen(listen, parts, now_ms)
        if collector.playing(now_ms) is None:
            self._player.hush()
        else:
            self._began_ms = max(now_ms, next_ms)
        return self._answer(heard, now_ms)

    def press(self, key: str, now_ms: int) -> Collected | None:
        """The caller pressed a key: prompts that may be stopped stop here."""
        collector = self._collector_of()
        before = collector.playing(now_ms)
        heard = collector.press(key, now_ms)
        after = collector.playing(now_ms)
        if self._turn is not None and after is None:
            self._player.hush()
        elif after != before and self._player.front is not None:
            self._player.front.cut()
        return self._answer(heard, now_ms)

    def tick(self, now_ms: int) -> Collected | None:
        """Time has come to `now_ms`."""
        if self._collector is None:
            return None
        return self._answer(self._collector.tick(now_ms), now_ms)

    def silent(self, now_ms: int) -> None:
        """The prompts ended otherwise than by their length."""
        if self._collector is not None:
            self._collector.prompts_ended(now_ms)
            self._arm()

    def stop(self, turn: int) -> None:
        """Close the listen of a turn without an answer; keys typed ahead stay."""
        if turn == self._turn and self._collector is not None:
            self._turn = None
            self._collector.cancel()
            self._player.hush()
            self._arm()

    def _collector_of(self) -> Collector:
        if self._collector is None:
            self._collector = Collector()
        return self._collector

    def _answer(self, heard: Heard | None, now_ms: int) -> Collected | None:
        self._arm()
        if heard is None or self._turn is None:
            return None
        turn, self._turn = self._turn, None
        return Collected(
            leg=self._leg,
            turn=turn,
            keys=heard.keys,
            words=heard.words,
            reason=heard.reason.value,
            ended_by=heard.ended_by.value,
            left=heard.left,
            began_ms=self._began_ms,
            at_ms=now_ms,
        )

    def _arm(self) -> None:
        due_ms = None if self._collector is None else self._collector.due_ms
        self.due_ms = NEVER_MS if due_ms is None else due_ms
