"""What the end of a call says about somebody who was chosen for a survey and not asked."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from ivr.domain.call import CALLER, Cause, EndedBy, Outcome
from ivr.domain.phone import takes_texts
from ivr.domain.queue import WaitEnd
from ivr.engine.legs import leg_of
from ivr.engine.party import NO_BRIDGE
from ivr.engine.record.talks import agent_of_record, ended_outside
from ivr.engine.waiting import ends
from ivr.runtime.ports.asking.surveys import ByText, Gone, Moved
from ivr.surveys.eligibility import Reason
from ivr.surveys.invitations import Missed, State
from ivr.surveys.model import SMS

if TYPE_CHECKING:
    from datetime import datetime

    from ivr.engine.state import State as CallState
    from ivr.runtime.ports.asking.surveys import Invitation, SurveyWrite
    from ivr.surveys.files.loading import Surveys as Known


def gone(state: CallState) -> Gone:
    """Why a caller who was to be asked on the line was not."""
    agent = agent_of_record(state.segments)
    return Gone(str(_missed(state, agent)), agent)


def _missed(state: CallState, agent: str) -> Missed:
    if state.cause == Cause.SYSTEM_LOST:
        return Missed.SYSTEM
    if state.outcome == Outcome.TRANSFERRED or ended_outside(state.segments):
        return Missed.TRANSFERRED_OUT
    if not agent:
        return Missed.NO_AGENT_LEG
    if state.ended_by is EndedBy.HANGUP:  # nothing had asked him: no agent made him leave
        return Missed.SYSTEM
    return Missed.CALLER_LEFT_AT_HANDOFF if _was_left(state) else Missed.CALLER_LEFT_FIRST


def _was_left(state: CallState) -> bool:
    """Whether all agents had gone before the caller did: then nobody made him leave."""
    caller, waited = leg_of(state, CALLER), ends(state)
    talked_last = not waited or waited[-1][0] == WaitEnd.ANSWERED
    return talked_last and caller is not None and caller.bridge == NO_BRIDGE


def not_on_the_line(
    one: Invitation, known: Known, state: CallState, number: str, now: datetime
) -> SurveyWrite | None:
    """What becomes of an invitation that was never meant for the line; None = it was, or is over.

    number: in its normal form, "" = there is none.
    """
    survey = known.surveys.get(one.survey)
    plan = survey.plans.get(one.plan) if survey is not None else None
    if one.state != State.ARMED:
        return None
    agent = agent_of_record(state.segments)
    if survey is None or plan is None or not plan.active:
        return Moved(one.survey, str(State.SUPPRESSED), str(Reason.PLAN_INACTIVE), agent)
    if plan.by_voice:
        return None
    if SMS not in plan.media or plan.anonymous or not (number and takes_texts(number)):
        return Moved(one.survey, str(State.SUPPRESSED), str(Reason.NO_CONTACT_POINT), agent)
    due_at = now + timedelta(seconds=plan.delay_s)
    expires_at = now + timedelta(seconds=plan.expires_s)
    return ByText(one.survey, number, due_at, expires_at, agent)
