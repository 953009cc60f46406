"""From counted answers to the series that are watched: days and weeks of a plan, in all, by queue
and by category.

A day is judged once it is over, a week on the Monday after it; a series whose last period has no
answers is not judged that night.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from ivr.surveys.deviation.baseline import BEFORE, Period, frozen, season_of
from ivr.surveys.deviation.run import Series, SeriesKey

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from ivr.surveys.deviation.baseline import Baseline

DAY, WEEK = "day", "week"
_ONE = timedelta(days=1)
_SEVEN = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Observation:
    """Answers of one day, plan, queue and category. plan: survey/plan; hits: good ones, of n."""

    plan: str
    metric: str
    day: date
    queue: str
    category: str
    hits: int
    n: int


@dataclass(frozen=True, slots=True)
class Watched:
    """What there is to judge. fresh: levels that were frozen now, by series and season."""

    series: tuple[Series, ...]
    fresh: tuple[tuple[SeriesKey, date, Baseline], ...]


def begin_of(today: date) -> date:
    """From which day on answers are needed."""
    return season_of(today - _ONE) - BEFORE - _SEVEN


def watched(
    seen: Iterable[Observation],
    today: date,
    levels: Mapping[tuple[SeriesKey, date], Baseline],
) -> Watched:
    """Every series that has a level and a period that has just ended. levels: frozen before."""
    ends = {DAY: today - _ONE}
    if today.weekday() == 0:
        ends[WEEK] = today - _SEVEN
    series, fresh = [], []
    for key, periods in _periods(seen, ends):
        season = season_of(ends[key.unit])
        known = levels.get((key, season))
        level = known or frozen(periods, season)
        if level is None:
            continue
        if known is None:
            fresh.append((key, season, level))
        later = [each for each in periods if each.start >= season and each.start > level.until]
        if later and later[-1].start == ends[key.unit]:
            series.append(Series(key, level, later))
    return Watched(tuple(series), tuple(fresh))


def _periods(
    seen: Iterable[Observation], ends: Mapping[str, date]
) -> Iterator[tuple[SeriesKey, Sequence[Period]]]:
    """Each series with its periods, oldest first."""
    hits: dict[SeriesKey, Counter[date]] = defaultdict(Counter)
    counts: dict[SeriesKey, Counter[date]] = defaultdict(Counter)
    for one in seen:
        for unit, end in ends.items():
            start = one.day if unit == DAY else one.day - timedelta(days=one.day.weekday())
            if start > end:
                continue
            for dims in _dims(one):
                key = SeriesKey(one.plan, one.metric, dims, unit)
                hits[key][start] += one.hits
                counts[key][start] += one.n
    for key in sorted(counts):
        starts = sorted(counts[key])
        yield key, [Period(start, hits[key][start], counts[key][start]) for start in starts]


def _dims(one: Observation) -> Iterator[str]:
    yield ""
    if one.queue:
        yield f"queue={one.queue}"
    if one.category:
        yield f"category={one.category}"
