"""Keys of another leg that are passed on: each keeps the timestamp under which it began here.

A far end tells presses apart by their timestamps. So all packets of a press leave under one, even
if prompts or silence of our own went out in between; a later press gets a larger one. Whoever did
not get the beginning of a press gets nothing of it. Times are RTP timestamps, 32 bits.

Source: RFC 4733 2.2 and 2.5; sip-media.md section 9.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ivr.media.dtmf import EVENT_OCTETS, LONGEST_UNITS
from ivr.media.rtp import difference32

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ivr.media.rtp import Buffer

BEGINS: Final = 0x100
"""Set beside the second octet of a packet's header: a key begins in this packet."""
_MOST_PRESSES: Final = 16


def lengths_of(payload: Buffer) -> list[int]:
    """How long each event of a packet has lasted; nothing if it is damaged or empty."""
    if len(payload) % EVENT_OCTETS:
        return []
    return [
        int.from_bytes(payload[at + 2 : at + EVENT_OCTETS], "big")
        for at in range(0, len(payload), EVENT_OCTETS)
    ]


class Passing:
    """The newest presses that were passed on to one leg: when they began, there and here."""

    __slots__ = ("_begun", "_end", "_next")

    def __init__(self, time: int) -> None:
        """time: where the stream of the leg begins; nothing begins before."""
        self._begun: dict[int, int] = {}
        self._next = (0, 0)
        self._end = time

    def forget(self) -> None:
        """Somebody else is heard from now on, or the far end counts anew."""
        self._begun.clear()

    def known(self, time: int) -> int | None:
        """Our timestamp of a press that began at `time` of its sender; None: it is not passed on.

        A press that is too long for one timestamp (RFC 4733 2.5.1.3) goes on under a larger one.
        """
        here = self._begun.get(time)
        if here is not None or not self._begun:
            return here
        if time == self._next[0]:
            return self._add(*self._next)
        before = self._begun.get(time - LONGEST_UNITS & 0xFFFFFFFF)
        return None if before is None else self._add(time, before + LONGEST_UNITS)

    def begin(self, time: int, here: int) -> int:
        """A press begins at `time` of its sender; our timestamp of it.

        here: our time that belongs to it; it becomes later if an earlier press lasts longer.
        """
        return self._add(time, here + max(0, difference32(self._end, here)))

    def lasted(self, time: int, here: int, lengths: Sequence[int]) -> int:
        """A packet told how long its presses, one behind the other, have lasted; the end of all."""
        for length in lengths[:-1]:
            time, here = time + length & 0xFFFFFFFF, here + length & 0xFFFFFFFF
            self._begun.setdefault(time, here)
        end = here + lengths[-1] & 0xFFFFFFFF
        if difference32(end, self._end) > 0:
            self._end = end
            self._next = (time + lengths[-1] & 0xFFFFFFFF, end)
        return end

    def _add(self, time: int, here: int) -> int:
        self._begun.pop(time, None)
        self._begun[time] = here = here & 0xFFFFFFFF
        while len(self._begun) > _MOST_PRESSES:
            del self._begun[next(iter(self._begun))]
        return here
