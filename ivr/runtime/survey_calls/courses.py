"""How calls of surveys go, as they are watched; of a former life of the server, as recorded."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ivr.domain.call import CallId, Cause, EndedBy
from ivr.surveys.planned.tries import Course, Over, over

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ivr.engine.state import State
    from ivr.runtime.ports import Interactions


class Courses:
    """Courses of the calls that are under way, by call."""

    def __init__(self, interactions: Interactions) -> None:
        self._interactions = interactions
        self._seen: dict[CallId, Course] = {}

    def looked(self, call: CallId, state: State) -> None:
        """A call has made a step. The flow begins when somebody answers, the survey a moment
        later."""
        course, at = self._seen.get(call, Course()), state.last_at
        if course.answered_at is None and state.path:
            course = replace(course, answered_at=at)
        if course.served_at is None and _is_served(state.path):
            course = replace(course, served_at=at)
        if state.ended:
            course = replace(course, ended_at=at, cause=state.cause, by=state.ended_by)
        self._seen[call] = course

    async def ended(self, call: CallId) -> Over:
        """What became of a call that is over. Raises StoreError."""
        course = self._seen.get(call)
        if course is None or course.ended_at is None:
            course = await self._recorded(call)
        return over(call, course)

    def forget(self, call: CallId) -> None:
        """It is settled."""
        self._seen.pop(call, None)

    async def _recorded(self, call: CallId) -> Course:
        """When it was answered is in no record: who was served at all was served in time."""
        record = await self._interactions.get(call)
        if record is None or record.ended_at is None:
            return Course(cause=Cause.SYSTEM_LOST)
        at = record.ended_at
        return Course(
            answered_at=at if record.path else None,
            served_at=at if _is_served(record.path) else None,
            ended_at=at,
            cause=Cause(record.cause or Cause.SYSTEM_LOST),
            by=EndedBy(record.ended_by or EndedBy.LOST),
        )


def _is_served(path: Sequence[str]) -> bool:
    """Whether the survey itself has begun: its nodes are written with the name of its flow."""
    return any("." in each for each in path)
