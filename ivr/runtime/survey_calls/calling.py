"""Planned surveys by telephone in the running server: who is due is called, some at a time.

A call is written down before it is begun, and settled when it is over, both in one transaction with
the invitation: whoever is killed in between finds it at the next start, and it has been a try.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from ivr.domain.call import CallId
from ivr.domain.dialable import is_dialable
from ivr.domain.errors import IvrError, PortError, ReplayError
from ivr.domain.filing import call_flow_of
from ivr.domain.outbound import CallWithdrawn, Placed
from ivr.engine.outgoing.placing import is_ringing
from ivr.runtime import metrics
from ivr.runtime.callbacks.placing import Outgoing, can_place, own_number, place
from ivr.runtime.ports.compliance import VOICE
from ivr.runtime.survey_calls import ringing
from ivr.runtime.survey_calls.courses import Courses
from ivr.runtime.survey_calls.ringing import Way
from ivr.runtime.surveys.aside import Aside
from ivr.runtime.surveys.awake import awake_outside, open_from
from ivr.runtime.surveys.book import SurveyBook
from ivr.runtime.surveys.deciding import Asked
from ivr.runtime.tasks import Bell, look_again
from ivr.surveys.invitations import State
from ivr.surveys.planned.tries import too_many_abandoned
from ivr.tickets.consent import SURVEY, Wish

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import tzinfo

    from ivr.engine.state import State as CallState
    from ivr.runtime.live import LiveCall
    from ivr.runtime.ports.asking.calls import LiveCallRow, SurveyCalls
    from ivr.runtime.ports.asking.texts import Change, Invited, SurveyTexts
    from ivr.runtime.ports.compliance import Consents
    from ivr.runtime.switch import Switch
    from ivr.surveys.model import Plan
    from ivr.tickets.consent import Verdict

LOOK = timedelta(seconds=1)
MOST = 200
_ALIVE = frozenset({State.SCHEDULED, State.OFFERED, State.STARTED})
"""Whoever has another state needs not be called any more."""
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class CallSettings:
    """trunk: by which people are called. number: of ours that they see, "" = the first of the
    trunk's. at_once: so many calls at a time. hours: calendar outside of which nobody is called, on
    the clock of whom we call; "" = the quiet hours alone. country: two letters, whose numbers are
    called. zone: of the house, whose days are counted."""

    trunk: str
    number: str
    at_once: int
    hours: str
    country: str
    zone: tzinfo


@dataclass(frozen=True, slots=True)
class CallDesk:
    """What calls of surveys stand on. zone: of who has a number. settings: those in force, None =
    nobody is called. can_text: whether texts can be sent. nudge: a text may be due now."""

    rows: SurveyTexts
    calls: SurveyCalls
    consents: Consents
    switch: Switch
    zone: Callable[[str], tzinfo]
    settings: Callable[[], CallSettings | None]
    can_text: bool
    nudge: Callable[[], None]


class SurveyCalling:
    """Calls who is due; implements `PlacedWatcher` for what becomes of the calls."""

    def __init__(self, desk: CallDesk) -> None:
        self._desk = desk
        self._switch = desk.switch
        self._clock = desk.switch.ports.clock
        self._book = SurveyBook()
        self._aside = Aside()
        self._courses = Courses(self._switch.store.interactions)
        self._stopped: datetime | None = None
        self.bell = Bell()

    async def run(self) -> None:
        """For ever. A store that fails is asked again at the next look."""
        pause = self.bell.every(self._clock, LOOK)
        await look_again(self.look, pause, "survey_calls_wait_for_store")

    def looked(self, call: LiveCall, state: CallState) -> None:
        """A call of a survey has made a step."""
        self._courses.looked(call.id, state)
        if state.ended:
            self.bell.ring()

    async def look(self) -> bool:
        """Settle what is over, and call whoever is due as far as there is room; whether there may
        be more of it."""
        live = await self._settled()
        wanted = self._desk.settings()
        if wanted is None or not can_place(self._switch, wanted.trunk):
            return False
        room = wanted.at_once - live
        if room <= 0 or not self._switch.admits or await self._is_stopped(wanted):
            return False
        return await self._fill(wanted, room)

    # calls that are over

    async def _settled(self) -> int:
        """How many calls are still under way."""
        live = 0
        for row in await self._desk.calls.live():
            call = self._switch.calls.get(CallId(row.call))
            if call is None:
                await self._settle(row)
                continue
            live += 1
            unwanted = row.state not in _ALIVE
            if unwanted and call.state is not None and is_ringing(call.state):
                await self._switch.deliver(call.id, CallWithdrawn())
        return live

    async def _settle(self, row: LiveCallRow) -> None:
        now, ended = self._clock.now(), await self._courses.ended(CallId(row.call))

        def decide(it: Invited) -> Change | None:
            plan = self._book.of(it)[1]
            return ringing.when_over(it, plan, ended, now, can_text=self._desk.can_text)

        await self._desk.rows.change(row.invitation, decide, now)
        self._courses.forget(CallId(row.call))
        metrics.SURVEY_CALLS.labels(ended.result.value).inc()
        self._desk.nudge()

    # calls that are due

    async def _is_stopped(self, wanted: CallSettings) -> bool:
        """Too many of today's calls were answered and not served: no more are begun today."""
        local = self._clock.now().astimezone(wanted.zone)
        today = local.replace(hour=0, minute=0, second=0, microsecond=0)
        day = await self._desk.calls.day(today)
        if not too_many_abandoned(day.answered, day.abandoned):
            return False
        if self._stopped != today:
            self._stopped = today
            facts = {"answered": day.answered, "abandoned": day.abandoned}
            _LOG.error("survey_calls_stopped_today", extra={"facts": facts})
        return True

    async def _fill(self, wanted: CallSettings, room: int) -> bool:
        now = self._clock.now()
        found = await self._desk.calls.due(now, MOST + len(self._aside))
        for invitation in self._aside.others(found, now):
            if room == 0:
                return False
            room -= await self._surely(invitation, wanted)
        return len(found) >= MOST

    async def _surely(self, invitation: str, wanted: CallSettings) -> bool:
        """Whether a call was begun. One that cannot be worked on must not hold up the others.
        Raises PortError while the database is away."""
        try:
            return await self._due(invitation, wanted)
        except Exception as error:
            if isinstance(error, PortError) and error.retryable:
                raise
            self._aside.put(invitation, self._clock.now())
            facts = {"invitation": invitation, "why": f"{type(error).__name__}: {error}"}
            _LOG.error("survey_not_worked_on", extra={"facts": facts})
            return False

    async def _due(self, invitation: str, wanted: CallSettings) -> bool:
        found = await self._desk.rows.get(invitation)
        if found is None:
            return False
        asked = self._asked(found, self._clock.now())
        verdict, awake_at = await self._verdict(asked), self._awake_at(asked, wanted)
        way = await self._way(found, wanted)
        begun = False

        def decide(it: Invited) -> Change | None:
            nonlocal begun
            change = ringing.when_due(self._asked(it, asked.now), verdict, awake_at, way)
            begun = change is not None and bool(change.call)
            return change

        await self._desk.rows.change(invitation, decide, asked.now)
        if begun:
            await self._begin(found, asked.survey.code, wanted, CallId(way.call))
        else:
            self._desk.nudge()
        return begun

    async def _begin(self, found: Invited, survey: str, wanted: CallSettings, call: CallId) -> None:
        """It is written down: begin it. One that cannot be begun is settled at the next look."""
        book = self._switch.ports.books.current()
        outgoing = Outgoing(
            call=call,
            trunk=wanted.trunk,
            number=found.value,
            dnis=wanted.number or own_number(book.world, wanted.trunk),
            flow="",
            walks=call_flow_of(survey),
            flow_hash=found.flow_hash,
            language=found.locale,
            placed=Placed(survey=found.id),
        )
        try:
            await place(self._switch, outgoing)
        except IvrError as error:
            facts = {"why": f"{type(error).__name__}: {error}"}
            _LOG.warning("survey_call_not_begun", extra={"call": call, "facts": facts})
            self.bell.ring()

    async def _way(self, found: Invited, wanted: CallSettings) -> Way:
        call = self._switch.ports.new_id()
        can_call = is_dialable(found.value, wanted.country) and await self._is_there(found)
        return Way(call, can_call=can_call, can_text=self._desk.can_text)

    async def _is_there(self, found: Invited) -> bool:
        """Whether the wording that the wave was drawn with can still be said."""
        try:
            await self._switch.ports.books.pin(found.flow_hash)
        except ReplayError as error:
            facts = {"invitation": found.id, "why": str(error)}
            _LOG.error("survey_flow_gone", extra={"facts": facts})
            return False
        return True

    async def _verdict(self, asked: Asked) -> Verdict:
        found = asked.found
        wish = Wish(found.value, VOICE, SURVEY, asked.now, self._desk.zone(found.value))
        return await self._desk.consents.may_contact(wish, found.tenant)

    def _awake_at(self, asked: Asked, wanted: CallSettings) -> datetime:
        """The first moment at which neither the plan's quiet hours nor the calendar forbid it."""
        plan: Plan = asked.plan
        zone = self._desk.zone(asked.found.value)
        calendar = self._switch.ports.books.current().world.calendars.get(wanted.hours)
        at = awake_outside(plan.quiet, zone, asked.now)
        return at if calendar is None else open_from(calendar, zone, at)

    def _asked(self, found: Invited, now: datetime) -> Asked:
        survey, plan = self._book.of(found)
        return Asked(found, survey, plan, self._book.script(found, now), now)
