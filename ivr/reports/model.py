"""What a report is made of: the question, the facts that the store counts, columns and cells."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, TypeAlias

from ivr.reports.periods import UNITS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

Titles: TypeAlias = "Mapping[str, str]"
"""Language -> how people call it."""
COUNT, SHARE, SECONDS, NUMBER, PERCENT = "count", "share", "seconds", "number", "percent"
SCORE, NET, WEIGHTED = "score", "net", "weighted"
DIFFERENCE, CORRELATION = "difference", "correlation"
MEAN, PAIRED = "mean", "paired"
SCORES = (SCORE, NET, WEIGHTED, DIFFERENCE, CORRELATION, MEAN, PAIRED)
"""What customers think: never printed without n, nor at all where n is small."""
QUEUE, AGENT, TEAM, CATEGORY, SURVEY = "queue", "agent", "team", "category", "survey"
FILTERS = (QUEUE, AGENT, TEAM, CATEGORY, SURVEY)
TIMES = "times"
"""The count that says how often a fact's value was found."""


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many; the percentage is made only when it is shown."""

    num: int
    den: int


@dataclass(frozen=True, slots=True)
class Net:
    """Answers from 0 to 10 by their kind, of which the net promoter score is made."""

    promoters: int
    passives: int
    detractors: int

    @property
    def n(self) -> int:
        """All of them."""
        return self.promoters + self.passives + self.detractors


@dataclass(frozen=True, slots=True)
class Weighted:
    """A share of n answers that stand for unequally many contacts: sums of weights and squares."""

    hit: float
    whole: float
    squares: float
    n: int


@dataclass(frozen=True, slots=True)
class Difference:
    """A share against that of all other rows together. believed: whether it is one that chance
    does not explain, among all rows of the report; None = too few to say."""

    hits: int
    n: int
    rest_hits: int
    rest_n: int
    believed: bool | None = None


@dataclass(frozen=True, slots=True)
class Correlation:
    """How far two things rise together, -1 to 1, of n pairs; None where one never changes."""

    rho: float | None
    n: int


@dataclass(frozen=True, slots=True)
class Mean:
    """A mean of n whole numbers, from their sum and the sum of their squares: of answers on one
    scale, or of the differences of paired ones."""

    total: int
    squares: int
    n: int


Figured: TypeAlias = "Share | Net | Weighted | Difference | Correlation | Mean"
"""Figures that have an interval."""
FIGURED = (Share, Net, Weighted, Difference, Correlation, Mean)
Cell: TypeAlias = "int | float | Figured | None"
REST = "rest_"
"""Before the name of a count: that of all other rows."""


@dataclass(frozen=True, slots=True)
class Fact:
    """What the store has counted of one group. quarter: of an hour since 1970, -1 = not asked for.

    value: of which the counts are, where single values matter (a wait in ms), else None. largest:
    of values of which only the largest counts.
    """

    keys: tuple[str, ...]
    counts: Mapping[str, int]
    quarter: int = -1
    value: int | None = None
    largest: Mapping[str, int] = field(default_factory=dict)


@dataclass(slots=True)
class Sums:
    """The facts of one row added up. spread: value -> how many, for quantiles."""

    counts: Counter[str] = field(default_factory=Counter)
    spread: Counter[int] = field(default_factory=Counter)
    largest: dict[str, int] = field(default_factory=dict)

    def add(self, fact: Fact) -> None:
        """One more fact; `times` says how often its value was found."""
        self.counts.update(fact.counts)
        if fact.value is not None:
            self.spread[fact.value] += fact.counts.get(TIMES, 0)
        for name, value in fact.largest.items():
            self.largest[name] = max(value, self.largest.get(name, value))


@dataclass(frozen=True, slots=True)
class Column:
    """One figure of a row. unit: count share seconds number percent score net weighted difference
    correlation mean paired."""

    name: str
    title: Titles
    unit: str
    of: Callable[[Sums], Cell]


@dataclass(frozen=True, slots=True)
class Report:
    """One report. version: of its definition, which rises when the same facts would give others.

    by: what its rows can be, apart from periods. default: what they are if nothing is asked for.
    filters: those that it knows. chart: the column that bars show. goal: the column beside it with
    what is aimed at. ranked: the column by which rows are ordered, the largest first. running: the
    column whose share is added up from row to row. periodic: whether rows can be periods; False
    where a report tells how things stand now. resource: whose right it needs beside that of
    reports. private: the count of answers that are shown in groups of five and more only. rest:
    counts that each row also gets of all other rows. plain: whether agents also see those of their
    own figures that are no scores.
    """

    id: str
    title: Titles
    version: int
    note: Titles
    columns: tuple[Column, ...]
    by: tuple[str, ...]
    default: tuple[str, ...]
    filters: tuple[str, ...]
    chart: str
    goal: str = ""
    ranked: str = ""
    running: str = ""
    periodic: bool = True
    resource: str = ""
    private: str = ""
    rest: tuple[str, ...] = ()
    plain: bool = False

    @property
    def personal(self) -> bool:
        """Whether it knows whose a figure is, so that an agent can ask for his own."""
        return AGENT in self.filters


@dataclass(frozen=True, slots=True)
class Within:
    """What somebody may see: the figures of these people, teams and queues."""

    agents: tuple[str, ...] = ()
    teams: tuple[str, ...] = ()
    queues: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of a report: `[since, until)`, aware. by: what the rows are, at most one of
    them a period. Filters: () asks for nothing; category with those below. within: None = all."""

    since: datetime
    until: datetime
    now: datetime
    by: tuple[str, ...] = ()
    queues: tuple[str, ...] = ()
    agents: tuple[str, ...] = ()
    teams: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    surveys: tuple[str, ...] = ()
    within: Within | None = None

    @property
    def unit(self) -> str:
        """The period that is asked for, "" = none."""
        return next((each for each in self.by if each in UNITS), "")

    @property
    def keys(self) -> tuple[str, ...]:
        """What is asked for beside a period."""
        return tuple(each for each in self.by if each not in UNITS)


class Verdict(StrEnum):
    """Whether a figure is as it should be. OPEN: cannot be told apart from luck. CHANGED: the goal
    was another one, or none, for a part of the time."""

    MET = "met"
    MISSED = "missed"
    OPEN = "open"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Judged:
    """A figure against its goal. value: what it should be, None where that changed in the time."""

    value: float | None
    at_least: bool
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Row:
    """One line: what it is of, and its figures in the order of the columns. goals: by column."""

    labels: tuple[str, ...]
    cells: tuple[Cell, ...]
    goals: Mapping[str, Judged] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Table:
    """A report that was made. total: of everything that was asked for."""

    report: Report
    by: tuple[str, ...]
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    total: Row
