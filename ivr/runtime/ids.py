"""Public ids: ULIDs, 26 characters that sort by time and never repeat in a process."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ivr.runtime.ports import Clock

_DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_RANDOM_BITS = 80


class Ulids:
    """48 bits of milliseconds and 80 random ones, Crockford base 32 (github.com/ulid/spec)."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._last = 0

    def new(self) -> str:
        """The next id, always greater than the one before."""
        at_ms = int(self._clock.now().timestamp() * 1000)
        fresh = (at_ms << _RANDOM_BITS) | secrets.randbits(_RANDOM_BITS)
        self._last = max(fresh, self._last + 1)
        return "".join(_DIGITS[(self._last >> shift) & 31] for shift in range(125, -1, -5))
