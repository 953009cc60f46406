"""`survey_end`: says how far the caller came with the survey. Only surveys have this step."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field

from ivr.domain.filing import MoveInvitation
from ivr.engine.verb import Leave, Move, Verb, of_fields
from ivr.flow.fields import Fields, Variable
from ivr.flow.model import NEXT, Exits, Step
from ivr.flow.spec import VerbSpec

if TYPE_CHECKING:
    from ivr.engine.view import View

COMPLETED, PARTIAL, DECLINED, OPTED_OUT = "completed", "partial", "declined", "opted_out"


class EndFields(Fields):
    """Fields of `survey_end`."""

    survey_end: Literal["answered", "opted_out"] = Field(
        description="`opted_out`, or as far as was answered."
    )
    survey: str = Field(description="Code of the survey.")
    given: Variable = Field(description="Variable that counts answers.")
    missed: Variable = Field(description="Variable that counts what was skipped.")


def exits(_fields: EndFields) -> Exits:
    """The next step."""
    return Exits({NEXT: NEXT})


def begin(step: Step, view: View) -> Move:
    """Completed without a gap, partial with one; who answered nothing has declined."""
    fields: Any = step.fields
    state = OPTED_OUT if fields.survey_end == OPTED_OUT else _far(view, fields.given, fields.missed)
    return Leave(NEXT, (MoveInvitation(survey=fields.survey, state=state),))


def _far(view: View, given: str, missed: str) -> str:
    variables = view.frame.variables
    if not variables.get(given):
        return DECLINED
    return PARTIAL if variables.get(missed) else COMPLETED


VERB = Verb(VerbSpec("survey_end", EndFields, of_fields(exits)), begin)
