"""`voicemail`: takes a message. Not carried out yet (exit `empty`, else `done`)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BeforeValidator, Field

from ivr.engine.verb import Verb, of_fields
from ivr.engine.verbs.unbuilt import unbuilt
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

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ivr.domain.values import Value
    from ivr.engine.view import View


class MessageTicket(Strict):
    """The ticket that a message opens."""

    subject: Prompt = Field(description="Prompt that is the subject, in its written form.")
    customer: valued("text", optional=True) = Field(  # type: ignore[valid-type]
        None, description="Number of the customer it belongs to."
    )


def _subject(value: object) -> object:
    return {"subject": value} if isinstance(value, str) else value


class VoicemailFields(Fields):
    """Fields of `voicemail`."""

    voicemail: Prompts = Field(description="Prompts said before the beep.")
    box: str = Field("", description="The box that the message goes to.")
    longest: Seconds = Field(120.0, description="The longest message.")
    silence: Seconds = Field(5.0, description="Silence that ends the message.")
    end_key: EndKey = Field("#", description="Key that ends the message.")
    shortest: Seconds = Field(2.0, description="A shorter message counts as none.")
    transcribe: Flag = Field(False, description="Whether the message is also written down.")
    ticket: Annotated[MessageTicket, BeforeValidator(_subject), Short()] | None = Field(
        None, description="The ticket that the message opens: a subject, or `{subject, customer}`."
    )
    done: Exit | None = Field(
        None, description="Where a caller goes who is still there after the message."
    )
    empty: Exit | None = Field(
        None, description="Where a caller goes who left no message; as `done` if not written."
    )


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
        of_fields(exits),
        human=True,
        speaks=True,
        waits=True,
        built=False,
        instead="empty",
    ),
    unbuilt("empty", _asked),
)
