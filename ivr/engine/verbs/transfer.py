"""`transfer`: connects the caller to a named place. Not carried out yet (exit `failed`)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field

from ivr.engine.verb import Verb, of_fields
from ivr.engine.verbs.unbuilt import unbuilt
from ivr.flow.fields import Exit, Fields, Prompt, Seconds, reference, valued
from ivr.flow.model import ERROR, Exits, Step
from ivr.flow.spec import VerbSpec

if TYPE_CHECKING:
    from ivr.domain.values import Value
    from ivr.engine.view import View


class TransferFields(Fields):
    """Fields of `transfer`."""

    transfer: reference("places") = Field(  # type: ignore[valid-type]
        description="The place to connect to, one of `uses: places`."
    )
    with_: Mapping[str, valued()] = Field(  # type: ignore[valid-type]
        default_factory=dict, alias="with", description="Inputs of the place and their values."
    )
    kind: Literal["bridge", "blind", "attended"] = Field(
        "bridge",
        description="`bridge` stays in the call, `blind` hands it over, `attended` needs an agent.",
    )
    ring: Seconds = Field(20.0, description="How long it may ring.")
    caller_id: str = Field("", description="Number that the called side sees.")
    whisper: Prompt | None = Field(None, description="Prompt that the called side hears first.")
    longest: Seconds | None = Field(None, description="The longest talk.")
    busy: Exit | None = Field(None, description="Where the caller goes when the line is busy.")
    noanswer: Exit | None = Field(None, description="Where the caller goes when nobody answers.")
    failed: Exit | None = Field(
        None, description="Where the caller goes when no connection is possible."
    )
    done: Exit | None = Field(
        None, description="Where a caller goes who is still there after the talk."
    )


def exits(fields: TransferFields) -> Exits:
    """`busy noanswer failed`, and `done` where we stay in the call."""
    names: tuple[str, ...] = ("busy", "noanswer", "failed")
    if fields.kind != "blind":
        names = (*names, "done")
    written = {name: getattr(fields, name) for name in names}
    missing = tuple(name for name, target in written.items() if target is None)
    return Exits({n: target or ERROR for n, target in written.items()}, missing, ends=True)


def _asked(step: Step, _view: View) -> Mapping[str, Value]:
    fields: Any = step.fields
    return {"transfer": fields.transfer.name, "kind": fields.kind}


VERB = Verb(
    VerbSpec(
        "transfer",
        TransferFields,
        of_fields(exits),
        human=True,
        person=True,
        speaks=True,
        waits=True,
        built=False,
        instead="failed",
    ),
    unbuilt("failed", _asked),
)
