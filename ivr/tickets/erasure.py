"""A customer asks to be forgotten: who may say yes, what is done in which order, when it is over.

Open, verified, running, done or refused; answered within 30 days. The rows stay, without anything
that says who it was: times, queues, categories, durations and scores keep their figures, and every
report of the past gives the same numbers. Source: tickets.md section 12, security.md 20.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from ivr.domain.errors import IllegalTransitionError, NotAllowedError, NotValidError

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

ANSWERED_WITHIN = timedelta(days=30)
NAME = "Silinmiş müşteri"
"""What stands in place of the name."""


class State(StrEnum):
    """Where a request stands."""

    OPEN = "open"
    VERIFIED = "verified"
    RUNNING = "running"
    DONE = "done"
    REFUSED = "refused"


class Step(StrEnum):
    """What the job does, in this order. Each can be done again after it was cut off halfway.

    `numbers`: senders become pseudonyms, in contacts, consents and pools alike. `free_text`: with
    its folded copies for search. `merges`: digests of rows in the journal of merges. `journal`: the
    events of his calls. `messages`: what waits or is kept to be sent, and what came in. The data
    key goes last of what is ours: without it the sealed values of the audit are noise.
    """

    CONTACT_POINTS = "contact_points"
    IDENTIFIERS = "identifiers"
    NAMES = "names"
    NUMBERS = "numbers"
    FREE_TEXT = "free_text"
    TRANSCRIPTS = "transcripts"
    ATTACHMENTS = "attachments"
    RECORDINGS = "recordings"
    CUSTOM_FIELDS = "custom_fields"
    MERGES = "merges"
    JOURNAL = "journal"
    MESSAGES = "messages"
    DATA_KEY = "data_key"
    ANNOUNCEMENT = "announcement"


@dataclass(frozen=True, slots=True)
class Report:
    """What was done. counts: step -> how many rows or files. receipts: system -> its answer.

    A system that knows the customer stands in receipts with "" until it has answered. held: what a
    legal hold kept, as `table:id`.
    """

    counts: Mapping[str, int] = field(default_factory=dict)
    receipts: Mapping[str, str] = field(default_factory=dict)
    held: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Request:
    """A row of `erasure_request`, as far as the rules need it."""

    requested_by: str
    requested_at: datetime
    due_at: datetime
    state: State = State.OPEN
    approved_by: str = ""
    approved_at: datetime | None = None
    done_at: datetime | None = None
    refused_because: str = ""
    report: Report = Report()


def open_request(by: str, at: datetime) -> Request:
    """A new request. by: who wrote it down."""
    return Request(by, at, at + ANSWERED_WITHIN)


def verify(request: Request) -> Request:
    """Whoever asks was proven to be the customer."""
    _expect(request, State.OPEN)
    return replace(request, state=State.VERIFIED)


def approve(request: Request, by: str, at: datetime, *, held: bool) -> Request:
    """A second person has seen the preview and lets it run. held: whether a legal hold is on it.

    Raises NotAllowedError for the person who made the request, IllegalTransitionError for a request
    that is not verified or whose customer is held.
    """
    _expect(request, State.VERIFIED)
    if by == request.requested_by:
        raise NotAllowedError("nobody approves his own erasure request")
    if held:
        raise IllegalTransitionError("a legal hold stops this erasure; end the hold or refuse")
    return replace(request, state=State.RUNNING, approved_by=by, approved_at=at)


def refuse(request: Request, because: str, at: datetime) -> Request:
    """It is not done, and the customer is told why. What runs can no longer be refused."""
    _expect(request, State.OPEN, State.VERIFIED)
    if not because.strip():
        raise NotValidError("a refusal needs a reason")
    return replace(request, state=State.REFUSED, refused_because=because, done_at=at)


def next_step(request: Request, *, held: bool) -> Step | None:
    """What the job does next; None when it has nothing to do, or a hold has come in between.

    A job that was cut off begins again here: a step counts only once its count is written.
    """
    if request.state is not State.RUNNING or held:
        return None
    return next((step for step in Step if step not in request.report.counts), None)


def step_done(request: Request, step: Step, count: int) -> Request:
    """A step is finished; written in the transaction of its last change."""
    _expect(request, State.RUNNING)
    report = replace(request.report, counts={**request.report.counts, step.value: count})
    return replace(request, report=report)


def receipt(request: Request, system: str, answer: str) -> Request:
    """An outside system is told ("") or has answered that it forgot the customer, too."""
    _expect(request, State.RUNNING)
    answers = {**request.report.receipts}
    answers[system] = answer or answers.get(system, "")
    return replace(request, report=replace(request.report, receipts=answers))


def finish(request: Request, at: datetime) -> Request:
    """Everything is done and every system has answered.

    Raises IllegalTransitionError with what is missing.
    """
    _expect(request, State.RUNNING)
    missing = [step.value for step in Step if step not in request.report.counts]
    silent = [name for name, answer in sorted(request.report.receipts.items()) if not answer]
    if missing:
        raise IllegalTransitionError(f"not done yet: {', '.join(missing)}")
    if silent:
        raise IllegalTransitionError(f"no receipt yet from {', '.join(silent)}")
    return replace(request, state=State.DONE, done_at=at)


def is_late(request: Request, now: datetime) -> bool:
    """Whether it should have been answered by now."""
    return request.state not in (State.DONE, State.REFUSED) and now > request.due_at


def pseudonym(value: str, key: bytes) -> str:
    """What stands in place of a number: 64 hex digits, the same for the same number and key.

    key: at least 16 bytes, the customer's data key: once that is destroyed nobody can try numbers
    until one fits. Raises ValueError for a shorter one. An empty value stays empty.
    """
    if len(key) < 16:
        raise ValueError("a key of at least 16 bytes is needed")
    return hmac.new(key, value.encode(), hashlib.sha256).hexdigest() if value else ""


def cleared(custom: Mapping[str, object], codes: Collection[str] = ()) -> dict[str, object]:
    """The fields of a form without what people wrote in them; numbers, yes and no stay.

    codes: fields with fixed answers, which reports count.
    """
    return {name: _cleared(value, keep=name in codes) for name, value in custom.items()}


def _cleared(value: object, *, keep: bool) -> object:
    if keep or value is None or isinstance(value, bool | int | float):
        return value
    return ""


def _expect(request: Request, *states: State) -> None:
    if request.state not in states:
        raise IllegalTransitionError(f"this erasure request is {request.state}")
