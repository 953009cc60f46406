"""What an alarm on a queue watches, and from where to where it goes on and off (acd-cti.md 13)."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

PERCENT, COUNT, TIME = "percent", "count", "time"
SERVICE_LEVEL, ABANDONED = "service_level", "abandoned_share"
WAITING, OLDEST, ESTIMATE = "waiting", "oldest_wait", "estimate"
AVAILABLE, ON_DUTY = "agents_available", "agents_on_duty"
METRICS: Mapping[str, str] = MappingProxyType(
    {
        SERVICE_LEVEL: PERCENT,
        ABANDONED: PERCENT,
        WAITING: COUNT,
        OLDEST: TIME,
        ESTIMATE: TIME,
        AVAILABLE: COUNT,
        ON_DUTY: COUNT,
    }
)
"""What can be watched, and in what it is measured; times are seconds."""
SHARES = frozenset((SERVICE_LEVEL, ABANDONED))
"""Those that are made from many waits: they have a window and an n."""


@dataclass(frozen=True, slots=True)
class Bound:
    """One side of a limit, which itself lies on neither side."""

    limit: float
    below: bool

    def holds(self, value: float) -> bool:
        """Whether a value lies on this side."""
        return value < self.limit if self.below else value > self.limit


@dataclass(frozen=True, slots=True)
class QueueAlarm:
    """One alarm. fire, fire_for_ns: it goes on once this has held so long; clear, clear_for_ns: and
    off once that has.

    variant: formula of the service level. window_ns: of shares, 0 = since the day began. min_n:
    shares of fewer waits are no data. repeat_ns: how often it is told again, 0 = never. notify:
    `sms:GROUP`, `mail:GROUP` and `webhook:NAME`.
    """

    name: str
    metric: str
    queue: str
    fire: Bound
    clear: Bound
    fire_for_ns: int = 0
    clear_for_ns: int = 0
    variant: str = ""
    window_ns: int = 0
    min_n: int = 0
    repeat_ns: int = 0
    notify: tuple[str, ...] = ()

    @property
    def condition(self) -> str:
        """All that its state depends on, as a text: the state is kept while that is the same."""
        parts = (self.metric, self.queue, self.variant, self.window_ns, self.min_n)
        bounds = (self.fire, self.clear)
        limits = [f"{'<' if one.below else '>'}{one.limit:g}" for one in bounds]
        return " ".join(map(str, (*parts, *limits, self.fire_for_ns, self.clear_for_ns)))
