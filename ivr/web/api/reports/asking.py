"""What somebody may ask of a report, and the question that it becomes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import AwareDatetime, Field

from ivr.domain.errors import NotAllowedError, NotFoundError
from ivr.reports.choosing import NoSuchRowsError, rows_of
from ivr.reports.kinds import REPORTS
from ivr.reports.model import AGENT, FILTERS, Question, Within
from ivr.web.api.reports.shapes import PERSONAL
from ivr.web.api.sight import Sight
from ivr.web.errors import InvalidError
from ivr.web.permissions import ALL, OWN, TEAM, demand, may
from ivr.web.typed import Query

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ivr.reports.goals import Goal
    from ivr.reports.model import Report
    from ivr.runtime.ports.reports import Reports, SavedReports
    from ivr.runtime.ports.tickets import Rules
    from ivr.web.api.parts import ApiParts
    from ivr.web.permissions import Scope, Who
    from ivr.web.typed import Ask

LONGEST = timedelta(days=400)
USUAL = timedelta(days=7)
SEE_PERSONS = frozenset({"agent", "supervisor", "quality", "auditor"})
Names = Annotated[
    tuple[Annotated[str, Field(min_length=1, max_length=128)], ...], Field(max_length=50)
]


class ReportAsked(Query):
    """What is asked: a time `[since, until)`, the last seven days without one. by: what rows are,
    with commas between; no more than one period. category: with those below it."""

    since: AwareDatetime | None = None
    until: AwareDatetime | None = None
    by: Annotated[str, Field(max_length=100)] = ""
    queue: Names = ()
    agent: Names = ()
    team: Names = ()
    category: Names = ()
    survey: Names = ()
    format: Literal["json", "csv"] = "json"


@dataclass(frozen=True, slots=True)
class ReportParts:
    """The seams behind it. api: what every route is made from. rules: for teams and the zone.
    goals: those of the configuration at this moment. saved: questions that people keep."""

    api: ApiParts
    reports: Reports
    rules: Rules
    goals: Callable[[], Sequence[Goal]]
    saved: SavedReports
    new_id: Callable[[], str]


@dataclass(frozen=True, slots=True)
class Reading:
    """Somebody who asks for reports."""

    parts: ReportParts
    ask: Ask

    def report(self, name: str) -> Report:
        """One that he may ask for. Raises NotFoundError, NotAllowedError."""
        found = REPORTS.get(name)
        if found is None:
            raise NotFoundError("there is no such report")
        if found.resource:
            demand(self.ask.who, found.resource, "r")
        if not self.may(found):
            raise NotAllowedError("this report has no figures of your own")
        return found

    def may(self, report: Report) -> bool:
        """Agents ask for what tells their own figures; some reports need one more right."""
        if report.resource and may(self.ask.who, report.resource, "r") is None:
            return False
        return report.personal or self.scope(report) != OWN

    def scope(self, report: Report) -> Scope:
        """How far he sees into it: as far as the narrower of its rights goes. NotAllowedError."""
        scopes = [demand(self.ask.who, name, "r") for name in ("report", report.resource) if name]
        return min(scopes, key=(OWN, TEAM, ALL).index)

    @property
    def persons(self) -> bool:
        """Whether he may see figures of single people."""
        return sees_persons(self.ask.who)

    def question(self, report: Report, asked: ReportAsked) -> Question:
        """Raises InvalidError for what the report cannot be asked, NotAllowedError."""
        now = self.parts.api.clock.now()
        until = asked.until or now
        since = asked.since or until - USUAL
        if not since < until <= since + LONGEST:
            raise mistake("since", "a time begins before it ends, and is no longer than 400 days")
        by = self._by(report, asked.by)
        filters = {name: getattr(asked, name) for name in FILTERS}
        for name, values in filters.items():
            if values and name not in report.filters:
                raise mistake(name, f"this report does not know the filter {name}")
        self._check_persons([*by, *(name for name, values in filters.items() if values)])
        return Question(
            since=since,
            until=until,
            now=now,
            by=by,
            queues=asked.queue,
            agents=asked.agent,
            teams=asked.team,
            categories=asked.category,
            surveys=asked.survey,
            within=self._within(report),
        )

    def _by(self, report: Report, text: str) -> tuple[str, ...]:
        try:
            return rows_of(report, text, () if self.persons else PERSONAL)
        except NoSuchRowsError as error:
            raise mistake("by", str(error)) from None

    def _check_persons(self, names: Sequence[str]) -> None:
        if AGENT in names and not self.persons:
            raise NotAllowedError("figures of single people are not for you to see")

    def _within(self, report: Report) -> Within | None:
        """What lies within the scope of his right, None = all."""
        return within_of(self.parts.api, self.parts.rules, self.ask.who, self.scope(report))


def within_of(api: ApiParts, rules: Rules, who: Who, scope: Scope) -> Within | None:
    """The figures and rows that lie within a scope, None = all."""
    if scope == ALL:
        return None
    if scope == OWN:
        return Within(agents=(who.name,))
    sight = Sight(api.floor, who, scope)
    agents = dict.fromkeys([*(str(row["agent"]) for row in sight.agents()), who.name])
    queues = (str(row["queue"]) for row in sight.queues())
    return Within(tuple(agents), _teams(rules, who), tuple(queues))


def sees_persons(who: Who) -> bool:
    """Administrators see figures without persons; programs see what their key allows."""
    return who.key_rights is not None or not SEE_PERSONS.isdisjoint(who.roles)


def _teams(rules: Rules, who: Who) -> tuple[str, ...]:
    """His teams and all below them."""
    known = rules().catalogue.teams
    found = dict.fromkeys(who.teams)
    for _level in range(len(known)):
        below = [team.name for team in known.values() if team.parent in found]
        if found.keys() >= set(below):
            break
        found |= dict.fromkeys(below)
    return tuple(found)


def mistake(name: str, message: str) -> InvalidError:
    """A query parameter that cannot be."""
    told = {"in": "query", "pointer": f"/{name}", "code": "value", "params": {}, "message": message}
    return InvalidError([told])
