"""The API of surveys: `survey_routes(parts)`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.web.api.surveys.parts import SurveyParts
from ivr.web.api.surveys.rows import SurveyRowRoutes
from ivr.web.api.surveys.surveys import SurveyRoutes
from ivr.web.api.surveys.waves import WaveRoutes

if TYPE_CHECKING:
    from ivr.web.typed import Route

__all__ = ["SurveyParts", "survey_routes"]


def survey_routes(parts: SurveyParts) -> list[Route]:
    """Every operation of this package, for `add_api`."""
    every = (SurveyRoutes(parts), SurveyRowRoutes(parts), WaveRoutes(parts))
    return [route for each in every for route in each.routes()]
