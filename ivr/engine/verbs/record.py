"""`record`: starts, pauses and stops the recording of the call, and tells the caller of it.

On a trunk that records no calls the step is passed by, and the notice is not said.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field

from ivr.domain.commands import Note
from ivr.domain.events import KeysCollected
from ivr.domain.recording import EndRecording, PauseRecording, RecordCall
from ivr.engine.verb import Leave, Move, Stay, Verb, of_fields
from ivr.engine.verbs import listening
from ivr.engine.verbs.unbuilt import unbuilt
from ivr.flow.fields import Exit, Fields, Flag, Key, Prompts
from ivr.flow.model import ERROR, NEXT, Exits, Step
from ivr.flow.spec import Timing, VerbSpec

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ivr.domain.commands import Command
    from ivr.domain.values import Value
    from ivr.engine.view import View

REFUSE_S = 2.0
"""How long after the notice the call waits for the key by which it is refused."""


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
    """The length of the notice, and the time to refuse."""
    fields: Any = step.fields
    spare_s = REFUSE_S if fields.refuse_key else 0.0
    return dict.fromkeys(step.exits.targets, timing.prompt_s(tuple(fields.notice)) + spare_s)


def _asked(step: Step, _view: View) -> Mapping[str, Value]:
    fields: Any = step.fields
    return {"record": fields.record, "consent": fields.consent}


_NOT_HERE = unbuilt(NEXT, _asked)


def begin(step: Step, view: View) -> Move:
    """The notice is part of the recording, as the proof that it was said."""
    fields: Any = step.fields
    if not view.can_tape:
        return _NOT_HERE(step, view)
    if fields.record != "start":
        return Leave(NEXT, (_CHANGES[fields.record],))
    prompts = view.prompts(fields.notice, barge_in=fields.barge_in)
    if not fields.refuse_key:
        return Leave(NEXT, (RecordCall(),), prompts=prompts)
    how = {"first_s": REFUSE_S, "last_s": 0.0, "end_key": "", "speech": False, "words": ()}
    key = str(fields.refuse_key)
    listen = listening.collect(step, view, (*view.queued, *prompts), keys=(key,), **how)
    return Stay(ask={"keys": listen})


def _answered(_step: Step, _view: View, event: KeysCollected) -> Move:
    """Who presses the key refuses; whoever says nothing or presses another one does not."""
    if event.reason == "match":
        return Leave("refused", (Note(what="recording", facts={"state": "refused"}),))
    return Leave(NEXT, (RecordCall(),))


_CHANGES: Mapping[str, Command] = {
    "pause": PauseRecording(on=True),
    "resume": PauseRecording(on=False),
    "stop": EndRecording(),
}
VERB = Verb(
    VerbSpec(
        "record",
        RecordFields,
        of_fields(exits),
        bounds=bounds,
        speaks=True,
        tapes=True,
        later=(("consent",),),
    ),
    begin,
    {("keys", KeysCollected): _answered},
)
