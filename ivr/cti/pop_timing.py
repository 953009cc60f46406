"""How quickly screen pops reach the screen: for Prometheus per queue, for supervisors per agent."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from prometheus_client import Counter, Histogram

if TYPE_CHECKING:
    from datetime import datetime

BUCKETS_MS = (25, 50, 100, 200, 300, 500, 800, 1200, 2000, 5000)
STEPS = ("reserve_sent", "sent_received", "received_rendered", "reserve_rendered")

POP_SECONDS = Histogram(
    "ivr_pop_seconds",
    "Screen pops, step by step",
    ["step", "queue"],
    buckets=[ms / 1000 for ms in BUCKETS_MS],
)
POPS_AT_RING = Counter(
    "ivr_pops_at_first_ring",
    "Whether the pop was on the screen at the first ring",
    ["queue", "seen"],
)
POPS_UNRECEIVED = Counter("ivr_pops_unreceived", "Pops no desk took within 3 s", ["queue"])


@dataclass(slots=True)
class Buckets:
    """Durations by size. counts: one per bucket of BUCKETS_MS, and one for what is longer."""

    counts: list[int] = field(default_factory=lambda: [0] * (len(BUCKETS_MS) + 1))

    def add(self, took_ms: float) -> None:
        """One more."""
        self.counts[bisect_left(BUCKETS_MS, took_ms)] += 1

    def quantile_ms(self, share: float) -> int | None:
        """The bound under which this share lies; None without any, or past the last bound."""
        wanted, seen = share * sum(self.counts), 0
        if not wanted:
            return None
        for bound, count in zip(BUCKETS_MS, self.counts, strict=False):
            seen += count
            if seen >= wanted:
                return bound
        return None


@dataclass(slots=True)
class Times:
    """When what happened to one pop."""

    reserved_at: datetime
    sent_at: datetime | None = None
    received_at: datetime | None = None
    rendered_at: datetime | None = None
    rang: bool = False


class Timing:
    """Collects the times of all pops."""

    def __init__(self) -> None:
        self._agents: dict[str, dict[str, Buckets]] = {}
        self._rings: dict[str, list[int]] = {}

    def sent(self, agent: str, queue: str, times: Times, at: datetime) -> None:
        """The pop has left for the desk."""
        times.sent_at = at
        self._took(agent, queue, "reserve_sent", times.reserved_at, at)

    def received(self, agent: str, queue: str, times: Times, at: datetime) -> None:
        """A desk has it; only the first time counts."""
        if times.received_at is None and times.sent_at is not None:
            times.received_at = at
            self._took(agent, queue, "sent_received", times.sent_at, at)

    def rendered(self, agent: str, queue: str, times: Times, at: datetime) -> None:
        """It stands on a screen; only the first time counts."""
        self.received(agent, queue, times, at)
        if times.rendered_at is None and times.received_at is not None:
            times.rendered_at = at
            self._took(agent, queue, "received_rendered", times.received_at, at)
            self._took(agent, queue, "reserve_rendered", times.reserved_at, at)

    def rang(self, agent: str, queue: str, times: Times) -> None:
        """The agent's phone has rung for the first time."""
        if not times.rang:
            times.rang = True
            seen = times.rendered_at is not None
            POPS_AT_RING.labels(queue, "yes" if seen else "no").inc()
            ring = self._rings.setdefault(agent, [0, 0])
            ring[0] += seen
            ring[1] += 1

    def buckets(self, agent: str, step: str) -> Buckets:
        """The durations of a step (one of STEPS) at an agent's desk."""
        return self._agents.get(agent, {}).get(step, Buckets())

    def usual_ms(self, agent: str) -> int | None:
        """How soon nearly all (95 %) of this agent's pops are on the screen; None = not known."""
        return self.buckets(agent, "reserve_rendered").quantile_ms(0.95)

    def before_ring(self, agent: str) -> tuple[int, int]:
        """How many pops were on this agent's screen before the first ring, and of how many."""
        seen, every = self._rings.get(agent, (0, 0))
        return seen, every

    def _took(self, agent: str, queue: str, step: str, began: datetime, at: datetime) -> None:
        took_s = (at - began).total_seconds()
        POP_SECONDS.labels(step, queue).observe(took_s)
        self._agents.setdefault(agent, {}).setdefault(step, Buckets()).add(took_s * 1000)
