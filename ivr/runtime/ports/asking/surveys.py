"""The seam of surveys: what was published, who was chosen, what was answered on the line.

What a call changes is written in the transaction of its step: `Entry.surveys` carries it. Reading
and publishing stand in the port. By text message: `survey_texts`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from ivr.domain.call import CallId
    from ivr.domain.values import Value
    from ivr.surveys.model import Plan, Survey
    from ivr.surveys.quotas import FilledOf
    from ivr.surveys.sampling import Quota


@dataclass(frozen=True, slots=True)
class Chosen:
    """What was decided for this call under one plan, by the lowest position first.

    id: of the invitation, a ULID. version: 64 hex digits. state: armed or suppressed. cell: the
    values by which the plan has quotas; with quota, an armed one that finds no place left in its
    transaction is written as suppressed (quota_full).
    """

    id: str
    survey: str
    plan: str
    version: str
    state: str
    reason: str
    rate: float
    queue: str = ""
    language: str = ""
    cell: Mapping[str, str] = field(default_factory=dict)
    quota: Quota | None = None


@dataclass(frozen=True, slots=True)
class Moved:
    """The invitation of this call and survey goes on, if the state table lets it. agent: of
    record, "" = as before."""

    survey: str
    state: str
    reason: str = ""
    agent: str = ""


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer. response: id of the answers of this call, used if it is the first one.

    spoken: turn of the message that it is, None = it was not spoken.
    """

    survey: str
    response: str
    version: str
    question: str
    number: int | None = None
    text: str | None = None
    raw: str = ""
    latency_ms: int = 0
    tries: int = 1
    score_kind: str = ""
    is_key: bool = False
    spoken: int | None = None


@dataclass(frozen=True, slots=True)
class Gone:
    """The call is over: whoever was chosen and not asked was missed, answers stay partial.

    reason: why he was not asked; agent: of record.
    """

    reason: str
    agent: str = ""


@dataclass(frozen=True, slots=True)
class ByText:
    """The call is over, and whoever was chosen by a plan for texts alone is written to at due_at.

    value: his number in its normal form. agent: of record.
    """

    survey: str
    value: str
    due_at: datetime
    expires_at: datetime
    agent: str = ""


@dataclass(frozen=True, slots=True)
class Called:
    """The call in which this invitation (public id) of a wave is to be offered has begun."""

    invitation: str


SurveyWrite: TypeAlias = Chosen | Called | Moved | Answered | ByText | Gone


@dataclass(frozen=True, slots=True)
class Invitation:
    """An invitation of a call as it stands."""

    id: str
    survey: str
    plan: str
    version: str
    state: str
    reason: str
    rate: float
    queue: str = ""
    agent: str = ""
    medium: str = ""


@dataclass(frozen=True, slots=True)
class Past:
    """What surveys know of a number. invited: when it was asked before; open: an invitation waits
    for an answer, or to be sent; refused: somebody there wanted to be asked never again."""

    invited: tuple[datetime, ...] = ()
    open: bool = False
    refused: bool = False


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """An answer as stored. completion: of all answers of this call: started, partial, completed.

    recording: what was said instead, "" = nothing.
    """

    survey: str
    question: str
    number: int | None
    text: str | None
    raw: str
    latency_ms: int
    tries: int
    completion: str
    score: int | None
    score_kind: str = ""
    recording: str = ""


class Surveys(Protocol):
    """Reading and publishing. Errors: StoreError."""

    async def publish(
        self, surveys: Sequence[Survey], at: datetime, new_id: Callable[[], str]
    ) -> None:
        """Keep every version, and the plans as they are from now on; what did not change stays."""

    async def of_call(self, call: CallId) -> Sequence[Invitation]:
        """What was decided for a call, one row for each plan; nothing if it was not yet."""

    async def customer(self, call: CallId) -> Mapping[str, Value]:
        """What conditions may read of the customer whose call it is known to be: segment, kind,
        language, region, vip_rank; nothing of a stranger."""

    async def halted(self) -> frozenset[tuple[str, str]]:
        """(survey, plan) of those in force for which nobody new is asked."""

    async def halt(self, survey: str, plan: str, *, halted: bool) -> None:
        """Ask nobody new for a plan in force, or go on; it stays so when the plan is edited.
        Raises NotFoundError."""

    async def filled(self, plans: Sequence[tuple[Survey, Plan]]) -> FilledOf:
        """How full the quotas of these plans are, after contacts: whoever holds a place counts as
        offered. Those without a quota are left out."""

    async def past(self, numbers: Sequence[str], since: datetime, now: datetime) -> Past:
        """What is known of a caller's number since a moment. numbers: the forms it is kept in, as
        the call showed it and as numbers are compared."""

    async def answers(self, call: CallId) -> Sequence[KeptAnswer]:
        """The answers given in a call, in the order asked."""

    async def refused(self, since: datetime) -> Sequence[tuple[CallId, str]]:
        """The calls since a moment whose callers wanted to be asked never again, with the number
        that each showed."""
