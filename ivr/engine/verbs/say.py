"""`say`: queues prompts; they are heard as part of the next step that waits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import Field

from ivr.domain.commands import Note
from ivr.engine.verb import Leave, Move, Verb
from ivr.flow.fields import Fields, Flag, Prompts
from ivr.flow.model import NEXT, Exits, Step
from ivr.flow.spec import Timing, VerbSpec

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ivr.engine.view import View


class SayFields(Fields):
    """Fields of `say`. barge_in: whether a key may cut it (default: the flow's `listen`)."""

    say: Prompts = Field(description="What is said: one prompt, or several in order.")
    barge_in: Flag | None = Field(
        None, description="Whether a key may cut it; what `listen` of the flow says if not written."
    )


def exits(_fields: Fields) -> Exits:
    """The next step."""
    return Exits({NEXT: NEXT})


def begin(step: Step, view: View) -> Move:
    """Render now, so that what is said is what was true now."""
    fields: Any = step.fields
    barge_in = view.flow.listen.barge_in if fields.barge_in is None else fields.barge_in
    prompts = view.prompts(fields.say, barge_in=barge_in)
    note = Note(
        what="say", facts={"prompts": tuple(map(str, fields.say)), "language": view.language}
    )
    return Leave(NEXT, (note,), prompts=prompts)


def bounds(step: Step, timing: Timing) -> Mapping[str, float]:
    """The length of the prompts."""
    fields: Any = step.fields
    return {NEXT: timing.prompt_s(tuple(fields.say))}


VERB = Verb(VerbSpec("say", SayFields, exits, bounds=bounds, speaks=True), begin)
