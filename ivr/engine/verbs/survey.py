"""`survey`: asks how it was. Not carried out yet: nobody is invited (exit `done`)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import Field

from ivr.engine.verb import Verb, of_fields
from ivr.engine.verbs.unbuilt import unbuilt
from ivr.flow.fields import Exit, Fields, reference
from ivr.flow.model import NEXT, Exits, Step
from ivr.flow.spec import VerbSpec

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ivr.domain.values import Value
    from ivr.engine.view import View


class SurveyFields(Fields):
    """Fields of `survey`. done: not needed in the final region."""

    survey: reference("surveys") = Field(  # type: ignore[valid-type]
        description="The survey, one of `uses: surveys`."
    )
    done: Exit | None = Field(
        None,
        description="Where the caller goes afterwards; not needed once the caller has hung up.",
    )


def exits(fields: SurveyFields) -> Exits:
    """`done`; without it the next step, which only the final region may do."""
    return Exits({"done": fields.done or NEXT}, ends=fields.done is not None)


def _asked(step: Step, _view: View) -> Mapping[str, Value]:
    fields: Any = step.fields
    return {"survey": fields.survey.name}


VERB = Verb(
    VerbSpec(
        "survey",
        SurveyFields,
        of_fields(exits),
        final=True,
        waits=True,
        built=False,
        instead="done",
    ),
    unbuilt("done", _asked),
)
