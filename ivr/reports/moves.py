"""Who gave a contact on to whom: the caller's stretches of one call, read in order.

A move is what follows a talk: a wait in a queue, a talk with another agent, somebody outside. It
was consulted if the caller was on hold, or all talked together, right before the other agent.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

QUEUE, TALK, HOLD, CONFERENCE, OUTSIDE = "queue", "talk", "hold", "conference", "external"
KINDS = (QUEUE, TALK, HOLD, CONFERENCE, OUTSIDE)
TO_QUEUE, TO_AGENT, CONSULTED, GIVEN_OUT = "to_queue", "to_agent", "consulted", "outside"
ARROW = " > "


@dataclass(frozen=True, slots=True)
class Part:
    """One of these stretches. queue: where he waits, or waited before this talk."""

    kind: str
    queue: str = ""
    agent: str = ""


@dataclass(frozen=True, slots=True)
class Move:
    """One step from hand to hand. queue, agent: who gave the contact on. pair: from > to."""

    how: str
    queue: str
    agent: str
    pair: str


def moves(parts: Sequence[Part]) -> list[Move]:
    """Every move of one call."""
    steps = [
        (place, part) for place, part in enumerate(parts) if part.kind in (QUEUE, TALK, OUTSIDE)
    ]
    found = []
    for (_place, before), (place, after) in pairwise(_once(steps)):
        if before.kind == TALK:
            consulted = parts[place - 1].kind in (HOLD, CONFERENCE)
            found.append(_move(before, after, consulted=consulted))
    return found


def comes_back(parts: Sequence[Part]) -> bool:
    """Whether a queue was visited again after somebody had talked."""
    visited: list[str] = []
    talked = False
    for part in parts:
        talked = talked or part.kind == TALK
        if part.kind == QUEUE:
            if talked and part.queue in visited:
                return True
            visited.append(part.queue)
    return False


def counts(found: Sequence[Move]) -> Mapping[str, int]:
    """How often each way was taken."""
    return {name: sum(each.how == name for each in found) for name in _WAYS}


_WAYS = (TO_QUEUE, TO_AGENT, CONSULTED, GIVEN_OUT)


def _once(steps: Sequence[tuple[int, Part]]) -> Iterator[tuple[int, Part]]:
    """Without the second half of a talk that a hold had cut."""
    last: Part | None = None
    for place, part in steps:
        if last is None or (part.kind, part.agent) != (last.kind, last.agent) or not part.agent:
            yield place, part
        last = part


def _move(before: Part, after: Part, *, consulted: bool) -> Move:
    if after.kind == QUEUE:
        return Move(TO_QUEUE, before.queue, before.agent, f"{before.queue}{ARROW}{after.queue}")
    if after.kind == OUTSIDE:
        return Move(GIVEN_OUT, before.queue, before.agent, f"{before.queue}{ARROW}@")
    how = CONSULTED if consulted else TO_AGENT
    return Move(how, before.queue, before.agent, f"{before.queue}{ARROW}{before.queue}")
