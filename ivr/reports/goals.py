"""What figures should be, and whether they are: judged by the interval, never by the point alone.

A goal is met only if the whole interval is on its good side, and missed only if the whole interval
is on the other. What lies in between cannot be told apart from luck, and is said to be open.
Figures without an interval (means, quantiles) are compared as they are.
Source: kpis-staffing.md section 5, tickets.md section 17.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ivr.reports.model import (
    CORRELATION,
    COUNT,
    DIFFERENCE,
    FIGURED,
    MEAN,
    PAIRED,
    SCORES,
    Judged,
    Share,
    Verdict,
)
from ivr.reports.periods import periods
from ivr.reports.telling import ENOUGH, told

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime, tzinfo

    from ivr.reports.model import Cell, Column, Figured, Question, Row, Table

    _Times = Mapping[str, tuple[datetime, datetime]]

NO_GOAL = (COUNT, DIFFERENCE, CORRELATION, MEAN, PAIRED)
"""Units that no goal is for: a count alone says nothing without its time, a mean without its
scale."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What a row is of: its queue and category, "" = several; `[start, end)` of its figures."""

    queue: str
    category: str
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Goal:
    """What a column of a report should be, in its own unit. at_least: False = at most.

    queue, category: only for these, "" = for all; a category stands for those below it, too.
    `[since, until)`: None = always.
    """

    report: str
    column: str
    value: float
    at_least: bool = True
    queue: str = ""
    category: str = ""
    since: datetime | None = None
    until: datetime | None = None

    @property
    def depth(self) -> tuple[bool, int]:
        """How narrow it is: the narrowest goal of a figure counts."""
        return bool(self.queue), len(self.category.split(".")) if self.category else 0

    def fits(self, scope: Scope) -> bool:
        """Whether it is about what a row is of, at least for a part of its time."""
        below = scope.category == self.category or scope.category.startswith(f"{self.category}.")
        about = self.queue in {"", scope.queue} and (not self.category or below)
        begun = self.since is None or self.since < scope.end
        return about and begun and (self.until is None or scope.start < self.until)

    def holds(self, scope: Scope) -> bool:
        """Whether it was in force for all of its time."""
        begun = self.since is None or self.since <= scope.start
        return begun and (self.until is None or scope.end <= self.until)


def judged(table: Table, question: Question, goals: Iterable[Goal], zone: tzinfo) -> Table:
    """The same table, each row with what its figures should be."""
    mine = [goal for goal in goals if goal.report == table.report.id]
    unit = question.unit
    found = periods(question.since, question.until, unit, zone) if unit else ()
    times = {each.label: (each.start, each.end) for each in found}

    def with_goals(row: Row) -> Row:
        return replace(row, goals=dict(_of_row(table, row, _scope(question, row, times), mine)))

    return replace(
        table, rows=tuple(with_goals(row) for row in table.rows), total=with_goals(table.total)
    )


def has_goals(table: Table, column: Column) -> bool:
    """Whether any row has a goal for this column."""
    return any(column.name in row.goals for row in (*table.rows, table.total))


def verdict_of(cell: Cell, unit: str, target: float, *, at_least: bool) -> Verdict:
    """Whether a figure is as it should be. What has no value, or too few answers, stays open."""
    low, high = _ends(cell, unit)
    if low is None or high is None:
        return Verdict.OPEN
    if not at_least:
        low, high, target = -high, -low, -target
    if low >= target:
        return Verdict.MET
    return Verdict.MISSED if high < target else Verdict.OPEN


def _ends(cell: Cell, unit: str) -> tuple[float | None, float | None]:
    if not isinstance(cell, FIGURED):
        return cell, cell
    found = told(cell, unit)
    if found.low is None or found.high is None or (unit in SCORES and found.n < ENOUGH):
        return None, None
    return float(found.low), float(found.high)


def _scope(question: Question, row: Row, times: _Times) -> Scope:
    named = dict(zip(question.by, row.labels, strict=True))
    start, end = times.get(named.get(question.unit, ""), (question.since, question.until))
    return Scope(
        named.get("queue") or _only(question.queues),
        named.get("category") or _only(question.categories),
        start,
        end,
    )


def _only(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else ""


def _of_row(
    table: Table, row: Row, scope: Scope, goals: Sequence[Goal]
) -> Iterator[tuple[str, Judged]]:
    known = {column.name: cell for column, cell in zip(table.columns, row.cells, strict=True)}
    own = known.get(table.report.goal)
    for column in table.columns:
        cell = known[column.name]
        fitting = [goal for goal in goals if goal.column == column.name and goal.fits(scope)]
        if cell is None or (isinstance(cell, FIGURED) and not _n(cell)):
            continue
        if fitting:
            yield column.name, _judge(cell, column.unit, fitting, scope)
        elif column.name == table.report.chart and isinstance(own, int | float):
            verdict = verdict_of(cell, column.unit, own, at_least=True)
            yield column.name, Judged(float(own), at_least=True, verdict=verdict)


def _judge(cell: Cell, unit: str, fitting: Sequence[Goal], scope: Scope) -> Judged:
    """By the narrowest goal; where that one was another in this time, it is only said."""
    depth = max(goal.depth for goal in fitting)
    narrowest = [goal for goal in fitting if goal.depth == depth]
    last = max(narrowest, key=lambda goal: goal.since.timestamp() if goal.since else 0.0)
    aims = {(goal.value, goal.at_least) for goal in narrowest}
    partly = len(narrowest) == 1 and not last.holds(scope)
    if len(aims) > 1 or partly:
        return Judged(None, at_least=last.at_least, verdict=Verdict.CHANGED)
    verdict = verdict_of(cell, unit, last.value, at_least=last.at_least)
    return Judged(last.value, at_least=last.at_least, verdict=verdict)


def _n(cell: Figured) -> int:
    return cell.den if isinstance(cell, Share) else cell.n
