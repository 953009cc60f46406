"""How a call is written down at its end: one outcome, one result, its segments."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.domain.call import Cause, Outcome, Result, Segment
from ivr.domain.commands import CloseInteraction
from ivr.domain.queue import WaitEnd
from ivr.engine import waiting
from ivr.engine.party import DIAL, OUTSIDE, TALK, VOICEMAIL

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from ivr.engine.state import State

FLOW = "ivr"
"""Kind of the segment that a caller spends in a flow."""


def close_interaction(state: State, at: datetime) -> CloseInteraction:
    """The one closing command of a call."""
    flow = state.frames[0].flow if state.frames else ""
    return CloseInteraction(
        outcome=outcome_of(state),
        result=_result_of(state),
        ended_by=state.ended_by,
        cause=state.cause,
        note=state.note,
        language=state.language,
        path=tuple(state.path),
        segments=_segments(state, at, flow),
    )


def _segments(state: State, at: datetime, flow: str) -> tuple[Segment, ...]:
    """The whole call, one stretch after another: in the flow, and each talk between."""
    found: list[Segment] = []
    begin = state.started_at
    noted = [one for one in state.segments if one.kind != DIAL]
    for talk in sorted(noted, key=_place):
        if talk.started_at > begin:
            found.append(Segment(FLOW, begin, talk.started_at, flow))
        found.append(talk)
        begin = max(begin, talk.ended_at)
    if at > begin or not found:
        found.append(Segment(FLOW, begin, at, flow))
    return tuple(found)


def _place(segment: Segment) -> tuple[datetime, timedelta]:
    """By begin; of those that begin together the longest first."""
    return segment.started_at, segment.started_at - segment.ended_at


def outcome_of(state: State) -> str:
    """The first that fits, in the order of flow-language.md section 8, verb `outcome`."""
    kinds = {segment.kind for segment in state.segments}
    if TALK in kinds:
        return Outcome.HANDLED
    if VOICEMAIL in kinds:
        return Outcome.VOICEMAIL
    if state.outcome:
        return state.outcome
    if state.cause == Cause.SYSTEM_LOST:
        return Outcome.SYSTEM_LOST
    if OUTSIDE in kinds:
        return Outcome.TRANSFERRED
    return _of_waits(state)


def _of_waits(state: State) -> str:
    ends = waiting.ends(state)
    if ends and ends[-1][0] == WaitEnd.ABANDONED:
        return Outcome.ABANDONED
    if any(waiting.is_left_behind(*each) for each in ends):
        return Outcome.OVERFLOWED
    if state.failed:
        return Outcome.FAILED
    return Outcome.LEFT_MENU


def _result_of(state: State) -> Result:
    if state.cause == Cause.SYSTEM_LOST or state.failed:
        return Result.SERVER_ERROR
    return Result.UPSTREAM_ERROR if state.cause == Cause.FAILED else Result.SUCCESS
