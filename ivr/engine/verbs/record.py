"""`record`: starts, pauses and stops the recording of the call, and tells the caller of it.

On a trunk that records no calls the step is passed by, and the notice is not said.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any, Literal, cast

from pydantic import Field

from ivr.domain.commands import Note
from ivr.domain.events import KeysCollected
from ivr.domain.recording import (
    EndRecording,
    KeepConsent,
    NoticeHeard,
    PauseRecording,
    RecordCall,
)
from ivr.engine.verb import Leave, Move, Stay, Verb, of_fields
from ivr.engine.verbs import listening
from ivr.engine.verbs.unbuilt import unbuilt
from ivr.flow.fields import Exit, Fields, Flag, Key, Prompts
from ivr.flow.model import ERROR, NEXT, Exits, Step
from ivr.flow.spec import CallerKind, Timing, VerbSpec

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ivr.domain.call import Prompt
    from ivr.domain.commands import Command
    from ivr.domain.values import Value
    from ivr.engine.view import View

REFUSE_S = 2.0
"""How long after the notice the call waits for the key by which it is refused."""
REFUSED = "refused"
VERSION_DIGITS = 12
"""So much of the SHA-256 of a notice says which words it had."""
MOST_TRIES = 3
"""So often a notice is begun that somebody cuts short by a wrong key; then it is said in full."""


class RecordFields(Fields):
    """Fields of `record`."""

    record: Literal["start", "pause", "resume", "stop"] = Field(
        description="`start`, `pause`, `resume` or `stop`."
    )
    notice: Prompts = Field((), description="Prompts that tell the caller about the recording.")
    barge_in: Flag = Field(False, description="Whether a key may cut the notice.")
    consent: str = Field(
        "",
        description="Name under which it is written down that the caller was told, and whether "
        "he refused (`/api/v1/consents`, purpose `recording`).",
    )
    refuse_key: Key = Field("", description="Key by which a caller refuses.")
    refused: Exit | None = Field(None, description="Where a caller goes who refuses.")


def exits(fields: RecordFields) -> Exits:
    """The next step, and `refused` where a key may refuse."""
    if not fields.refuse_key:
        return Exits({NEXT: NEXT})
    return Exits({NEXT: NEXT, "refused": fields.refused or ERROR})


def bounds(step: Step, timing: Timing) -> Mapping[str, float]:
    """The length of the notice, and the time to refuse; wrong keys begin it anew."""
    fields: Any = step.fields
    notice_s = timing.prompt_s(tuple(fields.notice))
    if not fields.refuse_key:
        return dict.fromkeys(step.exits.targets, notice_s)
    once_s = notice_s + REFUSE_S
    errs = timing.kind is not CallerKind.SILENT
    return dict.fromkeys(step.exits.targets, MOST_TRIES * once_s + notice_s if errs else once_s)


def _asked(step: Step, _view: View) -> Mapping[str, Value]:
    fields: Any = step.fields
    return {"record": fields.record, "consent": fields.consent}


_NOT_HERE = unbuilt(NEXT, _asked)


def begin(step: Step, view: View) -> Move:
    """A notice without a way to refuse is part of the recording, as the proof that it was said."""
    fields: Any = step.fields
    if not view.can_tape:
        return _NOT_HERE(step, view)
    if fields.record != "start":
        return Leave(NEXT, (_CHANGES[fields.record],))
    if fields.refuse_key:
        return _offered(step, view, 1)
    prompts = view.prompts(fields.notice, barge_in=fields.barge_in)
    return _recorded(prompts, _known(step, view, "announced"))


def _offered(step: Step, view: View, number: int) -> Stay:
    """The notice, in which the key counts from its first word."""
    fields: Any = step.fields
    prompts = (*view.queued, *view.prompts(fields.notice, barge_in=True))
    how = {"first_s": REFUSE_S, "last_s": 0.0, "end_key": "", "speech": False, "words": ()}
    listen = listening.collect(
        step, view, prompts, keys=(str(fields.refuse_key),), type_ahead=False, **how
    )
    return Stay(ask={"keys": listen}, keep={"tries": number})


def _answered(step: Step, view: View, event: KeysCollected) -> Move:
    """Who presses the key refuses; who says nothing does not. Another key has cut the notice."""
    fields: Any = step.fields
    if event.reason == "match":
        return Leave("refused", _known(step, view, REFUSED))
    if event.reason == "none":
        return _recorded((), _known(step, view, "not_refused"))
    tries = cast("int", view.data["tries"])
    if tries < MOST_TRIES:
        return _offered(step, view, tries + 1)
    prompts = view.prompts(fields.notice, barge_in=False)
    return _recorded(prompts, _known(step, view, "not_refused"))


def _recorded(prompts: tuple[Prompt, ...], known: tuple[Command, ...]) -> Leave:
    return Leave(NEXT, (*known, RecordCall()), prompts=prompts)


def _known(step: Step, view: View, answer: str) -> tuple[Command, ...]:
    """What the caller knows by now, and what is written down of it: of a notice that was said."""
    fields: Any = step.fields
    if not fields.notice and answer != REFUSED:
        return ()
    heard = NoticeHeard(refused=answer == REFUSED)
    if not (fields.consent and fields.notice):
        return (heard,)
    prompts = view.prompts(fields.notice)
    said = "\n".join(prompt.audio or prompt.text for prompt in prompts)
    kept = KeepConsent(
        name=fields.consent,
        agreed=answer != REFUSED,
        answer=answer,
        notice="+".join(fields.notice),
        version=sha256(said.encode()).hexdigest()[:VERSION_DIGITS],
        language=prompts[0].language,
        number=view.state.ani or "",
    )
    facts: dict[str, Value] = {"name": kept.name, "answer": answer, "notice": kept.notice}
    return (heard, Note(what="consent", facts={**facts, "version": kept.version}), kept)


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
    ),
    begin,
    {("keys", KeysCollected): _answered},
)
