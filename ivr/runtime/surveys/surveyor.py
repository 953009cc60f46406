"""Asks callers how it was: chosen when they enter a queue, decided again when the agents have left.

What is decided is written in the transaction of the call's own step, so that no call is chosen
twice or forgotten; nothing of it reaches an agent. Source: surveys.md sections 1 and 2.
"""

from __future__ import annotations

import asyncio
import logging
from datetime import timedelta
from typing import TYPE_CHECKING, Protocol

from ivr.domain.commands import CloseInteraction, Enqueue
from ivr.domain.errors import StoreError
from ivr.domain.filing import InviteSurvey, KeepAnswer, MoveInvitation, SurveyDecided
from ivr.engine.record.talks import agent_of_record, ended_outside
from ivr.runtime.ports.asking.surveys import Answered, Chosen, Gone, Moved, SurveyWrite
from ivr.surveys.arming import Caller, History, Talked, asked_now, call_plans, decided
from ivr.surveys.eligibility import YEAR
from ivr.surveys.facts import Facts
from ivr.surveys.invitations import State
from ivr.surveys.scopes import ASKED_ABOUT, whole

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from ivr.domain.commands import Command
    from ivr.domain.values import Value
    from ivr.engine.state import State as CallState
    from ivr.runtime.live import LiveCall
    from ivr.runtime.ports import Clock, Interactions
    from ivr.runtime.ports.asking.surveys import Invitation, Surveys
    from ivr.surveys.files.loading import Surveys as Known

_LOG = logging.getLogger(__name__)
EMERGENCY = "switch.emergency"
LIMIT_S = 2.0
"""So long a caller waits for the decision at most; it takes some milliseconds."""
REPEAT_WITHIN = timedelta(hours=24)


class Wishes(Protocol):
    """What people want of surveys. number: as the call shows it."""

    async def is_out(self, number: str, now: datetime) -> bool:
        """Whether this number is never to be asked again."""

    async def opt_out(self, number: str, call: str) -> None:
        """Never again, from now on."""


