"""What one queue knows of its waits: it learns from each, and says what the next will be like.

Whoever runs the queue tells it what happens, and keeps each caller's own prediction; instants are
seconds and never go back. Source: kpis-staffing.md 7.3, acd-cti.md 7.2.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from ivr.acd.telling.estimates import LEAST_S, Estimator, Expected, Figure, expected
from ivr.acd.telling.pace import Pace

if TYPE_CHECKING:
    from collections.abc import Container

USUAL_HANDLE_S = 180.0
"""Taken for the mean handling time until calls of this queue have shown theirs."""
MOST_GONE = 1000
"""So many who gave up are remembered until it shows how long they would have waited."""


class Predicted(NamedTuple):
    """What was expected of a wait when it began: its mean, and its 80 % quantile as a multiple."""

    mean_s: float
    times: float

    @property
    def quantile_s(self) -> float:
        """The 80 % quantile."""
        return max(LEAST_S, max(self.mean_s, LEAST_S) * self.times)


class _Gone(NamedTuple):
    """Who gave up: when the wait had begun, a number that breaks ties, and what was predicted."""

    since_s: float
    number: int
    wait: Predicted
    of: object


@dataclass(slots=True)
class Outlook:
    """The estimates of one queue. usual_patience_s: 0 = not known, nobody is expected to leave."""

    usual_handle_s: float = USUAL_HANDLE_S
    usual_patience_s: float = 0.0
    estimator: Estimator = field(default_factory=Estimator)
    pace: Pace = field(default_factory=Pace)
    gone: list[_Gone] = field(default_factory=list)
    """Callers who gave up, in the order in which their waits had begun; how long they would have
    waited shows when others are served."""
    _numbers: int = 0

    def staffed(self, at_s: float, agents: float) -> None:
        """So many agents are on duty for the queue from now on."""
        self.estimator.staffed(at_s, agents)

    def predicted(self, at_s: float, ahead: int, agents: float) -> Predicted | None:
        """What is to be expected of a caller who joins now behind `ahead` others; None = no idle
        guess, since nobody is on duty. Whoever asks gives it back when the wait is over."""
        wait = self._expected(at_s, ahead, agents)
        return None if wait is None else Predicted(wait.mean_s, self.estimator.times(wait))

    def served(self, at_s: float, since_s: float, wait: Predicted) -> None:
        """The caller is offered to an agent for the first time; so would be those before, who left.

        That is exact while callers are served in the order in which they came.
        """
        self.pace.waited(at_s, at_s - since_s, gave_up=False)
        if self.gone:
            before = bisect_right(self.gone, since_s, key=lambda each: each.since_s)
            for each in self.gone[:before]:
                self._resolve(at_s, each.since_s, each.wait)
            del self.gone[:before]
        self._resolve(at_s, since_s, wait)

    def gave_up(self, at_s: float, since_s: float, wait: Predicted, of: object = None) -> None:
        """The caller hung up while waiting. of: the kind of caller, for `agent_idle`."""
        self.pace.waited(at_s, at_s - since_s, gave_up=True)
        self._numbers += 1
        insort(self.gone, _Gone(since_s, self._numbers, wait, of))
        del self.gone[:-MOST_GONE]

    def agent_idle(self, at_s: float, serves: Container[object] | None = None) -> None:
        """An agent is free and nobody waits: whoever gave up would be served by now.

        serves: the kinds of callers whom the agent may serve; None = all.
        """
        resolved = [each for each in self.gone if serves is None or each.of in serves]
        for each in resolved:
            self._resolve(at_s, each.since_s, each.wait)
        if resolved:
            self.gone = [each for each in self.gone if serves is not None and each.of not in serves]

    def handled(self, at_s: float, took_s: float) -> None:
        """A call has been dealt with: talk, hold and wrap-up together."""
        self.pace.handled(at_s, took_s)

    def figure(self, at_s: float, ahead: int, agents: float) -> Figure:
        """What is known of the wait of a caller with `ahead` others before him."""
        wait = self._expected(at_s, ahead, agents)
        if wait is None:
            n, coverage = self.estimator.outcomes, self.estimator.coverage
            return Figure(None, n, coverage, tellable=False)
        return self.estimator.figure(wait, at_s)

    def _expected(self, at_s: float, ahead: int, agents: float) -> Expected | None:
        if agents <= 0:
            return None
        handle_s = self.pace.handle_s(at_s, self.usual_handle_s)
        return expected(ahead, agents, handle_s, self.pace.patience_s(at_s, self.usual_patience_s))

    def _resolve(self, at_s: float, since_s: float, wait: Predicted) -> None:
        self.estimator.resolved(at_s - since_s, wait.mean_s, wait.quantile_s)
