"""What a team is promised of the calls of each queue it serves, and what it was given of them.

Source: acd-cti.md 4.1.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(slots=True, eq=False, repr=False)
class Share:
    """The share of one team. promised: queue -> percent, 100 in all.

    given: queue -> calls that its agents have answered since midnight or are rung up for now;
    total: of all these queues together. Calls of other queues do not count.
    """

    team: str
    promised: Mapping[str, int]
    given: dict[str, int] = field(default_factory=dict)
    total: int = 0

    def count(self, queue: str, calls: int) -> None:
        """The team has got so many more calls of the queue, or fewer."""
        if queue in self.promised:
            self.given[queue] = self.given.get(queue, 0) + calls
            self.total += calls

    def forget(self) -> None:
        """Begin to count anew."""
        self.given, self.total = {}, 0

    def ahead(self, queue: str) -> int:
        """How far the queue is ahead of its share, in hundredths of a call; the smallest is first.

        The same order as that of the deficits, largest first, without a division.
        """
        return 100 * self.given.get(queue, 0) - self.promised[queue] * self.total

    def deficit(self, queue: str) -> float:
        """Promised share minus observed share, in percent to a tenth; 0 before the first call."""
        return round(-self.ahead(queue) / self.total, 1) if self.total else 0.0
