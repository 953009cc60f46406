"""Whether a quota has room for one more, so that it is never exceeded.

Who was asked and has not answered yet may still do so: he holds a place until he does or it is too
late. In a wave as many are asked at a time as are still wanted, and the others wait.

After a call or a ticket nobody waits: an answer counts for the contact that is just over. There a
place is held from the decision on (armed, or scheduled to be written to), and whoever comes while
all are held is not asked (`quota_full`), although some of them may yet leave theirs free. Places
become free with every end that fills nothing: missed, declined, opted out, expired, suppressed for
a later reason, and half an answer unless those count. So no more answers come in than are wanted,
and a quota fills a little later instead. Source: surveys.md section 5.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, TypeAlias

from ivr.surveys.invitations import State

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ivr.surveys.facts import Facts
    from ivr.surveys.model import Plan
    from ivr.surveys.sampling import Quota

HOLDING = (State.SENT, State.DELIVERED, State.UNDELIVERED, State.OFFERED, State.STARTED)
"""Whoever is there may still answer; who is being called counts as offered."""
COUNTING = (*HOLDING, State.COMPLETED, State.PARTIAL)
"""The states that are looked at."""
CHOSEN = (State.ARMED, State.SCHEDULED, *COUNTING)
"""The same after a call or a ticket, where a place is held from the decision on."""
_DIMENSIONS: Mapping[str, tuple[str, ...]] = {
    "product": ("ticket", "product"),
    "region": ("customer", "region"),
    "segment": ("customer", "segment"),
}
"""Where a contact has its value of each."""


class Room(StrEnum):
    """What there is for one more."""

    FREE = "free"
    WAIT = "wait"
    FULL = "full"


@dataclass(frozen=True, slots=True)
class Filled:
    """Invitations of one wave, or of one plan, in one cell and state."""

    cell: Mapping[str, str]
    state: State
    number: int


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a wave or a plan stands, as one invitation sees it. cell: its own values."""

    cell: Mapping[str, str] = field(default_factory=dict)
    filled: tuple[Filled, ...] = ()


FilledOf: TypeAlias = "Mapping[tuple[str, str], tuple[Filled, ...]]"
"""(survey, plan) -> how full its quota is."""


def room(quota: Quota | None, standing: Standing) -> Room:
    """Full once the answers are there; wait while those who were asked could fill it."""
    if quota is None or not standing.cell:
        return Room.FREE
    if quota.is_full(standing.cell, _answers(standing.filled)):
        return Room.FULL
    holding = _answers(standing.filled, HOLDING)
    return Room.WAIT if quota.is_full(standing.cell, holding) else Room.FREE


def is_full(quota: Quota | None, standing: Standing) -> bool:
    """Whether nobody more may be chosen after a contact: all places are filled or held."""
    return room(quota, standing) is not Room.FREE


def cell_of(plan: Plan, values: Mapping[str, str]) -> dict[str, str]:
    """The values that the plan has a quota for; {} = none."""
    limits = plan.quota.limits if plan.quota is not None else {}
    return {
        dimension: values[dimension]
        for dimension, wanted in sorted(limits.items())
        if values.get(dimension) in wanted
    }


def values_of(facts: Facts) -> dict[str, str]:
    """What quotas look at, by dimension; without a value nothing stands there."""
    found = {name: facts.read(path) for name, path in _DIMENSIONS.items()}
    return {name: value for name, value in found.items() if isinstance(value, str) and value}


def _answers(
    filled: Iterable[Filled], as_completed: tuple[State, ...] = ()
) -> dict[tuple[str, str], tuple[int, int]]:
    """(dimension, value) -> completed, partial. as_completed: states that count as such."""
    found: dict[tuple[str, str], tuple[int, int]] = {}
    for each in filled:
        done = each.number if each.state is State.COMPLETED or each.state in as_completed else 0
        half = each.number if each.state is State.PARTIAL else 0
        for key in each.cell.items():
            completed, partial = found.get(key, (0, 0))
            found[key] = completed + done, partial + half
    return found
