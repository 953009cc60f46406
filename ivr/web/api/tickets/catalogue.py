"""What tickets can be about and what is promised for them; written in YAML, only read here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import AwareDatetime, BaseModel, Field

from ivr.domain.errors import NotFoundError
from ivr.web.api.customers.fields import Code, Out
from ivr.web.api.parts import BASE
from ivr.web.errors import InvalidError
from ivr.web.permissions import Right
from ivr.web.typed import Ask, Items, Query, Route

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ivr.domain.calendar import Calendar
    from ivr.tickets.catalogue.model import Category, Team
    from ivr.tickets.sla.policies import Policy
    from ivr.web.api.tickets.parts import TicketParts

LONGEST_S = 400 * 86_400
"""Of business time that is computed: 400 days."""
YEARS = (2000, 2100)


class CheckItem(Out):
    """A step that is copied to the tickets of a category."""

    text: str
    mandatory: bool


class CategoryOut(BaseModel):
    """What a ticket can be about. form: JSON Schema (2020-12) of its values; form_labels: of its
    fields, by language; form_choices: of the values of its choices. form_version: is stored with
    the values of a ticket. team_labels: of its team, if it has any."""

    path: str
    code: str
    parent: str
    labels: dict[str, str]
    team: str
    team_labels: dict[str, str]
    queue: str
    kind: str
    priority: str
    severity: str
    form: dict[str, Any]
    form_labels: dict[str, dict[str, str]]
    form_choices: dict[str, dict[str, dict[str, str]]]
    form_version: str
    checklist: tuple[CheckItem, ...]
    announceable: bool
    reopen_days: int
    active: bool


class StatusOut(Out):
    """A status. public: what customers hear and read. pauses_sla: promises stand still."""

    code: str
    type: str
    labels: dict[str, str]
    public: dict[str, str]
    pauses_sla: bool
    active: bool


class TargetOut(Out):
    """How long one metric may take, in business seconds; null: only where a level says so."""

    seconds: int | None
    by_priority: dict[str, int]
    by_severity: dict[str, int]


class RuleOut(Out):
    """One step of an escalation: at percent of the target and so much later, who is told how."""

    at_percent: int
    plus_s: int
    tell: tuple[str, ...]
    by: tuple[str, ...]
    set: dict[str, str]
    repeat_s: int | None
    most: int | None
    any_hour: bool


class PolicyOut(BaseModel):
    """One promise. position: the lowest whose condition holds counts. when: "" = every ticket."""

    name: str
    position: int
    kind: str
    when: str
    hours: str
    targets: dict[str, TargetOut]
    escalate: dict[str, tuple[RuleOut, ...]]


class Hours(BaseModel):
    """From when to when, in minutes after midnight; past 1440 it is the next morning."""

    opens: int
    closes: int


class CalendarOut(BaseModel):
    """Hours of a place, as they are now. closes_at: while it is open; opens_at: the next opening.

    weekly: seven days, Monday first.
    """

    name: str
    zone: str
    weekly: tuple[tuple[Hours, ...], ...]
    is_open: bool
    opens_at: datetime | None
    closes_at: datetime | None


class Computing(Query):
    """From a moment: either how much business time until another one, or when so much is over."""

    start: Annotated[AwareDatetime, Field(alias="from")]
    until: AwareDatetime | None = None
    seconds: Annotated[int, Field(ge=0, le=LONGEST_S)] | None = None


class Computed(BaseModel):
    """elapsed_s: business seconds until the end; due_at: when the seconds are over, null = the
    place stays closed for 400 days."""

    is_open: bool
    elapsed_s: int | None = None
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class CatalogueRoutes:
    """The routes /categories, /statuses, /sla/policies and /calendars."""

    parts: TicketParts

    def routes(self) -> list[Route]:
        """The operations of this module."""
        category, sla = Right("category", "r"), Right("sla", "r")
        one = f"{BASE}/calendars/{{name}}"
        return [
            Route("GET", f"{BASE}/categories", self.categories, category),
            Route("GET", f"{BASE}/categories/{{name}}", self.category, category),
            Route("GET", f"{BASE}/statuses", self.statuses, category),
            Route("GET", f"{BASE}/sla/policies", self.policies, sla),
            Route("GET", f"{BASE}/calendars", self.calendars, sla),
            Route("GET", one, self.calendar, sla),
            Route("GET", f"{one}/compute", self.compute, sla),
        ]

    async def categories(
        self, active: Literal["true", "false", "any"] = "any"
    ) -> Items[CategoryOut]:
        """What tickets can be about, in the order written."""
        catalogue = self.parts.rules().catalogue
        found = catalogue.categories.values()
        wanted = [each for each in found if active in {"any", str(each.active).lower()}]
        return Items(items=[_category(each, catalogue.teams) for each in wanted])

    async def category(self, name: Code) -> CategoryOut:
        """One category, by path or code."""
        catalogue = self.parts.rules().catalogue
        found = catalogue.category(name)
        if found is None:
            raise NotFoundError("there is no such category")
        return _category(found, catalogue.teams)

    async def statuses(self) -> Items[StatusOut]:
        """The statuses that a ticket can have, in the order of its life."""
        found = self.parts.rules().catalogue.statuses.values()
        return Items(items=[StatusOut.model_validate(each) for each in found])

    async def policies(self) -> Items[PolicyOut]:
        """What is promised, the first that holds first."""
        return Items(items=[_policy(each) for each in self.parts.rules().catalogue.policies])

    async def calendars(self) -> Items[CalendarOut]:
        """The hours that promises are counted in."""
        found = self.parts.rules().calendars
        return Items(items=[self._calendar(name, found[name]) for name in sorted(found)])

    async def calendar(self, name: Code) -> CalendarOut:
        """One of them."""
        return self._calendar(name, self._named(name))

    async def compute(self, ask: Ask, name: Code, query: Computing) -> Computed:
        """Count business time, to see what a promise comes to."""
        calendar = self._named(name)
        for at in (query.start, query.until):
            if at is not None and not YEARS[0] <= at.year < YEARS[1]:
                raise _wrong("from", "Between the years 2000 and 2100")
        if query.until is not None and (query.until - query.start).total_seconds() > LONGEST_S:
            raise _wrong("until", "At most 400 days later")
        elapsed = None if query.until is None else calendar.elapsed(query.start, query.until)
        due = None if query.seconds is None else calendar.add(query.start, query.seconds)
        return Computed(is_open=calendar.is_open(query.start), elapsed_s=elapsed, due_at=due)

    def _named(self, name: str) -> Calendar:
        found = self.parts.rules().calendars.get(name)
        if found is None:
            raise NotFoundError("there is no such calendar")
        return found

    def _calendar(self, name: str, calendar: Calendar) -> CalendarOut:
        now = self.parts.api.clock.now()
        return CalendarOut(
            name=name,
            zone=str(calendar.zone),
            weekly=tuple(
                tuple(Hours(opens=opens, closes=closes) for opens, closes in day)
                for day in calendar.weekly
            ),
            is_open=calendar.is_open(now),
            opens_at=calendar.next_open(now),
            closes_at=calendar.closes_at(now),
        )


def _category(row: Category, teams: Mapping[str, Team]) -> CategoryOut:
    fields, team = row.form.fields, teams.get(row.team)
    plain = ("path", "code", "parent", "team", "queue", "kind", "priority", "severity")
    return CategoryOut(
        **{name: getattr(row, name) for name in plain},
        labels=dict(row.labels),
        team_labels=dict(team.labels) if team else {},
        form=row.form.schema,
        form_labels={name: dict(each.labels) for name, each in fields.items()},
        form_choices={
            name: {value: dict(labels) for value, labels in each.choices.items()}
            for name, each in fields.items()
            if each.choices
        },
        form_version=row.form.version,
        checklist=tuple(CheckItem.model_validate(each) for each in row.checklist),
        announceable=row.announceable,
        reopen_days=row.reopen_days,
        active=row.active,
    )


def _policy(row: Policy) -> PolicyOut:
    return PolicyOut(
        name=row.name,
        position=row.position,
        kind=row.kind,
        when=row.when.text if row.when is not None else "",
        hours=row.hours,
        targets=_shaped(TargetOut, row.targets),
        escalate={
            metric: tuple(RuleOut.model_validate(each) for each in rules)
            for metric, rules in row.escalate.items()
        },
    )


def _shaped(shape: type[TargetOut], rows: Mapping[str, object]) -> dict[str, TargetOut]:
    return {name: shape.model_validate(each) for name, each in rows.items()}


def _wrong(name: str, message: str) -> InvalidError:
    mistake = {"in": "query", "pointer": f"/{name}", "code": "range", "params": {}}
    return InvalidError([{**mistake, "message": message}])
