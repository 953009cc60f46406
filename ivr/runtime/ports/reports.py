"""The seam of reports: what was counted, for `ivr/reports` to make figures of; limits of queues."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from ivr.reports.mailing import Due
    from ivr.reports.model import Fact, Question


@dataclass(frozen=True, slots=True)
class QueueLimits:
    """What a queue is measured by: T and S in milliseconds, its formula, percent aimed at.

    count_*: what its formula F8 counts beside the answered.
    """

    queue: str
    level_ms: int = 20_000
    short_ms: int = 5_000
    target: int = 80
    variant: str = "F3"
    count_abandoned: bool = True
    count_short: bool = False
    count_overflowed: bool = True


class Reports(Protocol):
    """Facts of reports, read as of one moment."""

    async def facts(self, report: str, question: Question, *, tenant: int = 1) -> Sequence[Fact]:
        """What the report of this id counts. Raises NotFoundError for another id."""

    async def keep_limits(
        self, limits_now: Iterable[QueueLimits], at: datetime, *, tenant: int = 1
    ) -> int:
        """Remember the limits of queues from now on; returns how many were new or changed."""


@dataclass(frozen=True, slots=True)
class ReportMail:
    """A report on its way to one address. name: in the configuration. attempts: tries before."""

    id: str
    name: str
    to: str
    due_at: datetime
    since: datetime
    until: datetime
    attempts: int


PENDING, SENT, DEAD = "pending", "sent", "dead"


class ReportMails(Protocol):
    """Mails with reports: planned once, taken up by one process at a time."""

    async def plan(self, name: str, due: Due, to: Sequence[str], *, tenant: int = 1) -> int:
        """Remember a sending to each address; one that is remembered stays as it is. Returns how
        many were new."""

    async def take(
        self, now: datetime, until: datetime, limit: int = 20, *, tenant: int = 1
    ) -> Sequence[ReportMail]:
        """Pending ones whose time has come. Until then nobody else gets them; afterwards, if they
        are not settled, whoever asks."""

    async def settle(
        self, mail: ReportMail, state: str, *, again_at: datetime | None = None, reason: str = ""
    ) -> None:
        """What became of a try: `sent`, `dead`, or `pending` with the time of the next one."""


@dataclass(frozen=True, slots=True)
class SavedReport:
    """A question that somebody keeps. query: as in the address of the page, `report=R2&by=queue`.
    shared: whether others see it; what they may see of the report is decided when they ask."""

    id: str
    owner: str
    name: str
    query: str
    shared: bool
    saved_at: datetime


class SavedReports(Protocol):
    """Questions to reports that people keep."""

    async def seen_by(self, who: str, *, tenant: int = 1) -> Sequence[SavedReport]:
        """His own and those that are shared, by name."""

    async def save(self, new: SavedReport, most: int, *, tenant: int = 1) -> SavedReport:
        """Keep it, in the place of his earlier one of this name. Raises NotValidError where he
        keeps so many already."""

    async def remove(self, key: str, who: str, *, tenant: int = 1) -> bool:
        """Only his own; False if there is none."""
