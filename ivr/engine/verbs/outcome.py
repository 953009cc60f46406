"""`outcome`: says what the call will count as, unless something weightier happens."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import Field

from ivr.domain.commands import Note
from ivr.engine.verb import Leave, Move, Verb
from ivr.flow.fields import Fields, valued
from ivr.flow.model import NEXT, Exits, Step
from ivr.flow.spec import VerbSpec

if TYPE_CHECKING:
    from ivr.engine.view import View


class OutcomeFields(Fields):
    """Fields of `outcome`: `self_served`, `callback`, or a name of config `outcomes:`."""

    outcome: str = Field(
        description="`self_served`, `callback`, or a name of `outcomes` in the configuration."
    )
    note: valued("text") = Field(  # type: ignore[valid-type]
        None, description="A text kept with it."
    )


def exits(_fields: Fields) -> Exits:
    """The next step."""
    return Exits({NEXT: NEXT})


def begin(step: Step, view: View) -> Move:
    """Remember the candidate; the end of the call decides."""
    fields: Any = step.fields
    said = "" if fields.note is None else str(view.value(fields.note))
    note = Note(what="outcome", facts={"outcome": fields.outcome})
    return Leave(NEXT, (note,), outcome=fields.outcome, note=said)


VERB = Verb(VerbSpec("outcome", OutcomeFields, exits, final=True), begin)
