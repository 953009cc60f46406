"""R30: how many agents each half-hour needs, by Erlang A, with C beside it as the cautious value.

Needed is the smallest number with which the service level is reached, not too many callers leave
and nobody is too busy; the limit that asked for the last agent is named. Scheduled are those who
must be on the roster so that so many are there. Source: kpis-staffing.md section 8.2.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from math import ceil
from typing import TYPE_CHECKING

from ivr.reports.erlang import Leaving, Line, erlang_a, erlang_c
from ivr.reports.periods import QUARTER_S

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import tzinfo

    from ivr.reports.model import Fact

SLOT_S = 1800
MOST_AGENTS = 2000
LEVEL, ABANDONED, OCCUPANCY = "level", "abandoned", "occupancy"


@dataclass(frozen=True, slots=True)
class Demand:
    """What comes in half an hour: calls (also a mean, so no whole number), seconds of handling each
    and of patience."""

    calls: float
    handle_s: float
    patience_s: float


@dataclass(frozen=True, slots=True)
class Limits:
    """What is wanted, shares from 0 to 1. shrinkage: of the roster who are not there."""

    level: float = 0.8
    threshold_s: float = 20.0
    abandoned: float = 0.05
    occupancy: float = 0.85
    shrinkage: float = 0.3


@dataclass(frozen=True, slots=True)
class Staff:
    """Agents for half an hour. cautious: as if nobody ever left (C). binding: the limit that one
    agent less would break. expected: the queue with `needed` agents."""

    needed: int
    cautious: int
    scheduled: int
    binding: str
    expected: Leaving | None


class TooMuchError(ValueError):
    """More agents would be needed than anybody has."""


def staffed(demand: Demand, limits: Limits) -> Staff:
    """How many are needed. Raises TooMuchError, and ValueError for values that make no sense."""
    if not demand.calls:
        return Staff(0, 0, 0, "", None)
    least = _least(demand, limits)
    binding = OCCUPANCY if least > 1 else ""
    for agents in _numbers(least):
        line = Line(demand.calls / SLOT_S, demand.handle_s, agents, demand.patience_s)
        found = erlang_a(line, limits.threshold_s)
        broken = _broken(found, limits)
        if not broken:
            break
        binding = broken
    scheduled = ceil(round(agents / (1 - limits.shrinkage), 9))
    return Staff(agents, _cautious(demand, limits), scheduled, binding, found)


def _broken(found: Leaving, limits: Limits) -> str:
    if found.service_level < limits.level:
        return LEVEL
    if found.abandoned > limits.abandoned:
        return ABANDONED
    return OCCUPANCY if found.occupancy > limits.occupancy else ""


def _cautious(demand: Demand, limits: Limits) -> int:
    for agents in _numbers(_least(demand, limits)):
        found = erlang_c(demand.calls / SLOT_S, demand.handle_s, agents, limits.threshold_s)
        if found.service_level >= limits.level and found.occupancy <= limits.occupancy:
            break
    return agents


def _least(demand: Demand, limits: Limits) -> int:
    """Fewer would be too busy, or too many callers would have left."""
    load = demand.calls / SLOT_S * demand.handle_s
    return max(1, ceil(load * (1 - limits.abandoned) / limits.occupancy))


def _numbers(least: int) -> Iterator[int]:
    yield from range(least, MOST_AGENTS + 1)
    raise TooMuchError(f"more than {MOST_AGENTS} agents would be needed")


def by_half_hour(facts: Iterable[Fact], names: Iterable[str], zone: tzinfo) -> dict[str, int]:
    """These counts of facts with quarters, added up by half-hours of the local day: 09:30."""
    found: Counter[str] = Counter()
    wanted = tuple(names)
    for fact in facts:
        local = datetime.fromtimestamp(fact.quarter * QUARTER_S, UTC).astimezone(zone)
        label = f"{local:%H}:{30 if local.minute >= 30 else 0:02}"
        found[label] += sum(fact.counts.get(name, 0) for name in wanted)
    return dict(sorted(found.items()))
