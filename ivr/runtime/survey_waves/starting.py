"""Waves that somebody begins by hand, beside those that come at their times."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.domain.errors import IllegalTransitionError, NotFoundError, NotValidError
from ivr.runtime.survey_waves.waving import begin
from ivr.surveys.model import PLANNED
from ivr.surveys.planned.calendar import wave_now

if TYPE_CHECKING:
    from ivr.runtime.ports.asking.waves import WaveRow
    from ivr.runtime.survey_waves.waving import Calendar
    from ivr.surveys.model import Plan, Survey


def planned_one(calendar: Calendar, survey: str, plan: str) -> tuple[Survey, Plan]:
    """A plan in force. Raises NotFoundError; NotValidError for one that has no waves."""
    known = calendar.known().get(survey)
    chosen = known.plans.get(plan) if known is not None else None
    if known is None or chosen is None:
        raise NotFoundError("there is no such plan in force")
    if chosen.when != PLANNED:
        raise NotValidError("plan: only planned surveys come in waves")
    return known, chosen


async def start_now(calendar: Calendar, survey: str, plan: str, by: str) -> WaveRow:
    """Draw a wave of a plan now, whatever its days are.

    Raises as `planned_one`; NotValidError if there is no way to ask anybody; IllegalTransitionError
    while the plan is halted or another wave of it is under way.
    """
    known, chosen = planned_one(calendar, survey, plan)
    if not calendar.can_ask(chosen):
        raise NotValidError("plan: there is no trunk by which anybody could be asked")
    if await calendar.waves.since(survey, plan) is None:
        raise IllegalTransitionError("this plan is halted")
    wave = wave_now(chosen, calendar.zone(), calendar.clock.now())
    begun = await begin(calendar, known, chosen, wave, begun_by=by)
    if not begun:
        raise IllegalTransitionError("this wave has just been begun")
    return await calendar.waves.get(begun)
