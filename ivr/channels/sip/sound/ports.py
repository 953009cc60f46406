"""Which port a new leg gets: a random even one, and none again within 30 s of its last use.

Source: RFC 3550 11 (even port for sound, the next one for reports); security.md 12.
"""

from __future__ import annotations

from collections import deque
from itertools import chain
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

REST_S: Final = 30.0
_DRAWS: Final = 16


class Ports:
    """The ports of one worker. rest_s: how long a port rests after its last use."""

    def __init__(self, draw: Callable[[int], int]) -> None:
        """draw: a random number of so many bits."""
        self.rest_s = REST_S
        self._draw = draw
        self._busy: set[int] = set()
        self._resting: deque[tuple[float, int]] = deque()

    def candidates(self, low: int, high: int, now_s: float) -> Iterator[int]:
        """Even ports from `low` to `high` that may be tried, at first at random, then all."""
        while self._resting and self._resting[0][0] <= now_s:
            self._busy.discard(self._resting.popleft()[1])
        first = low + low % 2
        count = (high - 1 - first) // 2 + 1  # the odd one behind it must be in the range as well
        if count <= 0:
            return
        start = self._draw(32)
        drawn = (self._draw(32) for _ in range(_DRAWS))
        for step in chain(drawn, range(start, start + count)):  # one by one: most need only one
            port = first + step % count * 2
            if port not in self._busy:
                yield port

    def take(self, port: int) -> None:
        """A leg uses this port."""
        self._busy.add(port)

    def rest(self, port: int, now_s: float) -> None:
        """A leg is over: what still comes for it must not reach another one."""
        if port in self._busy:
            self._resting.append((now_s + self.rest_s, port))
