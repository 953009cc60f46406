"""Whether the queue machine makes callers wait as long as queueing theory says: Erlang C and A.

Each case is played 20 times, 100,000 calls each, by the real `ivr.acd` on a clock that only counts
(`ivr/runtime/simulate`), seeds 1 to 20, the warm-up not counted. The formula's value must lie in
the t-interval of the 20 means. Every figure is shown with its plain 95 % interval; of so many one
or the other lies outside by chance alone (about one in twenty does, and figures of one case go
together), and since the seeds are fixed that one stays. So what must hold is: all lie inside the
wider intervals that have 95 % together (Bonferroni), and not many outside the plain ones. How fine
the sieve is: the same formulas for talks 2 % longer must fall through it, in every case.
IVR_BENCH_CALLS and IVR_BENCH_TIMES make a trial short.
"""

from __future__ import annotations

import statistics
import sys
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from math import fsum, gamma, pi, sqrt
from multiprocessing import get_context
from typing import TYPE_CHECKING

from benchmarks.table import Benchmark, Row, parameter
from ivr.reports.erlang import Line, erlang_a, erlang_c
from ivr.runtime.simulate.plan import Plan
from ivr.runtime.simulate.queueing import simulate

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ivr.runtime.simulate.plan import Outcome

CALLS = int(parameter("CALLS", 100_000))
TIMES = int(parameter("TIMES", 20))
HANDLE_S, THRESHOLD_S = 180.0, 20.0
LEVEL = 0.95
LONGER = 1.02
SLOW_S = 30_000.0
"""Warm-up of the patient queues: five times what the slower needs to forget that it began empty."""


def plan(agents: int, load: float) -> Plan:
    """So many agents, and calls for `load` of their time; nobody gives up."""
    rate = agents * load / HANDLE_S
    return Plan(calls_per_s=rate, handle_s=HANDLE_S, agents=agents, calls=CALLS, warmup_s=SLOW_S)


def leaving(agents: int, load: float, places: int | None = None) -> Plan:
    """The same, but callers have 180 s of patience in the mean."""
    return replace(plan(agents, load), patience_s=180.0, places=places, warmup_s=None)


CASES: Mapping[str, Plan] = {
    "C 10 agents, load .90": plan(10, 0.9),
    "C 50 agents, load .95": plan(50, 0.95),
    "A 20 agents, load 1.1": leaving(20, 1.1),
    "A 100, 1.02, 200 places": leaving(100, 1.02, 200),
}


def formula(case: Plan) -> dict[str, float]:
    """What theory says: C for the patient, A for those who may leave."""
    if case.patience_s is None:
        patient = erlang_c(case.calls_per_s, case.handle_s, case.agents, THRESHOLD_S)
        return {
            "waits": patient.delayed,
            "wait": patient.asa_s,
            "in 20 s": patient.service_level,
            "busy": patient.occupancy,
        }
    line = Line(case.calls_per_s, case.handle_s, case.agents, case.patience_s, case.places)
    found = erlang_a(line, THRESHOLD_S)
    return {
        "waits": found.delayed,
        "wait": found.wait_s,
        "in 20 s": found.service_level,
        "busy": found.occupancy,
        "leaves": found.abandoned,
    }


def seen(outcome: Outcome) -> dict[str, float]:
    """The same figures of one run."""
    return {
        "waits": outcome.delayed_share,
        "wait": outcome.mean_wait_s,
        "in 20 s": outcome.service_level(THRESHOLD_S),
        "busy": outcome.occupancy,
        "leaves": outcome.abandoned_share,
    }


def played(job: tuple[str, int]) -> dict[str, float]:
    """One run of a case."""
    case = CASES[job[0]]
    figures = seen(simulate(replace(case, seed=job[1])))
    return {name: figures[name] for name in formula(case)}


# intervals


