"""Who would be asked by the next wave of a plan, and why others not: drawn, and nothing written.

The sample is that of the next wave as customers are now. Consent and frequency are judged for the
moment at which it begins; an answer that comes until then may still change it.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from ivr.domain.errors import NotValidError
from ivr.domain.phone import takes_texts
from ivr.runtime.ports.compliance import SMS, VOICE
from ivr.runtime.survey_waves.starting import planned_one
from ivr.runtime.survey_waves.waving import PAGE, draw
from ivr.runtime.surveys.deciding import refused_for
from ivr.surveys.eligibility import YEAR, Limits, Person, Reason, policy_reason
from ivr.surveys.planned.calendar import next_wave
from ivr.surveys.planned.placing import placed
from ivr.tickets.consent import SURVEY, Wish

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import datetime, tzinfo

    from ivr.runtime.ports.asking.surveys import Surveys
    from ivr.runtime.ports.compliance import Consents
    from ivr.runtime.survey_waves.waving import Calendar
    from ivr.surveys.model import Plan, Survey
    from ivr.surveys.planned.calendar import Wave
    from ivr.surveys.planned.drawing import Drawn
    from ivr.surveys.planned.placing import Member

_OF_ONE_MEDIUM = frozenset({Reason.OPTED_OUT, Reason.NO_CONSENT})
MOST = 1_000
"""So many of those drawn are judged one by one; of a larger sample the first ones."""


@dataclass(frozen=True, slots=True)
class Judged:
    """One of those drawn. customer: public id. number: "" = there is none. reason: "" = asked.

    medium: by which he is asked first, "" = by none.
    """

    customer: str
    number: str
    reason: str
    language: str
    medium: str = ""


@dataclass(frozen=True, slots=True)
class Preview:
    """What the next wave would be. reasons: why how many are not drawn. people: those judged, in
    the order drawn; quotas may leave some of them out as answers come in."""

    wave: Wave
    drawn: Drawn
    people: Sequence[Judged]

    @property
    def refused(self) -> Mapping[str, int]:
        """Why how many of those judged would not be asked."""
        return dict(sorted(Counter(each.reason for each in self.people if each.reason).items()))

    @property
    def media(self) -> Mapping[str, int]:
        """How many of those judged would be asked by which medium first."""
        return dict(sorted(Counter(each.medium for each in self.people if each.medium).items()))

    @property
    def asked(self) -> int:
        """How many of those judged would be."""
        return sum(not each.reason for each in self.people)


@dataclass(frozen=True, slots=True)
class Previewer:
    """Looks ahead. zone: of whom a number belongs to. can_call: whether we call a number."""

    calendar: Calendar
    surveys: Surveys
    consents: Consents
    zone: Callable[[str], tzinfo]
    can_call: Callable[[str], bool] = lambda _number: True

    async def of(self, survey: str, plan: str) -> Preview:
        """The next wave of a plan. Raises NotFoundError; NotValidError for one that has none."""
        known, chosen = planned_one(self.calendar, survey, plan)
        wave = next_wave(chosen, self.calendar.zone(), self.calendar.clock.now())
        if wave is None:
            raise NotValidError("plan: it comes no more")
        drawn = await draw(self.calendar.waves, known, chosen, wave.key)
        return Preview(wave, drawn, await self._people(known, chosen, wave, drawn))

    async def _people(self, survey: Survey, plan: Plan, wave: Wave, drawn: Drawn) -> list[Judged]:
        keys, found = drawn.chosen[:MOST], list[Judged]()
        for begin in range(0, len(keys), PAGE):
            page = keys[begin : begin + PAGE]
            members = await self.calendar.waves.members(page)
            for key in page:
                if key in members:
                    found.append(await self._judged(survey, plan, wave, members[key]))
        return found

    async def _judged(self, survey: Survey, plan: Plan, wave: Wave, member: Member) -> Judged:
        where = placed(survey, plan, member)
        number = where.number.value if where.number is not None else ""
        reason, medium = where.reason, ""
        if number and not reason:
            reason, medium = await self._way(plan, number, wave.at)
        return Judged(member.id, number, reason, where.language, medium)

    async def _way(self, plan: Plan, number: str, at: datetime) -> tuple[str, str]:
        """Why he is not asked, or by which medium first: another follows where the first is closed
        to him alone."""
        reason = Reason.NO_CONTACT_POINT
        for medium in self._open(plan, number):
            refused = await self._refused(plan, number, medium, at)
            if refused is None:
                return "", medium
            reason = refused
            if refused not in _OF_ONE_MEDIUM:
                break
        return str(reason), ""

    def _open(self, plan: Plan, number: str) -> Iterator[str]:
        """The media of the plan that lead to a number, in order."""
        for medium in plan.media:
            is_call = medium == VOICE and self.can_call(number)
            if is_call or (medium == SMS and takes_texts(number)):
                yield medium

    async def _refused(self, plan: Plan, number: str, medium: str, at: datetime) -> Reason | None:
        """Consent and frequency, as they will be judged before he is asked."""
        wish = Wish(number, medium, SURVEY, at, self.zone(number))
        refused = refused_for(await self.consents.judged(wish))
        past = await self.surveys.past([number], at - YEAR, at)
        person = Person(
            opted_out=refused is Reason.OPTED_OUT,
            consented=refused is not Reason.NO_CONSENT,
            invited=past.invited,
            open=past.open,
        )
        limits = Limits(timedelta(seconds=plan.gap_s), plan.year_cap)
        gap = Reason.GAP if refused is Reason.GAP else None
        return policy_reason(person, limits, at) or gap
