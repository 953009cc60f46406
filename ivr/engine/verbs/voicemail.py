"""`voicemail`: takes a message. Not carried out yet (exit `empty`, which is `done` if not written)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BeforeValidator

from ivr.domain.values import Value
from ivr.engine.verb import Verb
from ivr.engine.verbs.unbuilt import unbuilt
from ivr.engine.view import View
from ivr.flow.fields import (
    EndKey,
    Exit,
    Fields,
    Flag,
    Prompt,
    Prompts,
    Seconds,
    Short,
    Strict,
    valued,
)
from ivr.flow.model import ERROR, Exits, Step
from ivr.flow.spec import VerbSpec


class MessageTicket(Strict):
    """The ticket that a message opens."""

    subject: Prompt
    customer: valued("text", optional=True) = None  # type: ignore[valid-type]


def _subject(value: object) -> object:
    return {"subject": value} if isinstance(value, str) else value


class VoicemailFields(Fields):
    """Fields of `voicemail`."""

    voicemail: Prompts
    box: str = ""
    longest: Seconds = 120.0
    silence: Seconds = 5.0
    end_key: EndKey = "#"
    shortest: Seconds = 2.0
    transcribe: Flag = False
    ticket: Annotated[MessageTicket, BeforeValidator(_subject), Short()] | None = None
    done: Exit | None = None
    empty: Exit | None = None


def exits(fields: VoicemailFields) -> Exits:
    """`done`, and `empty` that leads there too unless written."""
    done = fields.done or ERROR
    targets = {"done": done, "empty": fields.empty or done}
    return Exits(targets, () if fields.done else ("done",), ends=True)


def _asked(step: Step, _view: View) -> Mapping[str, Value]:
    fields: Any = step.fields
    return {"voicemail": fields.box}


VERB = Verb(
    VerbSpec(
        "voicemail",
        VoicemailFields,
        exits,  # type: ignore[arg-type]
        human=True,
        speaks=True,
        waits=True,
        built=False,
        instead="empty",
    ),
    unbuilt("empty", _asked),
)
