"""Surveys: which there are, their texts to be looked at, alarms, and the check of a file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import StringConstraints

from ivr.domain.errors import NotAllowedError, NotFoundError
from ivr.web.api.parts import BASE
from ivr.web.api.surveys.shapes import (
    AlarmOut,
    PlanOut,
    ProblemOut,
    SurveyDetail,
    SurveyOut,
    detail_out,
    problem_out,
    survey_out,
)
from ivr.web.permissions import OWN, Right, demand
from ivr.web.typed import Ask, Body, Items, Route

if TYPE_CHECKING:
    from ivr.web.api.surveys.parts import SurveyParts

Code = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,63}\z")]
FileText = Annotated[str, StringConstraints(max_length=200_000)]


class SurveyFile(Body):
    """A survey as its file holds it. code: the name of the file, without `.yaml`."""

    code: Code
    text: FileText


@dataclass(frozen=True, slots=True)
class SurveyRoutes:
    """The routes /surveys and /survey-alarms."""

    parts: SurveyParts

    def routes(self) -> list[Route]:
        """The operations of this module."""
        many, read, edit = f"{BASE}/surveys", Right("survey", "r"), Right("survey", "e")
        return [
            Route("GET", many, self.surveys, read),
            Route("GET", f"{many}/{{survey}}", self.survey, read),
            Route("POST", f"{many}/validate", self.validate_survey, Right("survey", "a")),
            Route("POST", f"{many}/{{survey}}/plans/{{plan}}/pause", self.pause_plan, edit),
            Route("POST", f"{many}/{{survey}}/plans/{{plan}}/resume", self.resume_plan, edit),
            Route("GET", f"{BASE}/survey-alarms", self.survey_alarms, Right("survey_score", "r")),
        ]

    async def surveys(self) -> Items[SurveyOut]:
        """Every survey that was published, with its plans in force."""
        rows = await self.parts.opinions.surveys()
        return Items(items=[survey_out(row, self.parts.next_at) for row in rows])

    async def survey(self, survey: Code) -> SurveyDetail:
        """One with its newest texts, and what each costs as a message."""
        for row in await self.parts.opinions.surveys():
            if row.code == survey:
                return detail_out(row, self.parts.next_at)
        raise NotFoundError("there is no such survey")

    async def pause_plan(self, ask: Ask, survey: Code, plan: Code) -> PlanOut:
        """Ask nobody new for a plan, also after a restart and when its file is edited: contacts are
        plan_inactive, no wave begins, and one that has begun waits. Who was asked may answer."""
        await self.parts.api.write_down(ask, "survey_plan.pause", f"{survey}/{plan}")
        return await self._halted(survey, plan, halted=True)

    async def resume_plan(self, ask: Ask, survey: Code, plan: Code) -> PlanOut:
        """Let a plan go on; a wave that has waited within the hour."""
        await self.parts.api.write_down(ask, "survey_plan.resume", f"{survey}/{plan}")
        return await self._halted(survey, plan, halted=False)

    async def _halted(self, survey: str, plan: str, *, halted: bool) -> PlanOut:
        await self.parts.halt(survey, plan, halted)
        found = (await self.survey(survey)).plans
        return next(each for each in found if each.name == plan)

    async def validate_survey(self, body: SurveyFile) -> Items[ProblemOut]:
        """What `ivr check` would say of this file; nothing is published."""
        return Items(items=[problem_out(each) for each in self.parts.check(body.code, body.text)])

    async def survey_alarms(
        self, ask: Ask, survey: Code | None = None, state: Literal["open", "all"] = "open"
    ) -> Items[AlarmOut]:
        """Scores that left their usual level, the newest first, 200 at most; not for agents."""
        if demand(ask.who, "survey_score", "r") == OWN:
            raise NotAllowedError("alarms are about all callers, not about you")
        found = await self.parts.opinions.alarms(survey=survey or "", only_open=state == "open")
        return Items(items=[AlarmOut.model_validate(row) for row in found])
