"""Whether a quota has room for one more, so that it is never exceeded.

Who was written to and has not answered yet may still do so: he holds a place until he does or it is
too late. So as many are written to at a time as are still wanted, and the others wait.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from ivr.surveys.invitations import State

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ivr.surveys.sampling import Quota

HOLDING = (State.SENT, State.DELIVERED, State.UNDELIVERED, State.OFFERED, State.STARTED)
"""Whoever is there may still answer; who is being called counts as offered."""
COUNTING = (*HOLDING, State.COMPLETED, State.PARTIAL)
"""The states that are looked at."""


class Room(StrEnum):
    """What there is for one more."""

    FREE = "free"
    WAIT = "wait"
    FULL = "full"


@dataclass(frozen=True, slots=True)
class Filled:
    """Invitations of one wave in one cell and state."""

    cell: Mapping[str, str]
    state: State
    number: int


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a wave stands, as one invitation sees it. cell: its own values."""

    cell: Mapping[str, str] = field(default_factory=dict)
    filled: tuple[Filled, ...] = ()


def room(quota: Quota | None, standing: Standing) -> Room:
    """Full once the answers are there; wait while those who were asked could fill it."""
    if quota is None or not standing.cell:
        return Room.FREE
    if quota.is_full(standing.cell, _answers(standing.filled)):
        return Room.FULL
    holding = _answers(standing.filled, HOLDING)
    return Room.WAIT if quota.is_full(standing.cell, holding) else Room.FREE


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
