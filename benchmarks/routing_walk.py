"""A million random events through the queue machine, each looked at: order, idle time, one offer.

The walks of `tests/acd/walk.py`: callers come, give up, are held and change priority, agents
answer, miss, decline, pause, dial and lose their telephones, rules change, time goes on. Three to
forty agents, two to eight queues. In half of the walks every queue gives callers to whoever has
been idle longest, in the others strategies are mixed. The slow oracle (`tests/acd/oracle.py`)
compares everybody with everybody at every decision and after every event.

Besides, `tests/acd/books.py` keeps books of what the machine says, for every event: order
inversions within a class, wrong longest-idle picks, double offers of a caller, an agent or a
telephone, and keys, idle times and rows that are not what they must be.

That the books would notice is shown with faults planted into the machine on purpose.
IVR_BENCH_EVENTS makes a trial short.
"""

from __future__ import annotations

import sys
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import get_context
from typing import TYPE_CHECKING

from benchmarks.table import Benchmark, Row, parameter
from ivr.acd import agents, matching
from ivr.acd.callers.first import best_call
from ivr.acd.strategies import pick
from tests.acd import oracle
from tests.acd.books import (
    CRASH,
    DOUBLE,
    INVERSION,
    ORACLE,
    OTHER,
    WRONG_PICK,
    Books,
    Place,
    put,
    same_line,
    walked,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ivr.acd.state import Agent, Call, Group, Key

EVENTS = int(parameter("EVENTS", 1_000_000))
LENGTH = 2_000
FIRST_SEED = 10_000


def place(number: int) -> Place:
    """Of eight five small ones, one with hardly any agents, two large; odd: all longest-idle."""
    seed = FIRST_SEED + number
    if number % 8 == 5:
        return Place(seed, 3, 8, LENGTH)
    if number % 8 > 5:
        return Place(seed, 40, 6, LENGTH)
    return Place(seed, 4 + number // 2 % 4, 2 + number // 2 % 3, LENGTH)


@dataclass(slots=True)
class Sum:
    """What many walks have shown."""

    counts: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    first: dict[str, str] = field(default_factory=dict)
    longest: int = 0

    def add(self, other: Books | Sum) -> None:
        """One more."""
        self.counts += other.counts
        self.faults += other.faults
        self.first = other.first | self.first
        self.longest = max(self.longest, other.longest)


def walks(numbers: range) -> Sum:
    """Some walks, one after the other."""
    found = Sum()
    for number in numbers:
        found.add(walked(place(number)))
        found.counts["walks"] += 1
    return found


# faults planted on purpose


def _last_call(group: Group, agent: Agent) -> tuple[tuple[int, int, int], list[Key], Call] | None:
    """The youngest caller of the class in place of the oldest."""
    found = best_call(group, agent)
    if found is None:
        return None
    same = [other for other in group.calls.values() if same_line(found[2], other)]
    last = max((one for one in same if one.spot is not None), key=_key_of, default=found[2])
    return found[0], found[1], last


def _key_of(call: Call) -> tuple[int, int, int]:
    return call.lane, call.v, call.seq


def _last_idle(group: Group, call: Call) -> list[Agent]:
    """Whoever has been idle for the shortest time in place of the longest."""
    free = oracle.candidates(group, call)
    if not pick(group, call) or call.sticky is not None:
        return pick(group, call)
    return [max(free, key=lambda agent: agent.idle_since)]


def _stays_free(_group: Group, _agent: Agent) -> None:
    """Whoever is rung up can be chosen once more."""


PLANTED: Sequence[tuple[str, object, str, object]] = (
    (INVERSION, matching, "best_call", _last_call),
    (WRONG_PICK, matching, "pick", _last_idle),
    (DOUBLE, agents, "set_taken", _stays_free),
)


def found_planted() -> int:
    """How many of the planted faults the books call by their name."""
    return sum(finds(kind, where, name, value) for kind, where, name, value in PLANTED)


def finds(kind: str, where: object, name: str, value: object) -> bool:
    """Whether a few short walks with this fault show it."""
    with put(where, name, value):
        for seed in range(1, 40, 2):
            if walked(Place(seed, 12, 2, 300)).faults[kind]:
                return True
    return False


# the table


def measure() -> Sequence[Row]:
    """All walks, on two processes."""
    count = -(-EVENTS // LENGTH)
    parts = [range(first, min(first + 8, count)) for first in range(0, count, 8)]
    total = Sum()
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        for found in pool.map(walks, parts):
            total.add(found)
    return rows(total, found_planted())


def rows(total: Sum, planted: int) -> list[Row]:
    """What was looked at, what was found."""
    seen, faults = total.counts, total.faults
    return [
        Row(f"events, {seen['walks']} walks from seed {FIRST_SEED}", seen["events"], "events"),
        Row("callers waiting, mean", seen["waiting"] / max(1, seen["events"]), "callers"),
        Row("callers waiting, most", total.longest, "callers"),
        Row("offers", seen["offers"], "offers"),
        Row("of them answered", seen["answers"], "offers"),
        Row("decisions whose order was looked at", seen["decisions"], "decisions"),
        Row("longest-idle picks looked at", seen["picks"], "picks"),
        Row("ends of calls whose idle time was looked at", seen["contacts"], "calls"),
        Row("order inversions within a class", faults[INVERSION], "", "inversions"),
        Row("wrong longest-idle picks", faults[WRONG_PICK], "", "wrong_picks"),
        Row("double offers", faults[DOUBLE], "", "double_offers"),
        Row("keys, idle times and rows that are wrong", faults[OTHER], "", "other_faults"),
        Row("walks that end because the machine raises", faults[CRASH], "", "crashes"),
        Row("objections of the oracle", faults[ORACLE], "", "objections"),
        Row(f"planted faults found, of {len(PLANTED)}", planted, "faults", "planted"),
        *(Row(f"first {kind}: {text}", 1, "") for kind, text in sorted(total.first.items())),
    ]


BENCHMARK = Benchmark(
    name="routing_walk",
    title="random events, every decision looked at; figures below a bar of 1 are counts",
    bars=(
        *("inversions", "wrong_picks", "double_offers", "other_faults", "crashes"),
        *("objections", "planted"),
    ),
    run=measure,
)

if __name__ == "__main__":
    sys.exit("python -m benchmarks bench routing_walk")
