"""What the routes of surveys are made from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from ivr.domain.problem import Problem

if TYPE_CHECKING:
    from ivr.runtime.ports.opinions import Opinions
    from ivr.runtime.ports.tickets import Rules
    from ivr.web.api.parts import ApiParts

Check: TypeAlias = Callable[[str, str], Sequence[Problem]]
"""The code of a survey and the text of its file -> every mistake, by place."""


@dataclass(frozen=True, slots=True)
class SurveyParts:
    """The seams behind it. rules: for teams. check: what `ivr check` says of a file."""

    api: ApiParts
    opinions: Opinions
    rules: Rules
    check: Check
