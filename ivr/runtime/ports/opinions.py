"""The seam of what surveys found: which there are, who was asked, who answered what, alarms.

Rows of anonymous plans are never given one by one: they are told in groups, by reports.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date, datetime

    from ivr.reports.model import Within

MOST = 200


@dataclass(frozen=True, slots=True)
class PlanRow:
    """A plan in force. definition: as its file says it."""

    id: str
    name: str
    position: int
    definition: Mapping[str, Any]
    active: bool
    anonymous: bool
    valid_from: datetime


@dataclass(frozen=True, slots=True)
class WordingRow:
    """A wording as it was published. hash: 64 hex digits."""

    hash: str
    published_at: datetime
    continues: str


@dataclass(frozen=True, slots=True)
class SurveyRow:
    """A survey: its newest wording, and the plans in force. wordings: all, the newest first."""

    code: str
    definition: Mapping[str, Any]
    wordings: Sequence[WordingRow]
    plans: Sequence[PlanRow]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which rows. () and "" ask for nothing; category with those below. within: None = all.

    since, until: when somebody was asked; answered: when he answered, which may be days later.
    cursor: where the page begins, "" = at the newest. limit: 1 to MOST.
    """

    since: datetime
    until: datetime
    surveys: Sequence[str] = ()
    plans: Sequence[str] = ()
    states: Sequence[str] = ()
    reasons: Sequence[str] = ()
    queues: Sequence[str] = ()
    agents: Sequence[str] = ()
    categories: Sequence[str] = ()
    media: Sequence[str] = ()
    within: Within | None = None
    kinds: Sequence[str] = ()
    answered: bool = False
    comments: bool = False
    lowest: bool = False
    cursor: str = ""
    limit: int = 50


@dataclass(frozen=True, slots=True)
class InvitationRow:
    """Somebody who was asked, or why not. contact: public id of the call, "" = none."""

    id: str
    survey: str
    plan: str
    wording: str
    state: str
    reason: str
    medium: str
    language: str
    queue: str
    category: str
    agent: str
    contact: str
    customer: str
    rate: float
    created_at: datetime
    sent_at: datetime | None
    reached_at: datetime | None
    started_at: datetime | None
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class SpokenRow:
    """The recording of an answer. state: as of recordings; seconds: how long it is; words: what was
    said, where that is known; partial: something of it was lost."""

    id: str
    state: str
    at: datetime
    seconds: float
    words: str
    partial: bool


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """One answer. text: "" where there is none; spoken: what was said instead."""

    question: str
    score_kind: str
    value: int | None
    text: str
    latency_ms: int | None
    tries: int
    spoken: SpokenRow | None = None


@dataclass(frozen=True, slots=True)
class ResponseRow:
    """What one caller answered. score: of the key question."""

    id: str
    survey: str
    plan: str
    wording: str
    medium: str
    language: str
    completion: str
    score: int | None
    score_kind: str
    queue: str
    category: str
    agent: str
    contact: str
    customer: str
    rate: float
    started_at: datetime
    finished_at: datetime | None
    answers: Sequence[AnswerRow] = field(default_factory=tuple)


@dataclass(frozen=True, slots=True)
class AlarmRow:
    """An alarm. plan: survey/plan. dims: "" = all, else dimension=value. window: first day of the
    period. level, level_n: of the season. ticket: number of its ticket, "" = none."""

    id: str
    plan: str
    metric: str
    dims: str
    unit: str
    rule: str
    window: date
    value: float
    n: int
    p: float
    level: float
    level_n: int
    ticket: str
    raised_at: datetime
    closed_at: datetime | None


@dataclass(frozen=True, slots=True)
class InvitationPage:
    """next: cursor of the next page, "" = this was all."""

    rows: Sequence[InvitationRow]
    next: str = ""


@dataclass(frozen=True, slots=True)
class ResponsePage:
    """next: cursor of the next page, "" = this was all."""

    rows: Sequence[ResponseRow]
    next: str = ""


class Opinions(Protocol):
    """What surveys found: read, and cut off from people where that was promised."""

    async def surveys(self, *, tenant: int = 1) -> Sequence[SurveyRow]:
        """Every survey that was ever published, by its code."""

    async def invitations(self, wanted: Wanted, *, tenant: int = 1) -> InvitationPage:
        """Invitations, the newest first."""

    async def responses(self, wanted: Wanted, *, tenant: int = 1) -> ResponsePage:
        """Answers of callers, the newest first; lowest: the lowest score first, without cursor."""

    async def alarms(
        self, *, survey: str = "", only_open: bool = False, tenant: int = 1
    ) -> Sequence[AlarmRow]:
        """Alarms, the newest first, MOST at most."""

    async def unlink(self, before: datetime, new_id: Callable[[], str], *, tenant: int = 1) -> int:
        """Take out of anonymous answers what leads to a person, of invitations made before; how
        many, MOST at most."""
