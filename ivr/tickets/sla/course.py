"""The course of a ticket: which of its metrics are being measured now, and since when.

It knows no policy, so a promise that begins to hold later finds out from when to count, with the
pauses that were in between. The table of metrics of tickets.md section 9 is `step`.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import singledispatch
from typing import TYPE_CHECKING

from ivr.tickets.sla.happenings import (
    Answered,
    Assigned,
    CallbackPromised,
    CallbackTried,
    CustomerWrote,
    Happening,
    Moved,
    Opened,
    Pooled,
)
from ivr.tickets.sla.policies import (
    ACCEPT,
    CALLBACK,
    FIRST_RESOLUTION,
    FIRST_RESPONSE,
    NEXT_RESPONSE,
    RESOLUTION,
    UPDATE,
)
from ivr.tickets.states import CANCELLED, CLOSED, NEW, RESOLVED, STOPPED, UNDER_WAY

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

MOST_TRIES = 3
"""Documented attempts after which a promised callback counts as kept."""
RESOLUTIONS = (FIRST_RESOLUTION, RESOLUTION)
"""What becoming resolved meets."""
PAUSABLE = (UPDATE, FIRST_RESOLUTION, RESOLUTION)
"""Metrics that stand still in pausing statuses; a merged ticket stands still as a whole."""
SOLVED = (RESOLVED, CLOSED)

MET, DROPPED = "met", "dropped"
"""How an episode ends: kept, or no longer asked for; also `cancelled`, with its ticket."""


@dataclass(frozen=True, slots=True)
class Episode:
    """One time that a metric is measured; `end` is empty while it is.

    number: from 1. former: how the one before this ended.
    """

    number: int
    since: datetime
    end: str = ""
    former: str = ""


@dataclass(frozen=True, slots=True)
class Course:
    """Where a ticket stands. moves: (moment, type of state) from the opening on.

    episodes: the last of each metric that was ever measured. tries: attempts of this callback.
    replied: whether the customer ever got an answer.
    """

    moves: tuple[tuple[datetime, str], ...]
    team: str = ""
    assignee: str = ""
    replied: bool = False
    tries: int = 0
    episodes: Mapping[str, Episode] = field(default_factory=dict)

    @property
    def state(self) -> str:
        """The type of state of now."""
        return self.moves[-1][1]

    def measured(self, metric: str) -> Episode | None:
        """The episode of a metric that is going on."""
        found = self.episodes.get(metric)
        return found if found and not found.end else None

    def starting(self, metric: str, since: datetime) -> Course:
        """With a new episode; the one going on is dropped."""
        before = self.episodes.get(metric)
        fresh = Episode(1, since)
        if before:
            fresh = Episode(before.number + 1, since, former=before.end or DROPPED)
        return replace(self, episodes={**self.episodes, metric: fresh})

    def ending(self, end: str, *metrics: str) -> Course:
        """With the episodes of these metrics ended, where they are going on."""
        ended = {
            metric: replace(found, end=end)
            for metric in metrics
            if (found := self.measured(metric)) is not None
        }
        return replace(self, episodes={**self.episodes, **ended})


def opened(happening: Opened) -> Course:
    """The course of a new ticket; whoever opens it for a person has nothing to be accepted."""
    course = Course(((happening.at, NEW),), happening.team, happening.assignee)
    for metric in (FIRST_RESPONSE, *RESOLUTIONS):
        course = course.starting(metric, happening.at)
    return course if happening.assignee else course.starting(ACCEPT, happening.at)


@singledispatch
def step(happening: Happening, course: Course) -> Course:
    """The course after a happening."""
    return course


@step.register
def _(happening: Assigned, course: Course) -> Course:
    return replace(course.ending(MET, ACCEPT), assignee=happening.person)


@step.register
def _(happening: Pooled, course: Course) -> Course:
    waits = course.measured(ACCEPT) is not None and happening.team == course.team
    course = replace(course, team=happening.team, assignee="")
    if waits or course.state in STOPPED:
        return course
    return course.starting(ACCEPT, happening.at)


@step.register
def _(happening: Answered, course: Course) -> Course:
    course = course.ending(MET, FIRST_RESPONSE, NEXT_RESPONSE, UPDATE)
    course = replace(course, replied=True)
    return course.starting(UPDATE, happening.at) if course.state in UNDER_WAY else course


@step.register
def _(happening: CustomerWrote, course: Course) -> Course:
    burst = course.measured(NEXT_RESPONSE) is not None
    if burst or not course.replied or course.state not in UNDER_WAY:
        return course
    return course.starting(NEXT_RESPONSE, happening.at)


@step.register
def _(happening: CallbackPromised, course: Course) -> Course:
    if course.state in STOPPED:
        return course
    since = max(happening.at, happening.opens_at)
    return replace(course.starting(CALLBACK, since), tries=0)


@step.register
def _(happening: CallbackTried, course: Course) -> Course:
    course = replace(course, tries=course.tries + 1)
    if happening.reached or course.tries >= MOST_TRIES:
        course = course.ending(MET, CALLBACK)
    return step(Answered(happening.at), course) if happening.reached else course


@step.register
def _(happening: Moved, course: Course) -> Course:
    before, after = course.state, happening.state
    if before == after:
        return course
    at = max(happening.at, course.moves[-1][0])
    course = replace(course, moves=(*course.moves, (at, after)))
    if after == CANCELLED:
        return course.ending(CANCELLED, *course.episodes)
    if after in SOLVED:
        return course.ending(MET, *RESOLUTIONS).ending(DROPPED, *course.episodes)
    return _going_on(course, before) if after in UNDER_WAY else course


def _going_on(course: Course, before: str) -> Course:
    """After a reopening the total resolution goes on; after a cancellation all it had ended."""
    again = {
        metric: replace(found, end="")
        for metric, found in course.episodes.items()
        if (before in SOLVED and metric == RESOLUTION and found.end == MET)
        or (before == CANCELLED and found.end == CANCELLED)
    }
    return replace(course, episodes={**course.episodes, **again})