class NoWishes:
    """Where no consent is kept: nobody has said anything."""

    async def is_out(self, number: str, now: datetime) -> bool:
        """Nobody is."""
        del number, now
        return False

    async def opt_out(self, number: str, call: str) -> None:
        """Nowhere to write it down."""
        del number, call


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
        self.wishes: Wishes = NoWishes()
        self.interactions: Interactions | None = None

    async def writes(
        self, state: CallState, commands: Sequence[Command]
    ) -> tuple[SurveyWrite, ...]:
        """What a step writes about surveys, beside its own rows. Raises StoreError."""
        found: list[SurveyWrite] = []
        for command in commands:
            if isinstance(command, (Enqueue, InviteSurvey)) and not found:
                queue = command.queue if isinstance(command, Enqueue) else ""
                found += await self._chosen(state, queue)
            elif isinstance(command, MoveInvitation):
                found.append(_moved(command))
            elif isinstance(command, KeepAnswer):
                found.append(self._answered(command))
            elif isinstance(command, CloseInteraction) and self._known().surveys:
                found.append(_gone(state))
        return tuple(found)

    async def _chosen(self, state: CallState, queue: str) -> list[Chosen]:
        """The decision under each plan; nothing if there are none, or it was taken before."""
        plans = call_plans(self._known().surveys.values())
        if not plans or await self._surveys.of_call(state.call):
            return []
        now = self._clock.now()
        caller = await self._caller(state, queue)
        tonight = await self._surveys.tonight(now)
        history = await self._history(caller.number, now)
        return [
            Chosen(
                id=self._new_id(),
                survey=one.survey.code,
                plan=one.plan.name,
                version=one.survey.hash,
                state=str(one.state),
                reason=one.reason,
                rate=one.rate,
                queue=queue,
                language=state.language,
            )
            for one in decided(plans, caller, history, now, tonight.by_plan)
        ]

    async def _caller(self, state: CallState, queue: str) -> Caller:
        return Caller(
            id=state.call,
            language=state.language,
            facts=Facts(await self._facts(state, queue)),
            number=state.ani or "",
            test_call=state.test,
            emergency=state.facts.get(EMERGENCY) is True,
        )

    async def _facts(self, state: CallState, queue: str) -> dict[str, Value]:
        interaction: dict[str, Value] = {
            "queue": queue,
            "medium": "voice",
            "dnis": state.dnis,
            "flow": state.frames[0].flow if state.frames else "",
            "language": state.language,
            "repeat": await self._is_repeat(state),
        }
        customer = await self._surveys.customer(state.call)
        return {
            "interaction": whole("interaction", interaction),
            "customer": whole("customer", customer),
        }

    async def _is_repeat(self, state: CallState) -> bool:
        """Whether the same number called within a day before."""
        if self.interactions is None or not state.ani:
            return False
        rows = await self.interactions.by_number(state.ani, 2)
        since = state.started_at - REPEAT_WITHIN
        return any(row.public_id != state.call and row.started_at >= since for row in rows)

    async def _history(self, number: str, now: datetime) -> History:
        if not number:
            return History()
        past = await self._surveys.past(number, now - YEAR)
        return History(await self.wishes.is_out(number, now), past.invited, past.open)

    def _answered(self, command: KeepAnswer) -> Answered:
        is_text = command.number is None
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
        )

    async def decide(self, call: LiveCall, command: InviteSurvey) -> SurveyDecided:
        """Whether the caller is asked now. Whatever goes wrong, he is not kept waiting for it."""
        try:
            async with asyncio.timeout(LIMIT_S):
                return await self._decide(call.known, command)
        except (StoreError, TimeoutError):
            _LOG.warning("survey_not_decided", extra={"call": call.id})
            return SurveyDecided(turn=command.turn)

    async def _decide(self, state: CallState, command: InviteSurvey) -> SurveyDecided:
        rows = await self._surveys.of_call(state.call)
        armed = [one for one in rows if one.state == State.ARMED and one.survey == command.survey]
        if not armed:
            return SurveyDecided(turn=command.turn)
        one = armed[0]
        survey = self._known().surveys.get(one.survey)
        plan = survey.plans.get(one.plan) if survey is not None else None
        if survey is None or plan is None:
            return SurveyDecided(turn=command.turn, reason="plan_inactive")
        now = self._clock.now()
        if state.ani and await self.wishes.is_out(state.ani, now):
            return SurveyDecided(turn=command.turn, reason="opted_out")
        tonight = (await self._surveys.tonight(now)).by_plan.get((one.survey, one.plan), {})
        asked = asked_now(survey, plan, _talked(state, command, one), tonight)
        if asked.reason or not asked.by_voice:
            return SurveyDecided(turn=command.turn, reason=asked.reason)
        facts = await self._facts(state, one.queue)
        return SurveyDecided(turn=command.turn, medium="voice", facts=_flat(facts))

    async def opt_out(self, call: LiveCall) -> None:
        """The caller wants to be asked never again."""
        number = call.known.ani
        if number:
            await self.wishes.opt_out(number, call.id)


def _talked(state: CallState, command: InviteSurvey, one: Invitation) -> Talked:
    return Talked(state.call, command.talked_s, command.agent, one.queue, command.outside)


def _flat(facts: Mapping[str, Value]) -> dict[str, Value]:
    """By the names of a compiled survey's inputs: `customer_segment`."""
    found: dict[str, Value] = {}
    for record in ASKED_ABOUT:
        each = facts[record]
        assert isinstance(each, dict)  # noqa: S101 - made a few lines above
        found |= {f"{record}_{name}": value for name, value in each.items()}
    return found


def _moved(command: MoveInvitation) -> Moved:
    return Moved(command.survey, command.state, command.reason, command.agent)


def _gone(state: CallState) -> Gone:
    """Why a caller who was chosen and not asked was not: what the end of his call says."""
    agent = agent_of_record(state.segments)
    if state.cause == "system_lost":
        return Gone("system", agent)
    if ended_outside(state.segments):
        return Gone("transferred_out", agent)
    return Gone("caller_left_first" if agent else "no_agent_leg", agent)
