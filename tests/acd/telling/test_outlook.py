"""What a queue knows of its waits: learned from the simulated life of a queue, and step by step."""

from __future__ import annotations

import heapq
import random
from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING

import pytest

from ivr.acd.telling.outlook import MOST_GONE, USUAL_HANDLE_S, Outlook, Predicted

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass
class Life:
    """The simulated life of a queue: first come, first served; who loses patience leaves."""

    outlook: Outlook
    agents: int
    load: float
    patience_s: float
    handle_s: float
    calls: int = 4000
    line: list[str] = field(default_factory=list)
    waits: dict[str, tuple[float, Predicted]] = field(default_factory=dict)
    due: list[tuple[float, int, Callable[[float, str], None], str]] = field(default_factory=list)
    draw: random.Random = field(default_factory=lambda: random.Random(11))  # noqa: S311
    numbers: count[int] = field(default_factory=count)

    def run(self) -> None:
        """From the first call until the last one is over."""
        self.idle = self.agents
        self.outlook.staffed(-100.0, self.agents)
        self.later(0.0, 1.0, self.enter, "0")
        while self.due:
            at, _, what, name = heapq.heappop(self.due)
            what(at, name)

    def later(
        self, at: float, mean_s: float, what: Callable[[float, str], None], name: str
    ) -> None:
        when = at + self.draw.expovariate(1 / mean_s)
        heapq.heappush(self.due, (when, next(self.numbers), what, name))

    def enter(self, at: float, name: str) -> None:
        if int(name) + 1 < self.calls:
            between_s = self.handle_s / (self.agents * self.load)
            self.later(at, between_s, self.enter, str(int(name) + 1))
        if self.idle:
            self.idle -= 1
            self.later(at, self.handle_s, self.free, "")
            return
        wait = self.outlook.predicted(at, len(self.line), self.agents)
        assert wait is not None
        self.waits[name] = at, wait
        self.line.append(name)
        self.later(at, self.patience_s, self.leave, name)

    def leave(self, at: float, name: str) -> None:
        if name in self.line:
            self.line.remove(name)
            self.outlook.gave_up(at, *self.waits.pop(name))

    def free(self, at: float, _name: str) -> None:
        self.outlook.handled(at, self.handle_s)
        if not self.line:
            self.idle += 1
            self.outlook.agent_idle(at)
            return
        self.outlook.served(at, *self.waits.pop(self.line.pop(0)))
        self.later(at, self.handle_s, self.free, "")


@pytest.mark.parametrize(
    ("agents", "load", "patience_s", "handle_s"),
    [
        (20, 0.95, 300.0, 180.0),
        (20, 1.2, 300.0, 180.0),
        (5, 1.0, 200.0, 180.0),
        (10, 1.0, 300.0, 290.0),
    ],
)
def test_eight_of_ten_callers_are_served_within_what_is_told(
    agents: int, load: float, patience_s: float, handle_s: float
) -> None:
    """Also in the last case, where the usual handling time is far from the real one."""
    outlook = Outlook()
    Life(outlook, agents, load, patience_s, handle_s).run()
    coverage = outlook.estimator.coverage
    assert coverage == pytest.approx(0.8, abs=0.03)


def joins(outlook: Outlook, at_s: float, ahead: int) -> tuple[float, Predicted]:
    """A caller of ten agents: when the wait began and what was predicted."""
    wait = outlook.predicted(at_s, ahead, 10)
    assert wait is not None
    return at_s, wait


def test_a_caller_who_is_served_is_an_outcome() -> None:
    outlook = Outlook()
    outlook.staffed(0.0, 10)
    caller = joins(outlook, 0.0, 0)
    before = outlook.figure(0.0, 0, 10)
    outlook.served(1.0, *caller)
    after = outlook.figure(1.0, 0, 10)
    assert (before.n, after.n, after.coverage) == (0, 1, 1.0)
    assert before.quantile_s is not None
    assert before.quantile_s > USUAL_HANDLE_S / 10


def test_who_gave_up_counts_when_a_later_caller_is_served() -> None:
    outlook = Outlook()
    outlook.staffed(0.0, 10)
    a, b, c = (joins(outlook, float(place), place) for place in range(3))
    outlook.gave_up(5.0, *c)
    outlook.gave_up(6.0, *a)
    assert outlook.figure(6.0, 0, 10).n == 0
    outlook.served(7.0, *b)
    assert outlook.figure(7.0, 0, 10).n == 2, "b and a, who came before; c came later"
    outlook.agent_idle(8.0)
    assert outlook.figure(8.0, 0, 10).n == 3


def test_an_idle_agent_speaks_only_for_callers_whom_he_may_serve() -> None:
    outlook = Outlook()
    for kind in ("cards", "loans"):
        outlook.gave_up(5.0, *joins(outlook, 0.0, 0), kind)
    outlook.agent_idle(8.0, {"loans": 1})
    assert [each.of for each in outlook.gone] == ["cards"]
    assert outlook.figure(8.0, 0, 10).n == 1


def test_only_so_many_who_gave_up_are_remembered() -> None:
    outlook = Outlook()
    for at in range(MOST_GONE + 5):
        outlook.gave_up(at + 1.0, *joins(outlook, float(at), 0))
    assert [len(outlook.gone), outlook.gone[0].since_s] == [MOST_GONE, 5.0]


def test_without_agents_nothing_is_known() -> None:
    outlook = Outlook()
    assert outlook.predicted(0.0, 0, 0) is None
    shown = outlook.figure(5.0, 0, 0)
    assert (shown.quantile_s, shown.n, shown.tellable) == (None, 0, False)
