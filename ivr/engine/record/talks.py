"""Who talked with a caller and for how long, as surveys ask it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from ivr.engine.party import OUTSIDE, TALK

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ivr.domain.call import Segment

LEAST_TALK = timedelta(seconds=10)
"""Whoever talked for less did not leave an impression that a score could be about."""


def talked_s(segments: Sequence[Segment]) -> float:
    """Seconds with agents in all; two agents at once count once."""
    total, until = timedelta(0), None
    for one in sorted((each for each in segments if each.kind == TALK), key=_begin):
        start = one.started_at if until is None else max(one.started_at, until)
        if one.ended_at > start:
            total += one.ended_at - start
            until = one.ended_at
    return total.total_seconds()


def agent_of_record(segments: Sequence[Segment]) -> str:
    """The last agent with at least ten seconds of talk; if nobody had, the last one; "" = none."""
    talks = sorted((each for each in segments if each.kind == TALK), key=_end)
    long = [each for each in talks if each.ended_at - each.started_at >= LEAST_TALK]
    return (long or talks)[-1].detail if talks else ""


def ended_outside(segments: Sequence[Segment]) -> bool:
    """Whether the last whom the caller talked to was somebody outside."""
    talks = sorted((each for each in segments if each.kind in {TALK, OUTSIDE}), key=_end)
    return bool(talks) and talks[-1].kind == OUTSIDE


def _begin(segment: Segment) -> tuple[object, object]:
    return segment.started_at, segment.ended_at


def _end(segment: Segment) -> tuple[object, object]:
    return segment.ended_at, segment.started_at
