"""`record`: starts, pauses and stops recording. Not carried out yet: nothing is recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field

from ivr.engine.verb import Verb, of_fields
from ivr.engine.verbs.unbuilt import unbuilt
from ivr.flow.fields import Exit, Fields, Flag, Key, Prompts
from ivr.flow.model import ERROR, NEXT, Exits, Step
from ivr.flow.spec import Timing, VerbSpec

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ivr.domain.values import Value
    from ivr.engine.view import View


class RecordFields(Fields):
    """Fields of `record`."""

    record: Literal["start", "pause", "resume", "stop"] = Field(
        description="`start`, `pause`, `resume` or `stop`."
    )
    notice: Prompts = Field((), description="Prompts that tell the caller about the recording.")
    barge_in: Flag = Field(False, description="Whether a key may cut the notice.")
    consent: str = Field("", description="Name under which the consent is kept.")
    refuse_key: Key = Field("", description="Key by which a caller refuses.")
    refused: Exit | None = Field(None, description="Where a caller goes who refuses.")


def exits(fields: RecordFields) -> Exits:
    """The next step, and `refused` where a key may refuse."""
    if not fields.refuse_key:
        return Exits({NEXT: NEXT})
    return Exits({NEXT: NEXT, "refused": fields.refused or ERROR})


def bounds(step: Step, timing: Timing) -> Mapping[str, float]:
    """The length of the notice."""
    fields: Any = step.fields
    return dict.fromkeys(step.exits.targets, timing.prompt_s(tuple(fields.notice)))


def _asked(step: Step, _view: View) -> Mapping[str, Value]:
    fields: Any = step.fields
    return {"record": fields.record, "consent": fields.consent}


VERB = Verb(
    VerbSpec("record", RecordFields, of_fields(exits), bounds=bounds, speaks=True, built=False),
    unbuilt(NEXT, _asked),
)
