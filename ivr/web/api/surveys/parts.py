"""What the routes of surveys are made from."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from ivr.domain.problem import Problem

if TYPE_CHECKING:
    from datetime import datetime

    from ivr.runtime.ports.asking.waves import WaveRow, Waves
    from ivr.runtime.ports.opinions import Opinions
    from ivr.runtime.ports.tickets import Rules
    from ivr.runtime.survey_waves.previewing import Preview
    from ivr.web.api.parts import ApiParts

Check: TypeAlias = Callable[[str, str], Sequence[Problem]]
"""The code of a survey and the text of its file -> every mistake, by place."""


@dataclass(frozen=True, slots=True)
class SurveyParts:
    """The seams behind it. rules: for teams. check: what `ivr check` says of a file.

    preview, next_at: of the next wave of a plan, by the code of its survey and its name. start:
    begins one now, and who does so. halt: ask nobody new for a plan (true), or go on.
    """

    api: ApiParts
    opinions: Opinions
    rules: Rules
    check: Check
    waves: Waves
    preview: Callable[[str, str], Awaitable[Preview]]
    next_at: Callable[[str, str], datetime | None]
    start: Callable[[str, str, str], Awaitable[WaveRow]]
    halt: Callable[[str, str, bool], Awaitable[None]]
