"""The seam of reports: what was counted, for `ivr/reports` to make figures of; limits of queues."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from ivr.reports.model import Fact, Question


@dataclass(frozen=True, slots=True)
class QueueLimits:
    """What a queue is measured by: T and S in milliseconds, its formula, percent aimed at."""

    queue: str
    level_ms: int = 20_000
    short_ms: int = 5_000
    target: int = 80
    variant: str = "F3"


class Reports(Protocol):
    """Facts of reports, read as of one moment."""

    async def facts(self, report: str, question: Question, *, tenant: int = 1) -> Sequence[Fact]:
        """What the report of this id counts. Raises NotFoundError for another id."""

    async def keep_limits(
        self, limits_now: Iterable[QueueLimits], at: datetime, *, tenant: int = 1
    ) -> int:
        """Remember the limits of queues from now on; returns how many were new or changed."""
