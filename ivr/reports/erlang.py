"""How many agents are enough: the formulas of Erlang (B, C) and Palm (A, callers may leave).

Offered load in erlang is calls per second times mean handling time in seconds. B: who finds all
agents busy is lost. C: everybody waits. A: everybody waits as long as patience lasts.
Source: kpis-staffing.md section 6.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from math import exp, fsum, inf, isfinite, lgamma, log
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_NEGLIGIBLE = 1e-18
_POISSON_REST = 1e-12
_MOST_STATES = 200_000


@dataclass(frozen=True, slots=True)
class Waiting:
    """A queue of patient callers (C). Shares from 0 to 1, times in seconds, queue in callers.

    asa_s: mean wait of all; asa_delayed_s: of those who wait at all. Both, and `queue`, are
    infinite when the load is more than the agents can bear.
    """

    delayed: float
    asa_s: float
    asa_delayed_s: float
    service_level: float
    queue: float
    occupancy: float


@dataclass(frozen=True, slots=True)
class Leaving:
    """A queue of callers who may leave (A). Shares from 0 to 1, times in seconds.

    delayed, abandoned, wait_s, service_level: of all who enter; answered_level: service level of
    those who are answered. queue: mean number waiting. blocked: share that finds no place.
    """

    delayed: float
    abandoned: float
    wait_s: float
    queue: float
    occupancy: float
    service_level: float
    answered_level: float
    blocked: float = 0.0


def erlang_b(load: float, agents: int) -> float:
    """Share of callers who find all agents busy and are lost; load in erlang. ValueError."""
    _sane(load=load)
    _whole(agents=agents)
    busy = 1.0
    for count in range(1, agents + 1):
        busy = load * busy / (count + load * busy)
    return busy


def erlang_c(
    calls_per_s: float, handle_s: float, agents: int, threshold_s: float = 20.0
) -> Waiting:
    """The queue when nobody leaves; service level: answered within `threshold_s`. ValueError."""
    _sane(calls_per_s=calls_per_s, handle_s=handle_s, threshold_s=threshold_s)
    _whole(agents=agents)
    load = calls_per_s * handle_s
    if load >= agents:
        return Waiting(1.0, inf, inf, 0.0, inf, 1.0)
    lost = erlang_b(load, agents)
    delayed = agents * lost / (agents - load * (1 - lost))
    free = agents - load
    faded = exp(-free * threshold_s / handle_s) if handle_s else 0.0
    return Waiting(
        delayed,
        asa_s=delayed * handle_s / free,
        asa_delayed_s=handle_s / free,
        service_level=1 - delayed * faded,
        queue=delayed * load / free,
        occupancy=load / agents,
    )


@dataclass(frozen=True, slots=True)
class Line:
    """A queue whose callers may leave. patience_s: mean. places: for waiting, None = any number."""

    calls_per_s: float
    handle_s: float
    agents: int
    patience_s: float
    places: int | None = None

    def __post_init__(self) -> None:
        """Raises ValueError naming the value that makes no sense."""
        _sane(calls_per_s=self.calls_per_s, handle_s=self.handle_s, patience_s=self.patience_s)
        _whole(agents=self.agents, places=self.places or 0)
        if not self.handle_s or not self.patience_s:
            raise ValueError("handle_s and patience_s must be above 0")

    def leaving_per_s(self, state: int) -> float:
        """How fast callers go, answered or not, when so many are in the system."""
        served = min(state, self.agents) / self.handle_s
        return served + max(0, state - self.agents) / self.patience_s


def erlang_a(line: Line, threshold_s: float = 20.0) -> Leaving:
    """The queue when callers leave as their patience ends (M/M/n+M). Raises ValueError.

    A patience so long that the states of an overloaded queue are too many is refused, too.
    """
    _sane(threshold_s=threshold_s)
    chances = _chances(line)
    blocked = _blocked(line, chances)
    entering = [each / (1 - blocked) for each in _who_enters(line, chances)] if blocked < 1 else []
    queue = fsum(
        (state - line.agents) * chance
        for state, chance in enumerate(chances)
        if state > line.agents
    )
    rate = line.calls_per_s * (1 - blocked)
    wait_s = queue / rate if rate else 0.0
    abandoned = wait_s / line.patience_s
    bearable = line.agents / line.handle_s
    level = _level(line, entering, threshold_s)
    return Leaving(
        delayed=fsum(entering[line.agents :]),
        abandoned=abandoned,
        wait_s=wait_s,
        queue=queue,
        occupancy=rate * (1 - abandoned) / bearable if bearable else 1.0,
        service_level=level,
        answered_level=level / (1 - abandoned) if abandoned < 1 else 0.0,
        blocked=blocked,
    )


def _chances(line: Line) -> list[float]:
    """How likely it is that 0, 1, 2 ... callers are in the system.

    Worked out from the likeliest state downwards and upwards, so that nothing can overflow.
    """
    top = _likeliest(line)
    below, above = [1.0], [1.0]
    for state in range(top, 0, -1):
        below.append(below[-1] * line.leaving_per_s(state) / line.calls_per_s)
    total = fsum(below)
    state = top
    while line.places is None or state < line.agents + line.places:
        state += 1
        above.append(above[-1] * line.calls_per_s / line.leaving_per_s(state))
        total += above[-1]
        if state > line.agents and above[-1] < _NEGLIGIBLE * total:
            break
    found = [*reversed(below), *above[1:]]
    total = fsum(found)
    return [each / total for each in found]


def _likeliest(line: Line) -> int:
    """The last state in which more callers come than go."""
    over = line.calls_per_s - line.agents / line.handle_s
    if over < 0:
        return int(line.calls_per_s * line.handle_s)
    state = line.agents + over * line.patience_s
    if line.places is not None:
        state = min(state, line.agents + line.places)
    if state > _MOST_STATES:
        raise ValueError(f"patience_s is {line.patience_s}: too long for this load")
    return int(state)


def _blocked(line: Line, chances: list[float]) -> float:
    """Share of callers who find every place taken."""
    if line.places is None or len(chances) <= line.agents + line.places:
        return 0.0
    return chances[-1]


def _who_enters(line: Line, chances: list[float]) -> list[float]:
    """The states in which a caller finds a place."""
    return chances if line.places is None else chances[: line.agents + line.places]


def _level(line: Line, entering: list[float], threshold_s: float) -> float:
    """Share of those who enter that is served within the threshold.

    A caller behind j others is served after the stages j ... 0, or leaves before; the chain is
    made uniform, so that the number of its steps within the threshold is Poisson.
    """
    at_once = fsum(entering[: line.agents])
    waiting = entering[line.agents :]
    if not waiting or not threshold_s:
        return at_once
    leave = 1 / line.patience_s
    clear = [line.agents / line.handle_s + behind * leave for behind in range(len(waiting))]
    fastest = clear[-1] + leave
    served = [0.0] * len(waiting)
    reached = [0.0] * len(waiting)
    for weight in _poisson(fastest * threshold_s):
        reached = [sum_ + weight * now for sum_, now in zip(reached, served, strict=True)]
        before = [1.0, *served[:-1]]
        served = [
            (rate * ahead + (fastest - rate - leave) * now) / fastest
            for rate, ahead, now in zip(clear, before, served, strict=True)
        ]
    return at_once + fsum(chance * each for chance, each in zip(waiting, reached, strict=True))


def _poisson(mean: float) -> Iterator[float]:
    """The chances of 0, 1, 2 ... events, until nearly nothing is left."""
    for count in itertools.count():
        weight = exp(count * log(mean) - mean - lgamma(count + 1))
        yield weight
        shrinks = mean / (count + 1)
        if shrinks < 1 and weight * shrinks / (1 - shrinks) < _POISSON_REST:
            return


def _sane(**values: float) -> None:
    for name, value in values.items():
        if not isfinite(value) or value < 0:
            raise ValueError(f"{name} is {value}")


def _whole(**values: float) -> None:
    for name, value in values.items():
        if not isinstance(value, int) or value < 0:
            raise ValueError(f"{name} is {value}; a whole number from 0 is wanted")
