"""`record`: starts, pauses and stops recording. Not carried out yet: nothing is recorded or said."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from ivr.domain.values import Value
from ivr.engine.verb import Verb
from ivr.engine.verbs.unbuilt import unbuilt
from ivr.engine.view import View
from ivr.flow.fields import Exit, Fields, Flag, Key, Prompts
from ivr.flow.model import ERROR, NEXT, Exits, Step
from ivr.flow.spec import Timing, VerbSpec


class RecordFields(Fields):
    """Fields of `record`."""

    record: Literal["start", "pause", "resume", "stop"]
    notice: Prompts = ()
    barge_in: Flag = False
    consent: str = ""
    refuse_key: Key = ""
    refused: Exit | None = None


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
    VerbSpec("record", RecordFields, exits, bounds=bounds, speaks=True, built=False),  # type: ignore[arg-type]
    unbuilt(NEXT, _asked),
)
