"""What one queue knows of its waits: it learns from each, and says what the next will be like.

Whoever runs the queue tells it what happens; instants are seconds and never go back.
Source: kpis-staffing.md 7.3, acd-cti.md 7.2.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from ivr.acd.telling.estimates import Estimator, Expected, Figure, expected
from ivr.acd.telling.pace import Pace

USUAL_HANDLE_S = 180.0
"""Taken for the mean handling time until calls of this queue have shown theirs."""


@dataclass(frozen=True, slots=True)
class _Open:
    """A wait that is not over: when it began and what was predicted then."""

    at_s: float
    predicted_s: float
    quantile_s: float | None


@dataclass(slots=True)
class Outlook:
    """The estimates of one queue. usual_patience_s: 0 = not known, nobody is expected to leave."""

    usual_handle_s: float = USUAL_HANDLE_S
    usual_patience_s: float = 0.0
    estimator: Estimator = field(default_factory=Estimator)
    pace: Pace = field(default_factory=Pace)
    _open: dict[str, _Open] = field(default_factory=dict)
    _gone: dict[str, _Open] = field(default_factory=dict)
    """Callers who gave up; how long they would have waited shows when later ones are served."""

    def staffed(self, at_s: float, agents: float) -> None:
        """So many agents are on duty for the queue from now on."""
        self.estimator.staffed(at_s, agents)

    def entered(self, ticket: str, at_s: float, ahead: int, agents: float) -> None:
        """A caller joins behind `ahead` others and has to wait."""
        wait = self._expected(at_s, ahead, agents)
        if wait is not None:
            quantile_s = self.estimator.figure(wait, at_s).quantile_s
            self._open[ticket] = _Open(at_s, wait.mean_s, quantile_s)

    def served(self, ticket: str, at_s: float) -> None:
        """The caller is offered to an agent for the first time; so would be those before, who left.

        That is exact while callers are served in the order in which they came.
        """
        found = self._open.pop(ticket, None)
        if found is None:
            return
        self.pace.waited(at_s, at_s - found.at_s, gave_up=False)
        before = [name for name, each in self._gone.items() if each.at_s <= found.at_s]
        for each in [*(self._gone.pop(name) for name in before), found]:
            self._resolve(each, at_s)

    def gave_up(self, ticket: str, at_s: float) -> None:
        """The caller hung up while waiting."""
        found = self._open.pop(ticket, None)
        if found is not None:
            self.pace.waited(at_s, at_s - found.at_s, gave_up=True)
            self._gone[ticket] = found

    def dropped(self, ticket: str) -> None:
        """The wait ended in a way that says nothing: overflow, a key, a callback, our own fault."""
        self._open.pop(ticket, None)

    def agent_idle(self, at_s: float) -> None:
        """An agent is free and nobody waits: whoever gave up would be served by now."""
        for name in list(self._gone):
            self._resolve(self._gone.pop(name), at_s)

    def handled(self, at_s: float, took_s: float) -> None:
        """A call has been dealt with: talk, hold and wrap-up together."""
        self.pace.handled(at_s, took_s)

    def figure(self, at_s: float, ahead: int, agents: float) -> Figure:
        """What is known of the wait of a caller with `ahead` others before him."""
        wait = self._expected(at_s, ahead, agents)
        if wait is None:
            return Figure(None, 0, self.estimator.coverage, tellable=False)
        return self.estimator.figure(wait, at_s)

    def _expected(self, at_s: float, ahead: int, agents: float) -> Expected | None:
        if agents <= 0:
            return None
        handle_s = self.pace.handle_s(at_s, self.usual_handle_s)
        return expected(ahead, agents, handle_s, self.pace.patience_s(at_s, self.usual_patience_s))

    def _resolve(self, wait: _Open, at_s: float) -> None:
        self.estimator.resolved(at_s - wait.at_s, wait.predicted_s, wait.quantile_s)
