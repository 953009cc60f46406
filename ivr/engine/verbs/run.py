"""`run`: walks a sub-flow and goes on by the exit it takes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from pydantic import ConfigDict, Field

from ivr.engine.verb import Enter, Move, Verb, of_fields
from ivr.flow.fields import Exit, Fields, Target, Variable, reference, valued
from ivr.flow.model import ERROR, NEXT, Exits, Step
from ivr.flow.spec import VerbSpec, Writes

if TYPE_CHECKING:
    from ivr.engine.view import View


class RunFields(Fields):
    """Fields of `run`. Every other field is an exit that the sub-flow declares."""

    model_config = ConfigDict(frozen=True, extra="allow", arbitrary_types_allowed=True)
    __pydantic_extra__: dict[str, Exit]

    run: reference("flows") = Field(  # type: ignore[valid-type]
        description="The sub-flow, one of `uses: flows`; each exit it declares is a field here.",
    )
    with_: Mapping[str, valued(optional=True)] = Field(  # type: ignore[valid-type]
        default_factory=dict, alias="with", description="Inputs of the sub-flow and their values."
    )
    into: Variable | None = Field(None, description="Variable that gets its outputs.")
    failed: Exit | None = Field(
        None, description="Where the call goes when the sub-flow ends by `exit.failed`."
    )


def exits(fields: RunFields) -> Exits:
    """The next step (`exit.done`), `failed`, and each exit the sub-flow declares."""
    extra: dict[str, Target] = fields.__pydantic_extra__ or {}
    targets: dict[str, str] = {NEXT: NEXT, "failed": fields.failed or ERROR, **extra}
    return Exits(targets, () if fields.failed else ("failed",))


def writes(fields: RunFields) -> Writes:
    """The record of outputs, when the sub-flow is done."""
    return Writes({NEXT: (fields.into,)}) if fields.into else Writes()


def begin(step: Step, view: View) -> Move:
    """Hand over the inputs."""
    fields: Any = step.fields
    flow = view.book.flow(view.state.flow_hash, fields.run.name)
    inputs = {
        name: view.value(given, flow.inputs[name].type if name in flow.inputs else None)
        for name, given in fields.with_.items()
    }
    return Enter(flow.name, inputs)


VERB = Verb(VerbSpec("run", RunFields, of_fields(exits), of_fields(writes), final=True), begin)
