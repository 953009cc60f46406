"""Asks callers how it was: chosen when they enter a queue, decided again when the agents have left.

What is decided is written in the transaction of the call's own step, so that no call is chosen
twice or forgotten; nothing of it reaches an agent. No caller waits long for it: whatever fails or
takes too long leaves this call out, with a line in the log and a figure.
Source: surveys.md sections 1 and 2.
"""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

from ivr.domain.commands import CloseInteraction, Enqueue, PlaceCall
from ivr.domain.filing import InviteSurvey, KeepAnswer, MoveInvitation, SurveyDecided
from ivr.runtime import metrics
from ivr.runtime.live import Picked
from ivr.runtime.ports.asking.surveys import Answered, ByText, Called, Chosen, Gone, Moved
from ivr.runtime.surveys.knowing import Knowing, flat
from ivr.runtime.surveys.leaving import gone, not_on_the_line
from ivr.runtime.surveys.pauses import Pauses
from ivr.surveys.arming import Caller, History, Talked, asked_now, call_plans, decided, refused_now
from ivr.surveys.eligibility import Reason
from ivr.surveys.facts import Facts
from ivr.surveys.invitations import Missed, State

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from ivr.domain.commands import Command
    from ivr.engine.state import State as CallState
    from ivr.runtime.live import LiveCall
    from ivr.runtime.ports import Clock
    from ivr.runtime.ports.asking.surveys import Invitation, Surveys, SurveyWrite
    from ivr.surveys.arming import Decision
    from ivr.surveys.files.loading import Surveys as Known
    from ivr.surveys.sampling import Rates

_LOG = logging.getLogger(__name__)
EMERGENCY = "switch.emergency"
LIMIT_S = 2.0
"""So long a caller waits for the decision at most; it takes some milliseconds."""
CHOOSING_S = 0.5
"""So long a step of a call waits for what surveys read; a caller hears nothing meanwhile."""
_HEEDED = frozenset(
    {Enqueue, InviteSurvey, PlaceCall, MoveInvitation, KeepAnswer, CloseInteraction}
)
"""Commands of which `writes` may make something: most steps have none."""


