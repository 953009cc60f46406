"""`survey_end`: says how far the caller came with the survey. Only surveys have this step.

Of whom we have called nobody knows that he is a person until he presses a key: where nothing was
pressed, nobody was reached.
"""

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
MISSED, NOT_ANSWERED = "missed", "not_answered"


class EndFields(Fields):
    """Fields of `survey_end`."""

    survey_end: Literal["answered", "opted_out"] = Field(
        description="`opted_out`, or as far as was answered."
    )
    survey: str = Field(description="Code of the survey.")
    given: Variable = Field(description="Variable that counts answers.")
    missed: Variable = Field(description="Variable that counts what was skipped.")
    silent: Variable | None = Field(
        None, description="Variable that is 1 after nothing but silence."
    )


def exits(_fields: EndFields) -> Exits:
    """The next step."""
    return Exits({NEXT: NEXT})


def begin(step: Step, view: View) -> Move:
    """Completed without a gap, partial with one; who answered nothing has declined."""
    fields: Any = step.fields
    state, reason = OPTED_OUT, ""
    if fields.survey_end != OPTED_OUT:
        state, reason = _far(view, fields)
    return Leave(NEXT, (MoveInvitation(survey=fields.survey, state=state, reason=reason),))


def _far(view: View, fields: Any) -> tuple[str, str]:  # noqa: ANN401 - of this step
    variables, placed = view.frame.variables, view.state.placed
    if not variables.get(fields.given):
        is_called = placed is not None and bool(placed.survey)
        is_nobody = is_called and variables.get(fields.silent or "")
        return (MISSED, NOT_ANSWERED) if is_nobody else (DECLINED, "")
    return (PARTIAL if variables.get(fields.missed) else COMPLETED), ""


VERB = Verb(VerbSpec("survey_end", EndFields, of_fields(exits)), begin)
