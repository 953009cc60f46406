"""What became of a promise to call back (K16): acd-cti.md 7.4 has the states."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

OPEN = ("promised", "due", "reserved", "dialing")
EXPIRED, DONE = "expired", "done"


@dataclass(frozen=True, slots=True)
class Promise:
    """A promise as it stands, instants in ns UTC. reached_ns: when he was there, None = unknown."""

    state: str
    tries: int
    until_ns: int
    reached_ns: int | None = None

    def counts(self, now_ns: int) -> Mapping[str, int]:
        """What reports add up."""
        is_open = self.state in OPEN
        is_over = self.state == EXPIRED or (is_open and now_ns >= self.until_ns)
        in_time = self.reached_ns is not None and self.reached_ns <= self.until_ns
        return {
            "promised": 1,
            "open": int(is_open),
            **{name: int(self.state == name) for name in (DONE, EXPIRED, "cancelled", "returned")},
            "in_time": int(self.state == DONE and in_time),
            "never_tried": int(is_over and self.tries == 0),
            "tries": self.tries,
        }
