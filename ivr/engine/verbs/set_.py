"""`set`: gives variables, outputs of a sub-flow, or the language of the call a value."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from pydantic import Field

from ivr.domain.commands import Note
from ivr.engine.verb import Leave, Move, Verb, of_fields
from ivr.flow.fields import Fields, valued
from ivr.flow.model import NEXT, Exits, Step
from ivr.flow.spec import VerbSpec, Writes

if TYPE_CHECKING:
    from ivr.domain.values import Value
    from ivr.engine.view import View

LANGUAGE = "call.language"


class SetFields(Fields):
    """Fields of `set`."""

    set: Mapping[str, valued(optional=True)] = Field(  # type: ignore[valid-type]
        description="Variables, or `call.language`, and their new values."
    )


def exits(_fields: Fields) -> Exits:
    """The next step."""
    return Exits({NEXT: NEXT})


def writes(fields: SetFields) -> Writes:
    """Every name on the left, on the way on. Whether it is known, its value says."""
    return Writes({NEXT: tuple(name for name in fields.set if name != LANGUAGE)})


def begin(step: Step, view: View) -> Move:
    """All values are worked out before any is written."""
    fields: Any = step.fields
    flow = view.flow
    declared = {**flow.inputs, **flow.outputs, **flow.variables}
    values: dict[str, Value] = {}
    for name, given in fields.set.items():
        wanted = declared[name].type if name in declared else None
        values[name] = view.value(given, wanted)
    language = values.pop(LANGUAGE, None)
    note = Note(what="set", facts={"names": tuple(fields.set)})
    spoken = language if isinstance(language, str) and language in flow.languages else ""
    return Leave(NEXT, (note,), values, language=spoken)


VERB = Verb(VerbSpec("set", SetFields, of_fields(exits), of_fields(writes), final=True), begin)
