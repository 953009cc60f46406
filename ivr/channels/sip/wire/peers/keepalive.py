"""Asks far ends again and again whether they live, and says when one falls silent or comes back.

For servers of a trunk (OPTIONS every 30 s ± 10 %) and phones of agents (every 25 s). Any answer but
408 and 503 is a sign of life; two misses in a row mean out, one answer means back. A question
that is still open when the next one is due has been missed.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

from ivr.channels.sip.wire.peers.deadlines import Deadlines

if TYPE_CHECKING:
    from collections.abc import Callable

Name = TypeVar("Name", bound=Hashable)

MISSES_MOST = 2
DEAD_ANSWERS = (408, 503)


@dataclass(slots=True)
class _Pulse:
    """One far end: which question is open (0 = none), misses in a row, is it counted as out?"""

    open: int = 0
    misses: int = 0
    out: bool = False


class Keepalive(Generic[Name]):
    """The pulses of many far ends. New ones are taken to live until they miss twice.

    period_s: between two questions; spread: each period varies by this part of it, so that far
    ends are not all asked at once. random: gives numbers from 0 to below 1.
    """

    def __init__(
        self, random: Callable[[], float], *, period_s: float = 30.0, spread: float = 0.1
    ) -> None:
        self._random = random
        self._period_s = period_s
        self._spread = spread
        self._pulses: dict[Name, _Pulse] = {}
        self._times: Deadlines[Name] = Deadlines()
        self._count = 0

    def watch(self, name: Name, now: float) -> None:
        """Begin to ask this far end, at a random moment within its first period."""
        if name not in self._pulses:
            self._pulses[name] = _Pulse()
            self._times.set(name, now + self._period_s * self._random())

    def forget(self, name: Name) -> None:
        """Ask it no more."""
        self._pulses.pop(name, None)
        self._times.drop(name)

    def is_out(self, name: Name) -> bool:
        """Is this far end silent? False for one that is not watched."""
        pulse = self._pulses.get(name)
        return bool(pulse and pulse.out)

    def due(self) -> float | None:
        """When the next question is due."""
        return self._times.due()

    def questions(self, now: float) -> tuple[list[tuple[Name, int]], list[Name]]:
        """The questions to send now, as (far end, number), and who fell silent with them."""
        asked: list[tuple[Name, int]] = []
        silent: list[Name] = []
        for name in self._times.take(now):
            pulse = self._pulses[name]
            if pulse.open and self._miss(pulse):
                silent.append(name)
            self._count += 1
            pulse.open = self._count
            asked.append((name, self._count))
            vary = 1 + self._spread * (2 * self._random() - 1)
            self._times.set(name, now + self._period_s * vary)
        return asked, silent

    def answered(self, name: Name, number: int, status: int) -> bool | None:
        """A question was answered, or not at all (408, 503). True: back; False: out; else None.

        Silence counts for the latest question only: that after an older one was counted when its
        successor went out. A sign of life counts always, however late.
        """
        pulse = self._pulses.get(name)
        if pulse is None:
            return None
        if status not in DEAD_ANSWERS:
            return self._alive(pulse)
        if number != pulse.open:
            return None
        pulse.open = 0
        return False if self._miss(pulse) else None

    def _alive(self, pulse: _Pulse) -> bool | None:
        back, pulse.out = pulse.out, False
        pulse.open = pulse.misses = 0
        return True if back else None

    def _miss(self, pulse: _Pulse) -> bool:
        """Count a miss; True if it is the one that puts the far end out."""
        pulse.misses += 1
        if pulse.out or pulse.misses < MISSES_MOST:
            return False
        pulse.out = True
        return True
