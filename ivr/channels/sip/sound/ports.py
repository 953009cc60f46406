"""Which port a new leg gets: a random even one, and none again within 30 s of its last use.

Source: RFC 3550 11 (even port for sound, the next one for reports); security.md 12.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

REST_S: Final = 30.0


class Ports:
    """The ports of one worker. rest_s: how long a port rests after its last use.

    Those that are free are a list without order, so that a busy worker, of whose thousands of ports
    most rest, finds one as fast as an idle one.
    """

    def __init__(self, draw: Callable[[int], int]) -> None:
        """draw: a random number of so many bits."""
        self.rest_s = REST_S
        self._draw = draw
        self._range: tuple[int, int] | None = None
        self._free: list[int] = []
        self._place: dict[int, int] = {}
        """Where each free port stands in the list."""
        self._busy: set[int] = set()
        self._resting: deque[tuple[float, int]] = deque()

    def candidates(self, low: int, high: int, now_s: float) -> Iterator[int]:
        """Even ports from `low` to `high` that may be tried, each once, in random order."""
        while self._resting and self._resting[0][0] <= now_s:
            self._give_back(self._resting.popleft()[1])
        if self._range != (low, high):
            self._fill(low, high)
        for place in range(len(self._free)):  # shuffled as far as somebody asks: mostly one
            self._swap(place, place + self._draw(32) % (len(self._free) - place))
            yield self._free[place]

    def take(self, port: int) -> None:
        """A leg uses this port."""
        self._busy.add(port)
        place = self._place.get(port)
        if place is not None:
            self._swap(place, len(self._free) - 1)
            del self._place[self._free.pop()]

    def rest(self, port: int, now_s: float) -> None:
        """A leg is over: what still comes for it must not reach another one."""
        if port in self._busy:
            self._resting.append((now_s + self.rest_s, port))

    def _fill(self, low: int, high: int) -> None:
        """Another range. The odd port behind each even one must be in it as well."""
        self._range = low, high
        self._free = [port for port in range(low + low % 2, high, 2) if port not in self._busy]
        self._place = {port: place for place, port in enumerate(self._free)}

    def _give_back(self, port: int) -> None:
        self._busy.discard(port)
        low, high = self._range or (0, 0)
        if low <= port < high:
            self._place[port] = len(self._free)
            self._free.append(port)

    def _swap(self, one: int, other: int) -> None:
        free = self._free
        free[one], free[other] = free[other], free[one]
        self._place[free[one]], self._place[free[other]] = one, other