@dataclass(frozen=True, slots=True)
class Interval:
    """A figure of a case: the mean of all runs, its standard error, and what theory says."""

    case: str
    figure: str
    mean: float
    error: float

    def away(self, value: float, factor: float) -> float:
        """How far a value is from the mean, in half-widths; factor: of the standard error."""
        return abs(value - self.mean) / (factor * self.error)

    def text(self, value: float, factor: float) -> str:
        """Case, figure, interval and formula in a line."""
        digits = 2 if self.mean > 1 else 4
        said = f"{self.mean:.{digits}f}±{factor * self.error:.{digits}f}"
        return f"{self.case}: {self.figure} {said}, {value:.{digits}f}"


def intervals(case: str, runs: Sequence[Mapping[str, float]]) -> list[Interval]:
    """One for each figure of the runs."""
    found = []
    for figure in runs[0]:
        values = [run[figure] for run in runs]
        error = statistics.stdev(values) / sqrt(len(values))
        found.append(Interval(case, figure, statistics.fmean(values), error))
    return found


def factor(outside: float, freedom: int) -> float:
    """Student's t: so many standard errors leave this share outside, both sides together."""
    low, high = 0.0, 1_000.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if _beyond(middle, freedom) > outside else (low, middle)
    return high


def _beyond(limit: float, freedom: int) -> float:
    """Share of Student's t beyond ±limit, by Simpson's rule."""
    steps, width = 2_000, limit / 2_000
    peak = gamma((freedom + 1) / 2) / gamma(freedom / 2) / sqrt(freedom * pi)
    heights: list[float] = [
        (1 + (step * width) ** 2 / freedom) ** (-(freedom + 1) / 2) for step in range(steps + 1)
    ]
    ends = heights[0] + heights[-1]
    inside = ends + 4 * fsum(heights[1::2]) + 2 * fsum(heights[2:-1:2])
    return 1 - 2 * peak * inside * width / 3


def measure() -> Sequence[Row]:
    """Play everything on two processes, and compare."""
    jobs = [(case, seed) for case in CASES for seed in range(1, TIMES + 1)]
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        runs = list(pool.map(played, jobs))
    found = [
        interval
        for place, case in enumerate(CASES)
        for interval in intervals(case, runs[place * TIMES : (place + 1) * TIMES])
    ]
    return rows(found)


def rows(found: Sequence[Interval]) -> list[Row]:
    """Every figure, and what holds for all."""
    plain = factor(1 - LEVEL, TIMES - 1)
    wide = factor((1 - LEVEL) / len(found), TIMES - 1)
    theory = {case: formula(one) for case, one in CASES.items()}
    longer = {
        case: formula(replace(one, handle_s=one.handle_s * LONGER)) for case, one in CASES.items()
    }
    told = [(one, theory[one.case][one.figure]) for one in found]
    away = [one.away(value, plain) for one, value in told]
    apart = {one.case for one in found if one.away(longer[one.case][one.figure], wide) > 1}
    chance = (1 - LEVEL) * len(found)
    return [
        *(
            Row(one.text(value, plain), far, "inside" if far < 1 else "OUTSIDE")
            for (one, value), far in zip(told, away, strict=True)
        ),
        Row(
            f"outside of {len(found)}, {chance:.1f} by chance", _above_1(away), "figures", "outside"
        ),
        Row(
            "farthest, intervals with 95 % together",
            max(one.away(value, wide) for one, value in told),
            "half-widths",
            "farthest",
        ),
        Row(f"talks {LONGER:.0%} as long: cases told apart", len(apart), "cases", "told_apart"),
    ]


def _above_1(values: Sequence[float]) -> int:
    return sum(value >= 1 for value in values)


BENCHMARK = Benchmark(
    name="routing_erlang",
    title=f"{TIMES} runs of {CALLS:,} calls a case: mean ± 95 %, then the formula; half-widths",
    bars=("outside", "farthest", "told_apart"),
    run=measure,
)

if __name__ == "__main__":
    sys.exit("python -m benchmarks bench routing_erlang")
