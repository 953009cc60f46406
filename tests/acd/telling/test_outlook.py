"""What a queue knows of its waits: learned from the simulated life of a queue, and step by step."""

from __future__ import annotations

import heapq
import random
from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING

import pytest

from ivr.acd.telling.outlook import USUAL_HANDLE_S, Outlook

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
        self.outlook.entered(name, at, len(self.line), self.agents)
        self.line.append(name)
        self.later(at, self.patience_s, self.leave, name)

    def leave(self, at: float, name: str) -> None:
        if name in self.line:
            self.line.remove(name)
            self.outlook.gave_up(name, at)

    def free(self, at: float, _name: str) -> None:
        self.outlook.handled(at, self.handle_s)
        if not self.line:
            self.idle += 1
            self.outlook.agent_idle(at)
            return
        self.outlook.served(self.line.pop(0), at)
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


def test_a_caller_who_is_served_is_an_outcome() -> None:
    outlook = Outlook()
    outlook.staffed(0.0, 10)
    outlook.entered("a", 0.0, 0, 10)
    before = outlook.figure(0.0, 0, 10)
    outlook.served("a", 1.0)
    after = outlook.figure(1.0, 0, 10)
    assert (before.n, after.n, after.coverage) == (0, 1, 1.0)
    assert before.quantile_s is not None
    assert before.quantile_s > USUAL_HANDLE_S / 10


def test_who_gave_up_counts_when_a_later_caller_is_served() -> None:
    outlook = Outlook()
    outlook.staffed(0.0, 10)
    for place, name in enumerate("abc"):
        outlook.entered(name, float(place), place, 10)
    outlook.gave_up("a", 5.0)
    outlook.gave_up("c", 6.0)
    assert outlook.figure(6.0, 0, 10).n == 0
    outlook.served("b", 7.0)
    assert outlook.figure(7.0, 0, 10).n == 2, "b and a, who came before; c came later"
    outlook.agent_idle(8.0)
    assert outlook.figure(8.0, 0, 10).n == 3


def test_other_ends_teach_nothing() -> None:
    outlook = Outlook()
    outlook.staffed(0.0, 10)
    outlook.entered("a", 0.0, 0, 10)
    outlook.dropped("a")
    outlook.served("a", 5.0)
    outlook.gave_up("a", 6.0)
    outlook.agent_idle(7.0)
    assert outlook.figure(7.0, 0, 10).n == 0


def test_without_agents_nothing_is_known() -> None:
    outlook = Outlook()
    outlook.entered("a", 0.0, 0, 0)
    outlook.served("a", 5.0)
    shown = outlook.figure(5.0, 0, 0)
    assert (shown.quantile_s, shown.tellable) == (None, False)
