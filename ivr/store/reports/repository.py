"""The port `Reports` on a database: which question each report asks, on a reading connection."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, TypeAlias

from sqlalchemy import Connection

from ivr.domain.errors import NotFoundError
from ivr.reports.model import Fact, Question
from ivr.store.reports import (
    agent_scores,
    clocks,
    contacts,
    handling,
    limits,
    products,
    promises,
    scorecard,
    solutions,
    spans,
    stays,
    surveys,
    tickets,
    transfers,
    waits,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from ivr.domain.calendar import Calendar
    from ivr.runtime.ports.reports import QueueLimits
    from ivr.store.database import Database

Counts: TypeAlias = Callable[[Connection, Question, int], Sequence[Fact]]
_COUNTS: Mapping[str, Counts] = {
    "R1": waits.outcomes,
    "R2": waits.outcomes,
    "R3": waits.lengths,
    "R4": handling.handled,
    "R5": spans.spent,
    "R6": contacts.volume,
    "R7": contacts.solved,
    "R8": contacts.contained,
    "R9": contacts.repeated,
    "R10": transfers.given_on,
    "R11": clocks.attainment,
    "R13": tickets.backlog,
    "R14": tickets.closed,
    "R15": clocks.escalations,
    "R16": tickets.complaints,
    "R17": surveys.opinions,
    "R18": surveys.opinions,
    "R19": solutions.scored,
    "R21": agent_scores.compared,
    "R22": surveys.integrity,
    "R23": scorecard.of_agents,
    "R24": products.quality,
    "R25": products.efficiency,
    "R26": promises.promised,
}
_STAYS = "R12"


def _no_hours() -> None:
    return None


class SqlReports:
    """Reports on a database. hours: the calendar of business time, None = there is none."""

    def __init__(
        self, database: Database, hours: Callable[[], Calendar | None] = _no_hours
    ) -> None:
        self._database = database
        self._hours = hours

    async def facts(self, report: str, question: Question, *, tenant: int = 1) -> Sequence[Fact]:
        """What the report of this id counts."""
        if report == _STAYS:
            counts: Counts = partial(stays.left, calendar=self._hours())
        elif report in _COUNTS:
            counts = _COUNTS[report]
        else:
            raise NotFoundError("there is no such report")
        return await self._database.read(lambda reader: counts(reader, question, tenant))

    async def keep_limits(
        self, limits_now: Iterable[QueueLimits], at: datetime, *, tenant: int = 1
    ) -> int:
        """Remember the limits of queues from now on; returns how many were new or changed."""
        job = partial(limits.keep, tuple(limits_now), at, tenant)
        return await self._database.change(job)