class Surveyor:
    """known: the surveys in force. new_id: of invitations and answers."""

    def __init__(
        self,
        surveys: Surveys,
        known: Callable[[], Known],
        clock: Clock,
        new_id: Callable[[], str],
    ) -> None:
        self._surveys = surveys
        self._known = known
        self._clock = clock
        self._new_id = new_id
        self.knowing = Knowing(surveys)
        self.pauses = Pauses(surveys)
        self.rates: Rates = {}
        """Of today, for groups that are asked more often than the plan says."""
        self.settled: Callable[[], object] = _nobody
        """Told when something about an invitation is durable: others may have to go on with it."""

    def known(self) -> Known:
        """The surveys in force, as far as they are not halted."""
        return self.pauses.applied(self._known())

    async def writes(
        self, call: LiveCall, state: CallState, commands: Sequence[Command]
    ) -> tuple[SurveyWrite, ...]:
        """What a step writes about surveys, beside its own rows. Never fails."""
        if _HEEDED.isdisjoint(map(type, commands)):
            return ()
        found: list[SurveyWrite] = []
        for command in commands:
            if isinstance(command, (Enqueue, InviteSurvey)) and not _chose(found):
                queue = command.queue if isinstance(command, Enqueue) else ""
                found += await self._surely(call, "choose", self._chosen(call, state, queue))
            elif isinstance(command, PlaceCall) and invitation_of(state):
                found.append(Called(invitation_of(state)))
            elif isinstance(command, MoveInvitation):
                found.append(_moved(command))
            elif isinstance(command, KeepAnswer):
                found.append(self._answered(command))
            elif isinstance(command, CloseInteraction) and _may_be_chosen(call):
                found += await self._surely(call, "end", self._left_out(call, state))
                found.append(gone(state))
        return tuple(found)

    def written(self, call: LiveCall, writes: Sequence[SurveyWrite]) -> None:
        """These are durable now: what was decided stands."""
        states = {one.state for one in writes if isinstance(one, Chosen)}
        if states:
            call.survey = Picked.YES if State.ARMED in states else Picked.NO
        if any(isinstance(one, Called) for one in writes):
            call.survey = Picked.YES
        if any(isinstance(one, Moved | ByText | Gone) for one in writes):
            self.settled()

    async def _surely(
        self, call: LiveCall, what: str, work: Awaitable[list[SurveyWrite]]
    ) -> list[SurveyWrite]:
        """Nobody is held up by a survey, nor loses his call for a fault in one."""
        try:
            async with asyncio.timeout(CHOOSING_S):
                return await work
        except Exception as error:
            metrics.SURVEYS_SKIPPED.labels(what).inc()
            facts = {"step": what, "why": f"{type(error).__name__}: {error}"}
            _LOG.warning("survey_skipped", extra={"call": call.id, "facts": facts})
        if call.survey is Picked.NOT_YET:
            call.survey = Picked.NO  # not later either: then it would be known who talked to him
        return []

    async def _chosen(self, call: LiveCall, state: CallState, queue: str) -> list[SurveyWrite]:
        """The decision under each plan; nothing if there are none, or it was taken before."""
        plans = call_plans(self.known().surveys.values())
        if not plans or not await self._is_undecided(call):
            return []
        now = self._clock.now()
        facts = await self.knowing.facts(
            state,
            queue,
            (plan.match for _, plan in plans),
            person=any(plan.quota is not None for _, plan in plans),
        )
        caller = Caller(
            id=state.call,
            language=state.language,
            facts=Facts(facts),
            number=state.ani or "",
            queue=queue,
            test_call=state.test,
            emergency=state.facts.get(EMERGENCY) is True,
        )
        found = decided(plans, caller, History(), now, self.rates)
        if any(one.state is State.ARMED for one in found):
            history = await self.knowing.history(caller.number, now)
            limited = [each for each in plans if each[1].quota is not None]
            filled = await self._surveys.filled(limited) if limited else {}
            found = decided(plans, caller, history, now, self.rates, filled)
        return [_chosen_row(one, state, queue, self._new_id()) for one in found]

    async def _is_undecided(self, call: LiveCall) -> bool:
        """A call that was taken over is looked up; of the others it is known."""
        if call.survey is Picked.UNKNOWN:
            rows = await self._surveys.of_call(call.id)
            asked = any(one.state in {State.ARMED, State.SCHEDULED} for one in rows)
            call.survey = Picked.YES if asked else Picked.NO if rows else Picked.NOT_YET
        return call.survey is Picked.NOT_YET

    async def _left_out(self, call: LiveCall, state: CallState) -> list[SurveyWrite]:
        """Those who were chosen by a plan that does not ask on the line, or that is gone."""
        now, known = self._clock.now(), self.known()
        number = self.knowing.wishes.normal(state.ani) if state.ani else ""
        rows = await self._surveys.of_call(call.id)
        found = (not_on_the_line(one, known, state, number, now) for one in rows)
        return [one for one in found if one is not None]

    def _answered(self, command: KeepAnswer) -> Answered:
        is_text = command.number is None and command.spoken is None
        return Answered(
            survey=command.survey,
            response=self._new_id(),
            version=command.version,
            question=command.question,
            number=command.number,
            text=command.text if is_text else None,
            raw=command.raw,
            latency_ms=command.latency_ms,
            tries=command.tries,
            score_kind=command.score,
            is_key=command.is_key,
            spoken=command.spoken,
        )

    async def decide(self, call: LiveCall, command: InviteSurvey) -> SurveyDecided:
        """Whether the caller is asked now. Whatever goes wrong, he is not kept waiting for it, and
        that he was not asked is nobody's fault but ours."""
        if not _may_be_chosen(call):
            return SurveyDecided(turn=command.turn)
        try:
            async with asyncio.timeout(LIMIT_S):
                return await self._decide(call.known, command)
        except Exception as error:
            metrics.SURVEYS_SKIPPED.labels("ask").inc()
            why = f"{type(error).__name__}: {error}"
            _LOG.warning("survey_not_decided", extra={"call": call.id, "facts": {"why": why}})
            return SurveyDecided(turn=command.turn, reason=str(Missed.SYSTEM))

    async def _decide(self, state: CallState, command: InviteSurvey) -> SurveyDecided:
        rows = await self._surveys.of_call(state.call)
        if invitation_of(state):
            return await self._decide_called(state, command, rows)
        armed = [one for one in rows if one.state == State.ARMED and one.survey == command.survey]
        if not armed:
            return SurveyDecided(turn=command.turn)
        one = armed[0]
        survey = self.known().surveys.get(one.survey)
        plan = survey.plans.get(one.plan) if survey is not None else None
        if survey is None or plan is None:
            return SurveyDecided(turn=command.turn, reason="plan_inactive")
        now = self._clock.now()
        history = await self.knowing.history(state.ani or "", now)
        reason = refused_now(survey, plan, history, now)
        if reason:
            return SurveyDecided(turn=command.turn, reason=reason)
        asked = asked_now(survey, plan, Talked(command.talked_s, command.outside))
        if asked.reason or not asked.by_voice:
            return SurveyDecided(turn=command.turn, reason=asked.reason)
        conditions = (each.only for each in survey.questions.values())
        facts = await self.knowing.facts(state, one.queue, conditions)
        return SurveyDecided(turn=command.turn, medium="voice", facts=flat(facts))

    async def _decide_called(
        self, state: CallState, command: InviteSurvey, rows: Sequence[Invitation]
    ) -> SurveyDecided:
        """Whoever we have called is asked, unless the wave was stopped or he has refused since."""
        mine = [one for one in rows if one.id == invitation_of(state)]
        if not mine or mine[0].state != State.SCHEDULED:
            return SurveyDecided(turn=command.turn)
        if await self.knowing.wishes.is_out(state.ani or "", self._clock.now()):
            return SurveyDecided(turn=command.turn, reason=str(Reason.OPTED_OUT))
        facts = await self.knowing.of_called(state)
        return SurveyDecided(turn=command.turn, medium="voice", facts=flat(facts))

    async def opt_out(self, call: LiveCall) -> None:
        """The caller wants to be asked never again. Raises StoreError."""
        number = call.known.ani or ""
        if not number or not await self.knowing.wishes.opt_out(number, call.id):
            # Without a number that can be told from others there is nothing to know him by.
            why = "no_number" if not number else "number_of_nobody"
            _LOG.warning("opt_out_not_kept", extra={"call": call.id, "facts": {"why": why}})


def invitation_of(state: CallState) -> str:
    """The invitation that a call of ours was begun for; "" = it was begun for something else."""
    return state.placed.survey if state.placed is not None else ""


def _chosen_row(one: Decision, state: CallState, queue: str, public_id: str) -> Chosen:
    return Chosen(
        id=public_id,
        survey=one.survey.code,
        plan=one.plan.name,
        version=one.survey.hash,
        state=str(one.state),
        reason=one.reason,
        rate=one.rate,
        queue=queue,
        language=state.language,
        cell=one.cell,
        quota=one.plan.quota if one.cell else None,
    )


def _nobody() -> None:
    """Nobody has to know."""


def _chose(writes: Sequence[SurveyWrite]) -> bool:
    return any(isinstance(one, Chosen) for one in writes)


def _may_be_chosen(call: LiveCall) -> bool:
    return call.survey in {Picked.YES, Picked.UNKNOWN}


def _moved(command: MoveInvitation) -> Moved:
    return Moved(command.survey, command.state, command.reason, command.agent)
