"""Waves of planned surveys: which there were, who is asked by the next, and the end of one."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field, StringConstraints

from ivr.web.api.parts import BASE
from ivr.web.api.surveys.rows import CSV, as_csv
from ivr.web.api.surveys.wave_shapes import PreviewOut, WaveOut, judged_out, lines_of, wave_out
from ivr.web.permissions import ALL, OWN, Right, may
from ivr.web.typed import Ask, Items, Limit, Query, Reply, Route

if TYPE_CHECKING:
    from ivr.runtime.survey_waves.previewing import Preview
    from ivr.web.api.surveys.parts import SurveyParts
    from ivr.web.permissions import Who

INVITATION = "survey_invitation"
SHOWN = 200
Code = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,63}\z")]
WaveId = Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z]{1,26}\z")]


class WavesAsked(Query):
    """Which waves, the newest first. survey: of this one. before: the `next` of the page before;
    as text it is in the header X-Next."""

    survey: Code | None = None
    before: Annotated[str, Field(pattern=r"^[0-9A-Za-z]{0,26}\z")] = ""
    limit: Limit = 50
    format: Literal["json", "csv"] = "json"


@dataclass(frozen=True, slots=True)
class WaveRoutes:
    """The routes /survey-waves, the preview of a plan, and a wave of it that is begun by hand."""

    parts: SurveyParts

    def routes(self) -> list[Route]:
        """The operations of this module."""
        waves = f"{BASE}/survey-waves"
        plan = f"{BASE}/surveys/{{survey}}/plans/{{plan}}"
        return [
            Route("GET", waves, self.waves, Right("survey", "r"), media=(CSV,)),
            Route("POST", f"{waves}/{{wave}}/stop", self.stop_wave, Right("survey", "e")),
            Route("GET", f"{plan}/preview", self.preview_plan, Right("survey", "r")),
            Route("POST", f"{plan}/waves", self.start_wave, Right("survey", "e")),
        ]

    async def waves(self, query: WavesAsked) -> Reply[Items[WaveOut]]:
        """Waves of planned surveys with what became of them, the newest first."""
        surveys = (query.survey,) if query.survey else ()
        rows = await self.parts.waves.list(surveys, query.before, query.limit)
        now = self.parts.api.clock.now()
        items = [wave_out(row, now) for row in rows]
        following = items[-1].id if len(items) == query.limit else None
        found = Items(items=items, next=following)
        if query.format == "json":
            return Reply(found)
        headers = {"X-Next": following} if following else {}
        return Reply(found, headers=headers, dress=partial(as_csv, "waves", lines_of(items)))

    async def stop_wave(self, ask: Ask, wave: WaveId) -> WaveOut:
        """Nobody else is called or written to for this wave; who was asked may still answer."""
        now = self.parts.api.clock.now()
        await self.parts.api.write_down(ask, "survey_wave.stop", wave)
        return wave_out(await self.parts.waves.stop(wave, ask.who.name, now), now)

    async def preview_plan(self, ask: Ask, survey: Code, plan: Code) -> PreviewOut:
        """Who would be asked by the next wave of a planned survey, how many, and why not. Nothing
        is drawn or written."""
        found = await self.parts.preview(survey, plan)
        return _preview(survey, plan, found, ask.who)

    async def start_wave(self, ask: Ask, survey: Code, plan: Code) -> WaveOut:
        """Begin a wave of a planned survey now, beside those that come at their times: it is drawn
        as they are, and ends where the next of them begins. 409 while one of this plan is drawn,
        asks people or waits for their answers."""
        await self.parts.api.write_down(ask, "survey_wave.start", f"{survey}/{plan}")
        row = await self.parts.start(survey, plan, ask.who.name)
        return wave_out(row, self.parts.api.clock.now())


def _preview(survey: str, plan: str, found: Preview, who: Who) -> PreviewOut:
    people = found.people[:SHOWN] if may(who, INVITATION, "r") == ALL else ()
    numbers = may(who, "number", "r") not in {None, OWN}
    return PreviewOut(
        survey=survey,
        plan=plan,
        wave=found.wave.key,
        at=found.wave.at,
        ends_at=found.wave.ends_at,
        looked_at=found.drawn.looked_at,
        eligible=found.drawn.eligible,
        selected=len(found.drawn.chosen),
        rate=found.drawn.rate,
        not_drawn=found.drawn.reasons,
        judged=len(found.people),
        asked=found.asked,
        media=found.media,
        refused=found.refused,
        people=tuple(judged_out(each, numbers=numbers) for each in people),
    )
