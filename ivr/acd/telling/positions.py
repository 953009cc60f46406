"""Which place in the line a waiting caller is told, and when it is better to say nothing.

Source: acd-cti.md 7.1.
"""

from __future__ import annotations

from dataclasses import dataclass

REPEAT_S = 120.0
DEFAULT_LIMIT = 10


@dataclass(frozen=True, slots=True)
class ToldPlace:
    """What a caller has heard: the place, at `limit` + 1 "more than limit", and when it ended."""

    place: int
    at_s: float


def next_place(
    place: int, at_s: float, last: ToldPlace | None, limit: int = DEFAULT_LIMIT
) -> ToldPlace | None:
    """What to say of a place now; None = nothing.

    place: calls that would be served before, plus 1. last: what this caller heard to its end; an
    announcement that was cut does not count. A place never rises in the caller's ears, and the same
    one is said again only after two minutes. Raises ValueError for a place below 1.
    """
    if place < 1 or limit < 1:
        raise ValueError(f"place {place} of limit {limit}; both start at 1")
    shown = min(place, limit + 1)
    if last is not None:
        if shown > last.place:
            return None
        if shown == last.place and at_s - last.at_s < REPEAT_S:
            return None
    return ToldPlace(shown, at_s)


def is_beyond(told: ToldPlace, limit: int = DEFAULT_LIMIT) -> bool:
    """Whether it is said as "more than so many" instead of a number."""
    return told.place > limit
