"""Each night: has a score left its usual level? Then an alarm, and a ticket for whoever owns it."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from ivr.domain.errors import RequestError
from ivr.runtime.ports.opinions import Wanted
from ivr.runtime.ports.tickets import NOTE, SERVER, Act, NewArticle, NewTicket
from ivr.runtime.tasks import look_again
from ivr.surveys.deviation.baseline import season_of
from ivr.surveys.deviation.run import SeriesKey, judge
from ivr.surveys.deviation.watched import WEEK, begin_of, watched
from ivr.surveys.deviation.words import body_of, over, subject_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

    from ivr.runtime.ports import Clock
    from ivr.runtime.ports.alarms import Alarms, KeptAlarm
    from ivr.runtime.ports.opinions import Opinions, ResponseRow
    from ivr.runtime.ports.tickets import Rules, Tickets
    from ivr.surveys.deviation.run import Finding

_LOG = logging.getLogger(__name__)
BY = "server"
HOUR = time(3)
"""When it runs, by the clock of the house: the day before is over everywhere."""
LOWEST = 10


@dataclass(frozen=True, slots=True)
class Watch:
    """What it stands on. team_of: the team of a queue, "" = none."""

    alarms: Alarms
    opinions: Opinions
    tickets: Tickets
    rules: Rules
    clock: Clock
    team_of: Callable[[str], str]
    new_id: Callable[[], str]


class AlarmRun:
    """Watches scores. Run twice, or on two nodes, it finds the same and keeps it once."""

    def __init__(self, watch: Watch) -> None:
        self._it = watch

    async def run(self) -> None:
        """At the start and then each night, for ever; what fails is tried again next night."""
        clock = self._it.clock
        await look_again(self.look, lambda: clock.sleep_until(self._next()), "scores_not_watched")

    async def look(self) -> None:
        """One run over everything that was answered until yesterday."""
        it = self._it
        zone = it.rules().zone
        today = it.clock.now().astimezone(zone).date()
        seen = await it.alarms.observations(begin_of(today), zone)
        found = watched(seen, today, await it.alarms.levels())
        for key, season, level in found.fresh:
            await it.alarms.keep_level(key, season, level, it.clock.now())
        known = list(await it.alarms.open())
        verdict = judge(found.series, [each.alarm for each in known])
        tickets = {each.alarm.key: each.ticket for each in known}
        for finding in verdict.raised:
            tickets[finding.key] = await self._raise(finding, tickets.get(finding.key, ""))
        ended = [each for each in known if each.alarm in verdict.closed]
        await self._close(ended, [each for each in known if each not in ended])

    def _next(self) -> datetime:
        now = self._it.clock.now().astimezone(self._it.rules().zone)
        today = datetime.combine(now.date(), HOUR, now.tzinfo)
        return today if today > now else today + timedelta(days=1)

    async def _raise(self, finding: Finding, ticket: str) -> str:
        """The number of its ticket: one for all rules that a series breaks."""
        number = ticket or await self._open(finding)
        at, season = self._it.clock.now(), season_of(finding.period.start)
        await self._it.alarms.raise_alarm(finding, season, number, self._it.new_id(), at)
        return number

    async def _open(self, finding: Finding) -> str:
        dimension, _, value = finding.key.dims.partition("=")
        language = await self._language(finding.key)
        contacts = [_line(row) for row in await self._lowest(finding)]
        new = NewTicket(
            origin_key=f"alarm:{'|'.join(_parts(finding.key))}:{finding.period.start}",
            subject=subject_of(finding, language),
            source="system",
            description=body_of(finding, contacts, language),
            category=value if dimension == "category" else "",
            kind="task",
            team=self._it.team_of(value) if dimension == "queue" else "",
        )
        try:
            opened = await self._it.tickets.open(new, Act(BY, self._it.clock.now()))
        except RequestError as error:
            facts = {"series": finding.key.dims, "why": str(error)}
            _LOG.error("alarm_without_ticket", extra={"facts": facts})
            return ""
        return opened.ticket.number

    async def _lowest(self, finding: Finding) -> Sequence[ResponseRow]:
        """The contacts with the lowest scores of those that were counted."""
        dimension, _, value = finding.key.dims.partition("=")
        survey, _, plan = finding.key.plan.partition("/")
        start = finding.period.start
        following = start + timedelta(days=7 if finding.key.unit == WEEK else 1)
        wanted = Wanted(
            _midnight(start, self._it.rules),
            _midnight(following, self._it.rules),
            surveys=(survey,),
            plans=(plan,),
            kinds=(finding.key.metric,),
            answered=True,
            queues=(value,) if dimension == "queue" else (),
            categories=(value,) if dimension == "category" else (),
            lowest=True,
            limit=LOWEST,
        )
        return (await self._it.opinions.responses(wanted)).rows

    async def _language(self, key: SeriesKey) -> str:
        code = key.plan.partition("/")[0]
        for survey in await self._it.opinions.surveys():
            languages = survey.definition.get("languages")
            if survey.code == code and languages:
                return str(languages[0])
        return ""

    async def _close(self, ended: Sequence[KeptAlarm], left: Sequence[KeptAlarm]) -> None:
        """Note it at tickets that no alarm is left of, then close; killed in between, the next run
        notes the same, which the ticket takes once."""
        last = {each.ticket: each for each in ended if each.ticket}
        for ticket, each in last.items():
            if all(other.ticket != ticket for other in left):
                await self._note(each)
        for each in ended:
            await self._it.alarms.close(each.id, self._it.clock.now())

    async def _note(self, kept: KeptAlarm) -> None:
        at = self._it.clock.now()
        body = over(await self._language(kept.alarm.key))
        article = NewArticle(
            NOTE, SERVER, BY, body, at, internal=True, message_id=f"alarm:{kept.id}:over"
        )
        try:
            await self._it.tickets.append(kept.ticket, article, Act(BY, at))
        except RequestError as error:  # merged or closed meanwhile: nothing is lost
            _LOG.info("alarm_not_noted", extra={"facts": {"why": str(error)}})


def _parts(key: SeriesKey) -> tuple[str, ...]:
    return key.plan, key.metric, key.dims, key.unit


def _midnight(day: date, rules: Rules) -> datetime:
    return datetime.combine(day, time(), rules().zone)


def _line(row: ResponseRow) -> str:
    """A contact as the ticket lists it: score, when, which call, whose."""
    about = [f"{row.score_kind.upper()} {row.score}", row.started_at.isoformat(timespec="minutes")]
    return " · ".join(filter(None, [*about, row.contact or row.id, row.queue, row.agent]))
