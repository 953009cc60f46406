"""The alarm run: which series have left their level, and which have come back to it.

Judged are drops, so p is of the lower side: a rise needs no remedy. Each series is tested by three
rules in its last period, and one run is one family of tests, so that a false alarm stays rare
however many queues and categories there are. Beside the rules of surveys.md 8 the p of each rule
also knows that the level itself was estimated: a level of few answers would otherwise raise alarms
by its own error.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import TYPE_CHECKING

from ivr.domain.figures.discovery import Q, rejected
from ivr.surveys.deviation.charts import RUN, RUN_P, ewma, limits, runs_below
from ivr.surveys.distributions import binomial_tail, normal_tail

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from ivr.surveys.deviation.baseline import Baseline, Period

BEYOND, RUN_8, EWMA = "beyond_3s", "run_8", "ewma"
RULES = (BEYOND, RUN_8, EWMA)
LEAST_EFFECT = 0.05
"""A drop of less is not worth a person's time, however sure it is."""
NORMAL_PERIODS = 8
_NEVER = 1.0


@dataclass(frozen=True, slots=True, order=True)
class SeriesKey:
    """What is watched. dims: what it is of (`""` all, `queue=support`, `category=card`). unit: day
    or week. metric: csat, ces or nps."""

    plan: str
    metric: str
    dims: str
    unit: str


@dataclass(frozen=True, slots=True)
class Series:
    """A series up to the period that is judged. periods: after the level was learnt, oldest first,
    without gaps; the last is the one to judge."""

    key: SeriesKey
    level: Baseline
    periods: Sequence[Period]


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule that a series breaks. value: its share, of n. p: how often chance alone does that."""

    key: SeriesKey
    rule: str
    period: Period
    value: float
    n: int
    p: float
    level: Baseline


@dataclass(frozen=True, slots=True)
class OpenAlarm:
    """An alarm that is open. since: the first day of the period that raised it."""

    key: SeriesKey
    rule: str
    since: date


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a run decides. raised: one for each new episode; closed: those that are over."""

    raised: tuple[Finding, ...]
    closed: tuple[OpenAlarm, ...]
    tests: int


def judge(series: Sequence[Series], open_alarms: Sequence[OpenAlarm], q: float = Q) -> Verdict:
    """One run over everything that is watched."""
    findings = [finding for each in series for finding in _tested(each)]
    kept = rejected([finding.p for finding in findings], q)
    known = {(alarm.key, alarm.rule) for alarm in open_alarms}
    raised = [
        finding
        for finding, is_kept in zip(findings, kept, strict=True)
        if is_kept
        and finding.level.p0 - finding.value >= LEAST_EFFECT
        and (finding.key, finding.rule) not in known
    ]
    by_key = {each.key: each for each in series}
    return Verdict(tuple(raised), tuple(_over(open_alarms, by_key)), len(findings))


def normal_periods(series: Series, since: date) -> int:
    """How many judged periods after `since`, the latest in a row, were normal: inside the limits
    and less than 5 points under the level."""
    count = 0
    for period in reversed(series.periods):
        if period.start <= since or (period.is_judged and not _is_normal(period, series.level)):
            break
        count += period.is_judged
    return count


def _over(alarms: Sequence[OpenAlarm], series: Mapping[SeriesKey, Series]) -> Iterator[OpenAlarm]:
    for alarm in alarms:
        found = series.get(alarm.key)
        if found is not None and normal_periods(found, alarm.since) >= NORMAL_PERIODS:
            yield alarm


def _is_normal(period: Period, level: Baseline) -> bool:
    inside = period.share >= limits(level.p0, period.n).low
    return inside and level.p0 - period.share < LEAST_EFFECT


def _tested(series: Series) -> Iterator[Finding]:
    """Every rule once; a rule that is not broken has p = 1. Too few answers: not tested."""
    if not series.periods or not series.periods[-1].is_judged:
        return
    last, level = series.periods[-1], series.level
    eighth = series.periods[-RUN:]
    pooled = sum(each.hits for each in eighth), sum(each.n for each in eighth)
    for rule, (hits, n), p in (
        (BEYOND, (last.hits, last.n), _beyond(last, level)),
        (RUN_8, pooled, _run(series.periods, level, pooled)),
        (EWMA, (last.hits, last.n), _smoothed(series.periods, level)),
    ):
        yield Finding(series.key, rule, last, hits / n, n, p, level)


def _beyond(last: Period, level: Baseline) -> float:
    if last.share >= limits(level.p0, last.n).low:
        return _NEVER
    exact = binomial_tail(last.hits, last.n, level.p0)
    return max(exact, _against(level, last.hits, last.n))


def _run(periods: Sequence[Period], level: Baseline, pooled: tuple[int, int]) -> float:
    if not runs_below(level.p0, _counts(periods)):
        return _NEVER
    return max(RUN_P, _against(level, *pooled))


def _smoothed(periods: Sequence[Period], level: Baseline) -> float:
    """Whether the moving average is under its limit, and how surprising that is."""
    *_, smoothed = ewma(level.p0, _counts(periods))
    if smoothed.value >= smoothed.limits(level.p0).low:
        return _NEVER
    sigma = sqrt(smoothed.sigma**2 + level.p0 * (1 - level.p0) / level.n)
    return normal_tail((smoothed.value - level.p0) / sigma)


def _against(level: Baseline, hits: int, n: int) -> float:
    """p of two shares, the level's and this one, being the same (pooled z)."""
    pooled = (level.hits + hits) / (level.n + n)
    sigma = sqrt(pooled * (1 - pooled) * (1 / level.n + 1 / n))
    return normal_tail((hits / n - level.p0) / sigma) if sigma else _NEVER


def _counts(periods: Sequence[Period]) -> list[tuple[int, int]]:
    return [(each.hits, each.n) for each in periods]
