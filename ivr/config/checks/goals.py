"""Whether goals are about figures and queues that are there, and can be reached."""

from __future__ import annotations

from datetime import date
from itertools import combinations
from typing import TYPE_CHECKING

from ivr.domain.scalars import nearest
from ivr.reports.goals import NO_GOAL
from ivr.reports.kinds import REPORTS
from ivr.reports.model import FILTERS, NET, PERCENT, SCORE, SHARE, WEIGHTED

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from ivr.config.mistakes import Mistakes
    from ivr.config.model import Config
    from ivr.config.reporting.goals import KpiGoal
    from ivr.reports.model import Column, Report

    _Fault = tuple[str, str, str]

_BOUNDS = {**dict.fromkeys((SHARE, SCORE, WEIGHTED, PERCENT), (0, 100)), NET: (-100, 100)}


def check_goals(config: Config, mistakes: Mistakes) -> None:
    """Tell of figures and queues that are not there, and of goals nothing can reach."""
    for name, goal in config.goals.items():
        for key, code, message in (*_of_figure(goal), *_of_queue(goal, config), *_of_days(goal)):
            mistakes.add(code, ("goals", name, key), message)
    for name, other in _doubles(config.goals):
        message = f'"{other}" is a goal for the same figure at the same time'
        mistakes.add("C131", ("goals", name), message, key=True)


def _of_figure(goal: KpiGoal) -> Iterator[_Fault]:
    report, _dot, name = goal.kpi.partition(".")
    known = REPORTS.get(report)
    if known is None:
        yield "kpi", "C120", f"no report {report}{_near(report, REPORTS)}"
        return
    columns = {each.name: each for each in known.columns if _can_have(each, known)}
    if name not in columns:
        yield "kpi", "C120", f'no figure "{name}" with a goal in {report}{_near(name, columns)}'
        return
    low, high = _BOUNDS.get(columns[name].unit, (0, float("inf")))
    if not low <= goal.target <= high:
        yield "target", "C103", f"{goal.target:g} is out of range; {low:g} to {high:g}"
    for key in ("queue", "category"):
        if getattr(goal, key) is not None and key not in {*known.by, *known.filters} & {*FILTERS}:
            yield key, "C130", f"{report} does not tell figures by {key}"


def _can_have(column: Column, report: Report) -> bool:
    return column.unit not in NO_GOAL and column.name != report.goal


def _of_queue(goal: KpiGoal, config: Config) -> Iterator[_Fault]:
    if goal.queue is not None and goal.queue not in config.queue_names:
        yield "queue", "C120", f'no queue "{goal.queue}"{_near(goal.queue, config.queue_names)}'


def _of_days(goal: KpiGoal) -> Iterator[_Fault]:
    if goal.from_ is not None and goal.until is not None and goal.until < goal.from_:
        yield "until", "C130", "a goal ends on the day on which it begins or later"


def _doubles(goals: Mapping[str, KpiGoal]) -> Iterator[tuple[str, str]]:
    """Goals that would contradict each other, each with the one before it."""
    for (other, one), (name, two) in combinations(goals.items(), 2):
        alike = all(getattr(one, key) == getattr(two, key) for key in ("kpi", "queue", "category"))
        first, last = max(_first(one), _first(two)), min(_last(one), _last(two))
        if alike and first <= last:
            yield name, other


def _first(goal: KpiGoal) -> date:
    return goal.from_ or date.min


def _last(goal: KpiGoal) -> date:
    return goal.until or date.max


def _near(name: str, known: Iterable[str]) -> str:
    near = nearest(name, known)
    return f'; did you mean "{near}"?' if near else ""
