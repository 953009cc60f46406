"""Sends reports by mail at set times; whatever stops us, each goes out once for each address.

A sending is remembered before anything is made of it, and taken up under a lease. A server that
dies between handing a mail over and writing that down hands it over again, with the same
Message-ID; at any other moment nothing is sent twice or lost.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from ivr.domain.errors import PortError, RequestError
from ivr.reports.choosing import NoSuchRowsError, rows_of
from ivr.reports.goals import judged
from ivr.reports.kinds import REPORTS
from ivr.reports.mailing import last_due
from ivr.reports.model import AGENT, Question
from ivr.reports.periods import TooManyError
from ivr.reports.tabulating import tabulate
from ivr.reports.worded import subject_of, text_of
from ivr.reports.written import csv_text
from ivr.runtime.ports.mail import MailFile, MailOut
from ivr.runtime.ports.reports import DEAD, PENDING, SENT
from ivr.runtime.tasks import every, look_again

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import tzinfo

    from ivr.reports.goals import Goal
    from ivr.reports.mailing import Mailed
    from ivr.reports.model import Table
    from ivr.runtime.ports import Clock
    from ivr.runtime.ports.mail import Mailer
    from ivr.runtime.ports.reports import ReportMail, ReportMails, Reports

_LOG = logging.getLogger(__name__)
LOOK = timedelta(seconds=20)
LEASE = timedelta(minutes=5)
"""Longer than making a report and every time-out of a mail server together."""
AGAIN = (1, 5, 15, 60, 180, 360, 720)
"""Minutes after which a failed mail is tried again; after the last it is given up."""


@dataclass(frozen=True, slots=True)
class Office:
    """What it stands on. mailed, goals: of the configuration in force; zone: of the house."""

    reports: Reports
    mails: ReportMails
    mailer: Mailer
    clock: Clock
    mailed: Callable[[], Sequence[Mailed]]
    goals: Callable[[], Sequence[Goal]]
    zone: Callable[[], tzinfo]


class ReportPost:
    """Plans sendings when their time comes, and carries them out."""

    def __init__(self, office: Office) -> None:
        self._it = office

    async def run(self) -> None:
        """For ever. A store that fails is asked again at the next look."""
        await look_again(self.look, every(self._it.clock, LOOK), "reports_not_mailed")

    async def look(self) -> None:
        """Plan what is due, and send what is planned."""
        it, now = self._it, self._it.clock.now()
        known = {each.name: each for each in it.mailed()}
        for mailed in known.values():
            due = last_due(mailed, now, it.zone())
            if due is not None:
                await it.mails.plan(mailed.name, due, mailed.to)
        for mail in await it.mails.take(now, now + LEASE):
            await self._send(mail, known.get(mail.name))

    async def _send(self, mail: ReportMail, mailed: Mailed | None) -> None:
        if mailed is None or mail.to not in mailed.to:
            why = "it is not in the configuration any more"
            await self._it.mails.settle(mail, DEAD, reason=why)
            return
        try:
            await self._it.mailer.send(await self._written(mail, mailed))
        except PortError as error:
            await self._failed(mail, str(error), final=not error.retryable)
        except (RequestError, NoSuchRowsError, TooManyError) as error:
            await self._failed(mail, str(error), final=True)
        except Exception as error:
            _LOG.exception("report_not_made", extra={"facts": {"report": mail.name}})
            await self._failed(mail, type(error).__name__, final=False)
        else:
            await self._it.mails.settle(mail, SENT)

    async def _failed(self, mail: ReportMail, why: str, *, final: bool) -> None:
        given_up = final or mail.attempts >= len(AGAIN)
        facts = {"report": mail.name, "due": mail.due_at.isoformat(), "why": why}
        _LOG.warning("report_given_up" if given_up else "report_waits", extra={"facts": facts})
        if given_up:
            await self._it.mails.settle(mail, DEAD, reason=why)
            return
        again_at = self._it.clock.now() + timedelta(minutes=AGAIN[mail.attempts])
        await self._it.mails.settle(mail, PENDING, again_at=again_at, reason=why)

    async def _written(self, mail: ReportMail, mailed: Mailed) -> MailOut:
        table = await self._table(mail, mailed)
        zone, language = self._it.zone(), mailed.language
        return MailOut(
            account=mailed.account,
            key=f"report-{mail.id}",
            to=mail.to,
            subject=subject_of(table, mail.since, mail.until, zone, language),
            text=text_of(table, language),
            automatic=True,
            files=(MailFile(f"{mailed.report}.csv", "application/csv", csv_text(table).encode()),),
        )

    async def _table(self, mail: ReportMail, mailed: Mailed) -> Table:
        report = REPORTS[mailed.report]
        question = Question(
            mail.since,
            mail.until,
            self._it.clock.now(),
            rows_of(report, mailed.by, (AGENT,)),
            queues=(mailed.queue,) if mailed.queue else (),
            categories=(mailed.category,) if mailed.category else (),
        )
        facts = await self._it.reports.facts(report.id, question)
        zone = self._it.zone()
        table = await asyncio.to_thread(tabulate, report, question, facts, zone)
        return judged(table, question, self._it.goals(), zone)
