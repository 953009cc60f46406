"""Asks agents what score a caller has, while they wind his call up.

Every call that a plan takes is asked about, whatever was decided about its caller: nothing here
reads an invitation. Nobody has to answer. Source: surveys.md 0, 2.3 and 6.4.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ivr.domain.agent import AgentState
from ivr.domain.call import CallId
from ivr.domain.errors import IllegalTransitionError, NotFoundError, NotValidError
from ivr.runtime.ports.asking.agent_scores import AgentScore
from ivr.surveys.arming import agent_plans
from ivr.surveys.by_agents import Impression, impression_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from ivr.runtime.ports import Clock, Store
    from ivr.runtime.surveys.knowing import Knowing
    from ivr.surveys.files.loading import Surveys

    AgentNow = Callable[[str], Mapping[str, Any] | None]


@dataclass(frozen=True, slots=True)
class AgentAsking:
    """known: the surveys in force. agent: what somebody is doing now. queue: that an agent has, or
    just had, his call from, "" = from none. new_id: of responses."""

    store: Store
    knowing: Knowing
    known: Callable[[], Surveys]
    agent: AgentNow
    queue: Callable[[str], str]
    clock: Clock
    new_id: Callable[[], str]

    async def asked(
        self, agent: str, call: str, language: str
    ) -> tuple[Impression, int | None] | None:
        """What he is asked about this call, and what he has answered; None = nothing, or not now.
        language: of his desk. Raises StoreError."""
        if not self._winds_up(agent, call):
            return None
        impression = await self._impression(agent, call, language)
        if impression is None:
            return None
        said = await self.store.agent_scores.of(call, agent)
        return impression, None if said is None else said.number

    async def answer(self, agent: str, call: str, number: int | None, language: str) -> None:
        """Keep his score, in the place of an earlier one. number: None = he takes it back.

        Raises IllegalTransitionError unless he is winding this call up, NotFoundError if he is
        asked nothing about it, NotValidError for a number outside of the scale, StoreError.
        """
        if not self._winds_up(agent, call):
            raise IllegalTransitionError("a score belongs to the call that you are winding up")
        impression = await self._impression(agent, call, language)
        if impression is None:
            raise NotFoundError("nothing is asked about this call")
        if number is None:
            await self.store.agent_scores.take_back(call, agent)
            return
        question = impression.question
        if not question.allows(number):
            raise NotValidError(f"the score is a number from {question.low} to {question.high}")
        score = AgentScore(
            call=call,
            agent=agent,
            survey=impression.survey.code,
            plan=impression.plan.name,
            version=impression.survey.hash,
            question=question.name,
            kind=question.score,
            number=number,
            language=impression.language,
        )
        await self.store.agent_scores.keep(score, self.clock.now(), self.new_id)

    def _winds_up(self, agent: str, call: str) -> bool:
        row = self.agent(agent) or {}
        return row.get("call") == call and row.get("state") == AgentState.WRAPUP

    async def _impression(self, agent: str, call: str, language: str) -> Impression | None:
        plans = agent_plans(self.known().surveys.values())
        queue = self.queue(agent)
        row = await self.store.interactions.get(CallId(call)) if plans else None
        if row is None or row.is_test:
            return None
        facts = await self.knowing.of_contact(row, queue, (plan.match for _, plan in plans))
        return impression_of(plans, facts, language)
