"""Surveys by text in the running server: who is due is written to, who answers is heard.

Everything that is to be done is found in the database at each look, so a server that was killed
goes on where it stopped, and nobody is asked twice.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, TypeVar

from ivr.domain.errors import PortError
from ivr.runtime.ports.asking.texts import first_text_of
from ivr.runtime.ports.compliance import SMS
from ivr.runtime.surveys import deciding
from ivr.runtime.surveys.aside import Aside
from ivr.runtime.surveys.awake import awake_outside
from ivr.runtime.surveys.book import SurveyBook
from ivr.runtime.surveys.deciding import Asked
from ivr.runtime.tasks import Bell, look_again
from ivr.surveys.model import YESNO
from ivr.tickets.consent import SURVEY, YES, Verdict, Wish, awake_from

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence
    from datetime import datetime, tzinfo

    from ivr.runtime.ports import Clock
    from ivr.runtime.ports.asking.texts import Change, Invited, SurveyTexts
    from ivr.runtime.ports.compliance import Consents
    from ivr.runtime.ports.texts import TextRow
    from ivr.surveys.model import Plan

LOOK = timedelta(seconds=1)
"""What is due by the clock waits so long at most; for everything else the bell is rung."""
REPORTS = timedelta(minutes=1)
"""How often all that were sent are looked through for reports that nobody told us of."""
MOST = 200
_LOG = logging.getLogger(__name__)
_T = TypeVar("_T")


def _nobody() -> None:
    """Nobody has to know."""


@dataclass(frozen=True, slots=True)
class Desk:
    """What surveys by text stand on. zone: of who has a number. nudge: texts may be due now. over:
    answers may be complete now."""

    rows: SurveyTexts
    consents: Consents
    clock: Clock
    zone: Callable[[str], tzinfo]
    nudge: Callable[[], None]
    over: Callable[[], None] = _nobody


class SurveyTexting:
    """Writes to who is due; implements `TextTaker` for what they answer."""

    name = "survey"

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._book = SurveyBook()
        self._aside = Aside()
        self._reports: set[str] = set()
        self._look_through_at = desk.clock.now()
        self.bell = Bell()

    async def run(self) -> None:
        """For ever. A store that fails is asked again at the next look."""
        pause = self.bell.every(self._desk.clock, LOOK)
        await look_again(self.look, pause, "surveys_wait_for_store")

    def told(self, text: TextRow) -> None:
        """A text has come further. What became of the first one of a survey is looked at now."""
        invitation = first_text_of(text.origin_key)
        if invitation:
            self._reports.add(invitation)
            self.bell.ring()

    async def look(self) -> bool:
        """Do what is due now; whether there may be more of it."""
        rows, now = self._desk.rows, self._desk.clock.now()
        most = MOST + len(self._aside)
        jobs: tuple[tuple[Sequence[str], Callable[[str], Awaitable[None]]], ...] = (
            (await rows.missed(most), self._missed),
            (await self._reports_now(now, most), self._reported),
            (await rows.due(now, most), self._due),
            (await rows.waiting(now, most), self._waited),
        )
        is_more = False
        for found, job in jobs:
            open_ = self._aside.others(found, now)
            for each in open_:
                await self._surely(each, job)
            is_more = is_more or len(open_) >= MOST
        return is_more

    async def _reports_now(self, now: datetime, most: int) -> Sequence[str]:
        """Those whose first text was reported on. All that wait for a report are looked through
        now and then only: there may be many, and mostly we are told."""
        told, self._reports = list(self._reports), set()
        if now < self._look_through_at:
            return told
        found = await self._desk.rows.reported(most)
        if len(found) < most:
            self._look_through_at = now + REPORTS
        return [*told, *(each for each in found if each not in told)]

    async def _surely(self, invitation: str, job: Callable[[str], Awaitable[None]]) -> None:
        """One that cannot be worked on must not hold up the others. Raises PortError while the
        database is away."""
        try:
            await job(invitation)
        except Exception as error:
            if isinstance(error, PortError) and error.retryable:
                raise
            self._set_aside(invitation, error)

    def _set_aside(self, invitation: str, error: Exception) -> None:
        self._aside.put(invitation, self._desk.clock.now())
        facts = {"invitation": invitation, "why": f"{type(error).__name__}: {error}"}
        _LOG.error("survey_not_worked_on", extra={"facts": facts})

    async def _missed(self, invitation: str) -> None:
        now = self._desk.clock.now()
        await self._change(
            invitation, lambda it: deciding.after_missed(it, self._book.of(it)[1], now)
        )

    async def _reported(self, invitation: str) -> None:
        await self._change(invitation, deciding.when_reported)

    async def _due(self, invitation: str) -> None:
        found = await self._desk.rows.get(invitation)
        if found is None:
            return
        asked = self._asked(found)
        verdict = await self._verdict(found, asked.now)
        awake_at = self._awake_at(asked.plan, found.value, asked.now)

        def decide(it: Invited) -> Change | None:
            return deciding.when_due(self._asked(it, asked.now), verdict, awake_at)

        await self._change(invitation, decide)
        self._desk.nudge()

    async def _waited(self, invitation: str) -> None:
        now = self._desk.clock.now()

        def decide(it: Invited) -> Change | None:
            asked = self._asked(it, now)
            zone = self._desk.zone(it.value)
            usual = awake_from(SURVEY, now, zone)
            return deciding.when_waited(
                asked, max(usual, self._awake_at(asked.plan, it.value, now))
            )

        await self._change(invitation, decide)
        self._desk.nudge()
        self._desk.over()

    async def answers_yes_no(self, text: TextRow) -> bool:
        """Whether a bare "no" answers a question that is open."""
        for each in await self._desk.rows.open_at(text.from_, text.tenant):
            if await self._unless_broken(each, self._waits_for_yes_no(each), otherwise=False):
                return True
        return False

    async def opted_out(self, text: TextRow) -> str:
        """End what is scheduled or open; the words of the survey that was open."""
        return await self.refused(text.from_, text.tenant)

    async def refused(self, number: str, tenant: int = 1) -> str:
        """Somebody wants to be asked no more, however he said it: see `opted_out`."""
        words = ""
        for each in await self._desk.rows.unfinished(number, tenant):
            said = await self._unless_broken(each, self._refused(each), otherwise="")
            words = words or said
        self._desk.over()
        return words

    async def take(self, text: TextRow) -> bool:
        """Whether the text answers a survey; then it was written down and answered."""
        ids = await self._desk.rows.open_at(text.from_, text.tenant)
        for each in ids:
            found = await self._desk.rows.get(each)
            if found is not None and deciding.heard_before(found, text.id):
                return True
        for each in ids:
            if await self._unless_broken(each, self._answered(each, text), otherwise=False):
                self._desk.nudge()
                self._desk.over()
                return True
        return False

    async def _unless_broken(self, invitation: str, work: Awaitable[_T], *, otherwise: _T) -> _T:
        """A survey that cannot be read keeps nobody's text from whom else it may be for."""
        try:
            return await work
        except PortError:
            raise
        except Exception as error:
            self._set_aside(invitation, error)
            return otherwise

    async def _waits_for_yes_no(self, invitation: str) -> bool:
        found = await self._desk.rows.get(invitation)
        return found is not None and deciding.pending(self._asked(found)) == YESNO

    async def _refused(self, invitation: str) -> str:
        found = await self._change(invitation, deciding.when_refused)
        talked = found is not None and found.talk is not None
        return self._asked(found).script.opted_out if found and talked else ""

    async def _answered(self, invitation: str, text: TextRow) -> bool:
        now, taken = self._desk.clock.now(), False

        def decide(it: Invited) -> Change | None:
            nonlocal taken
            change = deciding.when_answered(self._asked(it, now), text)
            taken = change is not None
            return change

        await self._change(invitation, decide)
        return taken

    async def _verdict(self, found: Invited, now: datetime) -> Verdict:
        if not found.value:
            return YES
        wish = Wish(found.value, SMS, SURVEY, now, self._desk.zone(found.value))
        return await self._desk.consents.may_contact(wish, found.tenant)

    async def _change(
        self, invitation: str, decide: Callable[[Invited], Change | None]
    ) -> Invited | None:
        return await self._desk.rows.change(invitation, decide, self._desk.clock.now())

    def _asked(self, found: Invited, now: datetime | None = None) -> Asked:
        at = now or self._desk.clock.now()
        survey, plan = self._book.of(found)
        return Asked(found, survey, plan, self._book.script(found, at), at)

    def _awake_at(self, plan: Plan, value: str, now: datetime) -> datetime:
        """The first minute from now on that is outside the plan's own quiet hours."""
        return awake_outside(plan.quiet, self._desk.zone(value), now)
