"""Waves of planned surveys in the running server: drawn when they are due, then invited.

The sample is written down before anybody gets an invitation, so a server that is killed goes on
with the same one. Sending is that of all surveys by text: consent, frequency and hours are judged
there, for each message.
"""

from __future__ import annotations

import asyncio
import json
import logging
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from ivr.runtime.ports.asking.waves import LAST_CONTACT, LAST_TICKET, WaveNew
from ivr.runtime.tasks import every, look_again
from ivr.surveys.files.loading import read_version
from ivr.surveys.model import PLANNED
from ivr.surveys.planned.calendar import due_wave, next_wave
from ivr.surveys.planned.drawing import Draw
from ivr.surveys.planned.placing import placed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import datetime, tzinfo

    from ivr.runtime.ports import Clock
    from ivr.runtime.ports.asking.waves import Begun, Waves
    from ivr.surveys.model import Plan, Survey
    from ivr.surveys.planned.calendar import Wave
    from ivr.surveys.planned.drawing import Drawn
    from ivr.surveys.planned.placing import Member, Placed

LOOK = timedelta(seconds=10)
PAGE = 500
"""So many customers are looked at at a time: calls go on in between."""
PORTION = 50
"""So many are invited in one transaction: no call waits long for its own."""
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Calendar:
    """What waves stand on. known: the surveys in force. zone: of the house. flow_of: survey ->
    version of the flow that calls walk who ask it. can_ask: whether a plan can ask anybody here."""

    waves: Waves
    known: Callable[[], Mapping[str, Survey]]
    clock: Clock
    zone: Callable[[], tzinfo]
    new_id: Callable[[], str]
    flow_of: Callable[[str], str] = lambda _survey: ""
    can_ask: Callable[[Plan], bool] = lambda _plan: True


class Waving:
    """Draws waves and makes their invitations."""

    def __init__(self, calendar: Calendar) -> None:
        self._calendar = calendar

    async def run(self) -> None:
        """For ever. A store that fails is asked again at the next look."""
        await look_again(self.look, every(self._calendar.clock, LOOK), "waves_wait_for_store")

    async def look(self) -> None:
        """Draw what is due, and invite whoever was drawn."""
        for survey, plan in planned(self._calendar.known()):
            wave = await self._due(survey, plan) if self._calendar.can_ask(plan) else None
            if wave is not None:
                await begin(self._calendar, survey, plan, wave)
        for begun in await self._calendar.waves.begun():
            await self._invite(begun)

    async def _due(self, survey: Survey, plan: Plan) -> Wave | None:
        it = self._calendar
        since = await it.waves.since(survey.code, plan.name)
        if since is None:
            return None
        wave = due_wave(plan, it.zone(), since, it.clock.now())
        if wave is None or await it.waves.is_drawn(survey.code, plan.name, wave.key):
            return None
        return wave

    async def _invite(self, begun: Begun) -> None:
        it = self._calendar
        try:
            survey, plan = _read(begun)
        except ValueError as error:
            facts = {"wave": begun.id, "why": str(error)}
            _LOG.error("wave_not_worked_on", extra={"facts": facts})
            return

        def decide(member: Member) -> Placed:
            return placed(survey, plan, member)

        while await it.waves.place(begun.id, decide, PORTION, it.clock.now(), it.new_id):
            pass


async def begin(
    calendar: Calendar, survey: Survey, plan: Plan, wave: Wave, begun_by: str = ""
) -> str:
    """Draw a wave and write it down with the wording and the plan as they are now; its public id,
    "" = it was drawn before. Invitations follow with the next look. Raises as `Waves.begin`."""
    drawn = await draw(calendar.waves, survey, plan, wave.key)
    new = WaveNew(
        id=calendar.new_id(),
        survey=survey.code,
        plan=plan.name,
        version=survey.hash,
        key=wave.key,
        at=wave.at,
        ends_at=wave.ends_at,
        drawn=drawn,
        flow_hash=calendar.flow_of(survey.code) if plan.by_voice else "",
        begun_by=begun_by,
    )
    if not await calendar.waves.begin(new, calendar.clock.now()):
        return ""
    facts = {"survey": survey.code, "plan": plan.name, "selected": len(drawn.chosen)}
    _LOG.info("wave_drawn", extra={"facts": facts})
    return new.id


async def draw(waves: Waves, survey: Survey, plan: Plan, wave: str) -> Drawn:
    """The sample of a wave, of the customers as they are now; nothing is written. It is worked out
    in a thread, so that calls go on meanwhile."""
    drawing, after = Draw(survey, plan, wave), 0
    wanted = _records(plan)
    while page := await waves.candidates(after, PAGE, wanted):
        await asyncio.to_thread(drawing.show, page)
        after = page[-1].key
    return await asyncio.to_thread(drawing.result)


def planned(known: Mapping[str, Survey]) -> Iterator[tuple[Survey, Plan]]:
    """The planned surveys among those in force."""
    for survey in known.values():
        for plan in survey.plans.values():
            if plan.when == PLANNED:
                yield survey, plan


def next_begin(calendar: Calendar, survey: str, plan: str) -> datetime | None:
    """When the next wave of a plan in force begins; None = none comes, or it is halted."""
    known = calendar.known().get(survey)
    chosen = known.plans.get(plan) if known is not None else None
    if chosen is None or chosen.when != PLANNED or not chosen.active:
        return None
    wave = next_wave(chosen, calendar.zone(), calendar.clock.now())
    return wave.at if wave is not None else None


def _records(plan: Plan) -> tuple[str, ...]:
    """The records that its condition looks at beside the customer."""
    read = {path[0] for path in plan.match.reads} if plan.match is not None else set()
    return tuple(each for each in (LAST_CONTACT, LAST_TICKET) if each in read)


def _read(begun: Begun) -> tuple[Survey, Plan]:
    """The wording and the plan of a wave. Raises ValueError if they cannot be read."""
    plans = {begun.plan_name: dict(begun.plan_definition)}
    survey = read_version(json.dumps({**begun.definition, "plans": plans}))
    if begun.plan_name not in survey.plans:
        raise ValueError(f"the plan {begun.plan_name} cannot be read any more")
    return survey, survey.plans[begun.plan_name]
