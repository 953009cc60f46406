"""What agents believe of the callers whose calls they wind up: `/calls/{id}/agent-score`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pydantic import BaseModel

from ivr.domain.errors import NotFoundError
from ivr.web.api.fields import Key, Language, Score  # noqa: TC001 - read at run time
from ivr.web.api.parts import BASE
from ivr.web.api.sight import Sight
from ivr.web.permissions import Right, demand
from ivr.web.typed import Ask, Body, Route

if TYPE_CHECKING:
    from ivr.web.api.parts import ApiParts

_CONTROL = Right("call_control", "x")


class AgentScoreIn(Body):
    """What the agent believes the caller's score to be, or has heard him say; null takes back what
    he said."""

    score: Score | None


class AgentQuestionOut(BaseModel):
    """What the agent is asked. kind: csat, nps or ces. low, high: the numbers that he may give,
    both included. language: of the text."""

    survey: str
    kind: str
    low: int
    high: int
    text: str
    language: str


class AgentScoreOut(BaseModel):
    """question: null = nothing is asked about this call, or not now. score: what he has answered,
    null = nothing yet."""

    question: AgentQuestionOut | None
    score: int | None


@dataclass(frozen=True, slots=True)
class ImpressionRoutes:
    """The question at wrap-up and its answer, for the agent who had the call."""

    parts: ApiParts

    def routes(self) -> list[Route]:
        """The operations of this module."""
        path = f"{BASE}/calls/{{call}}/agent-score"
        return [
            Route("GET", path, self.agent_score, _CONTROL),
            Route("POST", path, self.give_agent_score, _CONTROL, also=(409,)),
        ]

    async def agent_score(self, ask: Ask, call: Key, language: Language = "") -> AgentScoreOut:
        """What you are asked about the call that you are winding up. It is the same whether or not
        its caller is asked himself. language: of the text, "" = yours."""
        self._see(ask, call)
        found = await self._asked(ask, call, language)
        return AgentScoreOut(question=None, score=None) if found is None else found

    async def give_agent_score(
        self, ask: Ask, call: Key, body: AgentScoreIn, language: Language = ""
    ) -> AgentScoreOut:
        """Say which score you believe the caller has. Until the wrap-up is over another one takes
        its place. Nobody has to; it is never counted with what callers answer. language: in which
        you were asked, "" = yours."""
        self._see(ask, call)
        impressions = self.parts.impressions
        if impressions is None:
            raise NotFoundError("nothing is asked about this call")
        await impressions.answer(ask.who.name, call, body.score, language or ask.who.language)
        found = await self._asked(ask, call, language)
        return AgentScoreOut(question=None, score=body.score) if found is None else found

    async def _asked(self, ask: Ask, call: str, language: str) -> AgentScoreOut | None:
        impressions = self.parts.impressions
        if impressions is None:
            return None
        found = await impressions.asked(ask.who.name, call, language or ask.who.language)
        if found is None:
            return None
        impression, score = found
        question = AgentQuestionOut(
            survey=impression.survey.code,
            kind=impression.question.score,
            low=impression.question.low,
            high=impression.question.high,
            text=impression.text,
            language=impression.language,
        )
        return AgentScoreOut(question=question, score=score)

    def _see(self, ask: Ask, call: str) -> None:
        """Raises NotAllowedError, and NotFoundError for calls outside of what he may control."""
        scope = demand(ask.who, _CONTROL.resource, _CONTROL.action)
        Sight(self.parts.floor, ask.who, scope).check_call(call)
