"""Reports: which there are, and one of a time, as JSON or as text with commas."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from ivr.reports.goals import judged
from ivr.reports.kinds import REPORTS
from ivr.reports.periods import TooManyError
from ivr.reports.tabulating import tabulate
from ivr.reports.telling import own_only
from ivr.reports.written import csv_text
from ivr.web.api.fields import Key  # noqa: TC001 - read at run time
from ivr.web.api.parts import BASE
from ivr.web.api.reports.asking import Reading, ReportAsked, mistake
from ivr.web.api.reports.shapes import ReportOut, TableOut, report_out, row_out, rows_out
from ivr.web.permissions import OWN, Right
from ivr.web.typed import Ask, Items, Reply, Route

if TYPE_CHECKING:
    from aiohttp import web

    from ivr.reports.model import Table
    from ivr.web.api.reports.asking import ReportParts

CSV = "text/csv"


@dataclass(frozen=True, slots=True)
class ReportRoutes:
    """The routes /reports."""

    parts: ReportParts

    def routes(self) -> list[Route]:
        """The operations of this module."""
        many, right = f"{BASE}/reports", Right("report", "r")
        return [
            Route("GET", many, self.reports, right),
            Route("GET", f"{many}/{{report}}", self.report, right, media=(CSV,)),
        ]

    async def reports(self, ask: Ask) -> Items[ReportOut]:
        """The reports that you may ask for; agents: those that have their own figures."""
        reading = Reading(self.parts, ask)
        mine = [each for each in REPORTS.values() if reading.may(each)]
        return Items(items=[report_out(each, persons=reading.persons) for each in mine])

    async def report(self, ask: Ask, report: Key, query: ReportAsked) -> Reply[TableOut]:
        """One report. Agents see their own figures, supervisors those of their teams and queues,
        administrators none of single people."""
        reading = Reading(self.parts, ask)
        wanted = reading.report(report)
        question = reading.question(wanted, query)
        facts = await self.parts.reports.facts(wanted.id, question)
        zone = self.parts.rules().zone
        try:
            table = await asyncio.to_thread(tabulate, wanted, question, facts, zone)
        except TooManyError as error:
            raise mistake("by", str(error)) from None
        if wanted.resource and reading.scope(wanted) == OWN:
            table = own_only(table)
        table = judged(table, question, self.parts.goals(), zone)
        out = TableOut(
            report=report_out(wanted, persons=reading.persons),
            since=question.since,
            until=question.until,
            zone=str(zone),
            made_at=question.now,
            by=question.by,
            rows=rows_out(table),
            total=row_out(table, table.total),
        )
        return Reply(out, dress=partial(_as_csv, table) if query.format == "csv" else None)


def _as_csv(table: Table, response: web.StreamResponse) -> None:
    """The same as text, to be kept as a file."""
    body = csv_text(table).encode()
    response.content_type = CSV
    response.charset = "utf-8"
    response.headers["Content-Disposition"] = f'attachment; filename="{table.report.id}.csv"'
    response.body = body  # type: ignore[attr-defined]
