"""How long a waiting caller still waits, and whether that may be said aloud.

The base is the mean and variance of a queue whose callers may leave (QL_m), turned into a quantile
by Wilson and Hilferty; what came of the last thousand waits corrects it, and a figure that was
wrong too often is not told. Source: kpis-staffing.md 7.2-7.3, acd-cti.md 7.2.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from dataclasses import dataclass, field
from math import ceil, inf, isfinite, sqrt

from ivr.acd.telling.sums import reciprocals

TOLD_SHARE = 0.8
"""What is told is the time within which so many of ten such callers are served."""
REMEMBERED = 1000
LEAST_OUTCOMES = 200
HIDE_BELOW, HIDE_ABOVE = 0.75, 0.85
BACK_ABOVE, BACK_BELOW = 0.77, 0.83
LEAST_S = 5.0
MORE_THAN_MIN = 31
"""Told for everything above 30 minutes: "longer than 30 minutes"."""
_SLACK_S = 60.0
_SAME_S = 1.0
"""Agents who come or go within this time came or went together."""
_MOVED_SHARE, _MOVED_WITHIN_S = 0.2, 60.0
_Z = {0.5: 0.0, 0.8: 0.8416212335729143, 0.9: 1.2815515655446004}


@dataclass(frozen=True, slots=True)
class Expected:
    """A wait that is still to come, as mean and variance."""

    mean_s: float
    variance_s2: float

    def quantile(self, share: float) -> float:
        """The time in seconds within which this share (0.5, 0.8 or 0.9) of such waits end.

        The gamma law with these two moments, by the cube of a normal (Wilson and Hilferty).
        """
        if share not in _Z:
            raise ValueError(f"share is {share}; {sorted(_Z)} are known")
        if not self.variance_s2:
            return self.mean_s
        shape = self.mean_s**2 / self.variance_s2
        return self.mean_s * max(0.0, 1 - 1 / (9 * shape) + _Z[share] / (3 * sqrt(shape))) ** 3


def expected(ahead: int, agents: float, handle_s: float, patience_s: float = 0.0) -> Expected:
    """The wait of a caller with `ahead` others before him (QL_m).

    agents: on duty for this class, each weighted by the share of his time that it gets; > 0.
    handle_s: mean handling time. patience_s: mean patience, 0 = nobody leaves. Raises ValueError.
    """
    if not (0 <= ahead < inf and 0 <= patience_s < inf and 0 < agents < inf and 0 < handle_s < inf):
        _sane(ahead=ahead, agents=agents, handle_s=handle_s, patience_s=patience_s)
    if agents <= 0 or handle_s <= 0:
        raise ValueError("agents and handle_s must be above 0")
    each_s = handle_s / agents
    if not patience_s:
        return Expected((ahead + 1) * each_s, (ahead + 1) * each_s * each_s)
    one, two = reciprocals(patience_s / each_s, ahead + 1)
    return Expected(patience_s * one, patience_s * patience_s * two)


def _sane(**values: float) -> None:
    for name, value in values.items():
        if not isfinite(value) or value < 0:
            raise ValueError(f"{name} is {value}")


def told_minutes(wait_s: float) -> int:
    """The wait as it is said, rounded up: 1 to 5, then 10, 15 ... 30; above, MORE_THAN_MIN."""
    _sane(wait_s=wait_s)
    minutes = max(1, ceil(wait_s / 60))
    if minutes > 5:
        minutes = 5 * ceil(minutes / 5)
    return minutes if minutes <= 30 else MORE_THAN_MIN


@dataclass(frozen=True, slots=True)
class Figure:
    """What desk, wallboard and API show. quantile_s: the 80 % quantile, None if nothing is known.

    n: outcomes it rests on. coverage: share of them within what was predicted, None without any.
    tellable: whether callers may hear it.
    """

    quantile_s: float | None
    n: int
    coverage: float | None
    tellable: bool


def _law(wait: Expected) -> float:
    """The 80 % quantile of the law as a multiple of the mean; its shape is taken in eighths."""
    if not wait.variance_s2:
        return 1.0
    return _LAW[min(round(8 * wait.mean_s**2 / wait.variance_s2), len(_LAW) - 1)]


def _law_table() -> tuple[float, ...]:
    shapes = [max(step, 1) / 8 for step in range(8 * 64 + 1)]
    return tuple(Expected(1.0, 1 / shape).quantile(TOLD_SHARE) for shape in shapes)


_LAW = _law_table()


@dataclass(slots=True)
class Estimator:
    """The estimate of one queue, with the memory of how right it was. Instants in seconds."""

    _ratios: list[float] = field(default_factory=list)
    _sorted: list[float] = field(default_factory=list)
    _hits: list[bool] = field(default_factory=list)
    _held: int = 0
    _shown: bool = True
    _staff: list[tuple[float, float]] = field(default_factory=list)

    def resolved(self, waited_s: float, predicted_s: float, quantile_s: float | None) -> None:
        """A wait is over: how long it was, and what had been predicted when it began.

        waited_s: until an agent was offered; for callers who left, their virtual wait.
        predicted_s: the mean of QL_m. quantile_s: what `figure` gave then; None = it gave nothing.
        """
        if not (0 <= waited_s < inf and 0 <= predicted_s < inf):
            _sane(waited_s=waited_s, predicted_s=predicted_s)
        if len(self._ratios) == REMEMBERED:
            del self._sorted[bisect_left(self._sorted, self._ratios.pop(0))]
        ratio = waited_s / max(predicted_s, LEAST_S)
        self._ratios.append(ratio)
        insort(self._sorted, ratio)
        if quantile_s is not None:
            if len(self._hits) == REMEMBERED:
                self._held -= self._hits.pop(0)
            self._hits.append(waited_s <= quantile_s)
            self._held += waited_s <= quantile_s
        self._judge()

    def _judge(self) -> None:
        """Hide what is outside of 75-85 %, show it again from 77 to 83 %."""
        coverage = self.coverage
        if coverage is None or len(self._hits) < LEAST_OUTCOMES:
            return
        low, high = (HIDE_BELOW, HIDE_ABOVE) if self._shown else (BACK_ABOVE, BACK_BELOW)
        self._shown = low <= coverage <= high

    @property
    def coverage(self) -> float | None:
        """Share of the last thousand waits that stayed within their 80 % quantile."""
        return self._held / len(self._hits) if self._hits else None

    @property
    def outcomes(self) -> int:
        """On how many waits that rests."""
        return len(self._hits)

    def staffed(self, at_s: float, agents: float) -> None:
        """So many agents are on duty for the queue from now on."""
        _sane(agents=agents)
        if self._staff and at_s - self._staff[-1][0] < _SAME_S:
            at_s = self._staff.pop()[0]
        self._staff.append((at_s, agents))
        while len(self._staff) > 1 and self._staff[1][0] <= at_s - _MOVED_WITHIN_S:
            del self._staff[0]

    def figure(self, wait: Expected, at_s: float) -> Figure:
        """The 80 % quantile of a wait that has just begun, and whether it may be told."""
        return Figure(self.quantile_s(wait), len(self._hits), self.coverage, self._may_tell(at_s))

    def quantile_s(self, wait: Expected) -> float:
        """The 80 % quantile: so many times the mean that was predicted."""
        return max(LEAST_S, max(wait.mean_s, LEAST_S) * self.times(wait))

    def times(self, wait: Expected) -> float:
        """The right one of the remembered ratios; the law while it is new."""
        n = len(self._sorted)
        if n < LEAST_OUTCOMES:
            law = _law(wait)
            return law if wait.mean_s >= LEAST_S else law * wait.mean_s / LEAST_S
        return self._sorted[ceil(TOLD_SHARE * (n + 1)) - 1]

    def _may_tell(self, at_s: float) -> bool:
        on_duty = self._staff[-1][1] if self._staff else 0.0
        enough = len(self._hits) >= LEAST_OUTCOMES and self._shown
        return enough and on_duty > 0 and not self._moved(at_s)

    def _moved(self, at_s: float) -> bool:
        """Whether the agents became more or fewer by over a fifth within the last minute."""
        before = [n for at, n in self._staff if at <= at_s - _MOVED_WITHIN_S][-1:]
        recent = before + [n for at, n in self._staff if at > at_s - _MOVED_WITHIN_S]
        least, most = min(recent), max(recent)
        first = recent[0]
        return max(most - first, first - least) > _MOVED_SHARE * first


@dataclass(frozen=True, slots=True)
class Said:
    """What a caller was told last: minutes, and when."""

    minutes: int
    at_s: float


def next_said(figure: Figure, at_s: float, last: Said | None) -> Said | None:
    """What a caller may be told now, None = say nothing.

    It never exceeds what was told before, less the time since, plus a minute: who hears that the
    wait has become longer loses faith in it. figure: of the time that is still to wait.
    """
    if not figure.tellable or figure.quantile_s is None:
        return None
    minutes = told_minutes(figure.quantile_s)
    if last is not None:
        bound_s = last.minutes * 60 - (at_s - last.at_s) + _SLACK_S
        if last.minutes != MORE_THAN_MIN and minutes * 60 > bound_s:
            return None
    return Said(minutes, at_s)
