"""How long each kind of data is kept, and what is to be done with it afterwards.

A legal hold stops every way of destroying something. Nothing is destroyed early: a period of years
ends on the day of the calendar, and what other work still needs (a journal not yet counted, a
ticket still open) waits. Sources: tickets.md section 12, security.md section 20.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

LEAST_PROOF_YEARS = 3
"""Records of what was done and destroyed are kept at least so long."""
_JUMP_AHEAD = timedelta(days=31)
_JUMP_BACK = timedelta(minutes=5)


class Data(StrEnum):
    """What is kept."""

    RECORDING = "recording"
    SURVEY_AUDIO = "survey_audio"
    JOURNAL = "journal"
    INTERACTION = "interaction"
    TICKET = "ticket"
    ARTICLE = "article"
    SURVEY_ANSWER = "survey_answer"
    TEXT = "text"
    REJECTED_INTAKE = "rejected_intake"
    OUTBOX = "outbox"
    INBOX = "inbox"
    AUDIT = "audit"
    ERASURE_REPORT = "erasure_report"


class Deed(StrEnum):
    """What happens afterwards. `destroy_file` keeps the row; `pseudonymise` keeps the figures."""

    DESTROY_FILE = "destroy_file"
    DROP = "drop"
    PSEUDONYMISE = "pseudonymise"
    DELETE = "delete"


@dataclass(frozen=True, slots=True)
class Period:
    """A length of time: days, or years of the calendar."""

    days: int = 0
    years: int = 0

    def end(self, start: datetime) -> datetime:
        """When it is over, in UTC. A 29 February ends on 1 March where there is none."""
        begun = start.astimezone(UTC) + timedelta(days=self.days)
        try:
            return begun.replace(year=begun.year + self.years)
        except ValueError:
            return begun.replace(year=begun.year + self.years, month=3, day=1)


_DEFAULT: Mapping[Data, tuple[Period, Deed]] = {
    Data.RECORDING: (Period(days=180), Deed.DESTROY_FILE),
    Data.SURVEY_AUDIO: (Period(days=90), Deed.DESTROY_FILE),
    Data.JOURNAL: (Period(days=400), Deed.DROP),
    Data.INTERACTION: (Period(years=5), Deed.PSEUDONYMISE),
    Data.TICKET: (Period(years=5), Deed.PSEUDONYMISE),
    Data.ARTICLE: (Period(years=5), Deed.PSEUDONYMISE),
    Data.SURVEY_ANSWER: (Period(years=5), Deed.PSEUDONYMISE),
    Data.TEXT: (Period(days=400), Deed.DELETE),
    Data.REJECTED_INTAKE: (Period(days=30), Deed.DELETE),
    Data.OUTBOX: (Period(days=30), Deed.DELETE),
    Data.INBOX: (Period(days=30), Deed.DELETE),
    Data.AUDIT: (Period(years=5), Deed.DELETE),
    Data.ERASURE_REPORT: (Period(years=5), Deed.DELETE),
}
_PROOF = (Data.AUDIT, Data.ERASURE_REPORT)


@dataclass(frozen=True, slots=True)
class Exemption:
    """Another period of a tenant; "" = any queue, any outcome."""

    data: Data
    period: Period
    queue: str = ""
    outcome: str = ""


@dataclass(frozen=True, slots=True)
class Retention:
    """The periods of a tenant. Raises ValueError if records of proof would go too early."""

    exceptions: tuple[Exemption, ...] = ()

    def __post_init__(self) -> None:
        """Checks what the law wants kept."""
        start = datetime(2001, 1, 1, tzinfo=UTC)
        least = Period(years=LEAST_PROOF_YEARS).end(start)
        for each in self.exceptions:
            if each.period.days < 0 or each.period.years < 0 or each.period == Period():
                raise ValueError(f"{each.data} needs a period of at least one day")
            if each.data in _PROOF and each.period.end(start) < least:
                raise ValueError(f"{each.data} is kept at least {LEAST_PROOF_YEARS} years")

    def period(self, data: Data, queue: str = "", outcome: str = "") -> Period:
        """How long this is kept. An outcome says more than a queue, both together most."""
        fits = [
            each
            for each in self.exceptions
            if each.data is data and each.queue in ("", queue) and each.outcome in ("", outcome)
        ]
        best = max(fits, key=lambda each: (bool(each.outcome), bool(each.queue)), default=None)
        return best.period if best else _DEFAULT[data][0]


@dataclass(frozen=True, slots=True)
class Kept:
    """One thing that is kept. since: when it was made; of a contact or ticket, when it ended.

    ready: nothing else needs it: the journal was counted, the ticket is closed, the message is
    finished. customers: the roots of all whom it concerns.
    """

    data: Data
    id: int
    since: datetime
    ready: bool = True
    customers: tuple[int, ...] = ()
    queue: str = ""
    outcome: str = ""


@dataclass(frozen=True, slots=True)
class Hold:
    """An order to keep everything about a customer, or, with None, everything there is."""

    customer: int | None = None
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Doing:
    """What is to be done with one thing."""

    deed: Deed
    kept: Kept


@dataclass(frozen=True, slots=True)
class Plan:
    """What is due. held: what would be, but for a legal hold; it is listed, not touched."""

    due: tuple[Doing, ...] = ()
    held: tuple[Kept, ...] = ()

    def counts(self) -> dict[str, int]:
        """How many of each kind, for the record of destruction: `recording destroy_file` -> 12."""
        return dict(Counter(f"{each.kept.data} {each.deed}" for each in self.due))


_STANDARD = Retention()


def keep_until(kept: Kept, retention: Retention = _STANDARD) -> datetime:
    """When a thing's time is over, in UTC: the `purge_after` of a recording."""
    return retention.period(kept.data, kept.queue, kept.outcome).end(kept.since)


def plan_destruction(
    things: Iterable[Kept], holds: Sequence[Hold], now: datetime, retention: Retention = _STANDARD
) -> Plan:
    """What is due now, in the order in which it fell due; done twice it does nothing more."""
    over = [(keep_until(each, retention), each) for each in things if each.ready]
    over = [(until, each) for until, each in over if until <= now]
    over.sort(key=lambda pair: (pair[0], pair[1].data, pair[1].id))
    held = tuple(each for _, each in over if is_held(each.customers, holds, now))
    free = [each for _, each in over if each not in held]
    return Plan(tuple(Doing(_DEFAULT[each.data][1], each) for each in free), held)


def is_held(customers: Iterable[int], holds: Iterable[Hold], now: datetime) -> bool:
    """Whether a legal hold forbids to destroy anything of these customers."""
    whom = frozenset(customers)
    live = (hold for hold in holds if hold.ended_at is None or hold.ended_at > now)
    return any(hold.customer is None or hold.customer in whom for hold in live)


def must_ask(last_seen_at: datetime | None, now: datetime) -> bool:
    """Whether the clock may have jumped, so that a person confirms before anything is destroyed.

    last_seen_at: the latest time the job knows of, its last run or the newest row; None: the first
    run of all.
    """
    if last_seen_at is None:
        return False
    return now - last_seen_at > _JUMP_AHEAD or last_seen_at - now > _JUMP_BACK
