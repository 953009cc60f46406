"""Calls that ask a planned survey: how one ended, and whether and when there is another.

Three calls at most, four hours apart; then the next medium of the plan. Of all calls that somebody
answers, at most 3 % a day may go unserved for two seconds. Source: surveys.md section 5.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from ivr.domain.call import Cause, EndedBy
from ivr.domain.phone import takes_texts
from ivr.surveys.model import SMS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ivr.surveys.model import Plan

MOST = 3
APART = timedelta(hours=4)
SERVED_WITHIN = timedelta(seconds=2)
ABANDONED_PERCENT = 3


class Result(StrEnum):
    """How a call ended. SILENT: something picked up and pressed nothing, as a machine does."""

    ANSWERED = "answered"
    SILENT = "silent"
    MACHINE = "machine"
    BUSY = "busy"
    NO_ANSWER = "no_answer"
    FAILED = "failed"
    WITHDRAWN = "withdrawn"
    SYSTEM = "system"


_BY_CAUSE = {
    Cause.BUSY: Result.BUSY,
    Cause.NO_ANSWER: Result.NO_ANSWER,
    Cause.CANCELLED: Result.WITHDRAWN,
    Cause.MACHINE: Result.MACHINE,
    Cause.SYSTEM_LOST: Result.SYSTEM,
}


@dataclass(frozen=True, slots=True)
class Try:
    """A call to somebody. call: its public id. ended_at: None = it is under way."""

    call: str
    placed_at: datetime
    ended_at: datetime | None = None
    result: str = ""


@dataclass(frozen=True, slots=True)
class Over:
    """What became of a call. answered: something picked up; abandoned: a person who then heard
    nothing in time."""

    call: str
    result: Result
    answered: bool = False
    abandoned: bool = False


@dataclass(frozen=True, slots=True)
class Course:
    """How a call went. answered_at, served_at: None = it never was. by: who ended it."""

    answered_at: datetime | None = None
    served_at: datetime | None = None
    ended_at: datetime | None = None
    cause: Cause = Cause.NORMAL
    by: EndedBy = EndedBy.CALLER


def over(call: str, course: Course) -> Over:
    """What became of a call that has ended."""
    if course.answered_at is None:
        return Over(call, _BY_CAUSE.get(course.cause, Result.FAILED))
    if course.cause is Cause.MACHINE:
        return Over(call, Result.MACHINE, answered=True)
    is_lost = course.cause is Cause.SYSTEM_LOST
    result = Result.SYSTEM if is_lost else Result.ANSWERED
    return Over(call, result, answered=True, abandoned=_is_abandoned(course, course.answered_at))


def _is_abandoned(course: Course, answered_at: datetime) -> bool:
    """Who hangs up at once was not kept waiting; whom we let go was called for nothing."""
    if course.served_at is not None:
        return course.served_at - answered_at > SERVED_WITHIN
    waited = (course.ended_at or answered_at) - answered_at
    return course.by is not EndedBy.CALLER or waited > SERVED_WITHIN


def too_many_abandoned(answered: int, abandoned: int) -> bool:
    """Whether more of today's answered calls were abandoned than may be: no more are begun."""
    return abandoned * 100 > ABANDONED_PERCENT * answered


def next_try(tries: Sequence[Try], now: datetime, ends_at: datetime) -> datetime | None:
    """When somebody who was not reached is called again; None = not any more in this wave."""
    at = now + APART
    return at if len(tries) < MOST and at < ends_at else None


def texts_follow(plan: Plan, value: str) -> bool:
    """Whether the plan goes on by text, to a number that takes texts."""
    return SMS in plan.media and takes_texts(value)
