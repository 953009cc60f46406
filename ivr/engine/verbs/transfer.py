"""`transfer`: connects the caller to a named place. Not carried out yet (exit `failed`)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import Field

from ivr.domain.values import Value
from ivr.engine.verb import Verb
from ivr.engine.verbs.unbuilt import unbuilt
from ivr.engine.view import View
from ivr.flow.fields import Exit, Fields, Prompt, Seconds, reference, valued
from ivr.flow.model import ERROR, Exits, Step
from ivr.flow.spec import VerbSpec


class TransferFields(Fields):
    """Fields of `transfer`."""

    transfer: reference("places")  # type: ignore[valid-type]
    with_: Mapping[str, valued()] = Field(default_factory=dict, alias="with")  # type: ignore[valid-type]
    kind: Literal["bridge", "blind", "attended"] = "bridge"
    ring: Seconds = 20.0
    caller_id: str = ""
    whisper: Prompt | None = None
    longest: Seconds | None = None
    busy: Exit | None = None
    noanswer: Exit | None = None
    failed: Exit | None = None
    done: Exit | None = None


def exits(fields: TransferFields) -> Exits:
    """`busy noanswer failed`, and `done` where we stay in the call."""
    names = ("busy", "noanswer", "failed")
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
        exits,  # type: ignore[arg-type]
        human=True,
        person=True,
        speaks=True,
        waits=True,
        built=False,
        instead="failed",
    ),
    unbuilt("failed", _asked),
)
