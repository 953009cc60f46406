"""`sms`: has a text message sent; the caller never waits for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import Field

from ivr.domain.commands import Note
from ivr.domain.filing import SendText
from ivr.engine.verb import Leave, Move, Verb
from ivr.flow.fields import Fields, Prompt, valued
from ivr.flow.model import NEXT, Exits, Step
from ivr.flow.spec import VerbSpec

if TYPE_CHECKING:
    from ivr.engine.view import View


class SmsFields(Fields):
    """Fields of `sms`."""

    sms: Prompt = Field(description="Prompt that is the text, in its written form.")
    to: valued("phone") = Field(description="Number it goes to.")  # type: ignore[valid-type]
    sender: str = Field("", description="Name or number it comes from.")
    purpose: str = Field("service", description="What it is for; quiet hours depend on it.")


def exits(_fields: Fields) -> Exits:
    """The next step: an SMS never holds the caller."""
    return Exits({NEXT: NEXT})


def begin(step: Step, view: View) -> Move:
    """It is stored with this step and sent afterwards; without a number there is nothing to do."""
    fields: Any = step.fields
    to = view.value(fields.to)
    note = Note(what="sms", facts={"step": step.id, "says": str(fields.sms), "sent": bool(to)})
    if not to:
        return Leave(NEXT, (note,))
    text = view.written(fields.sms)
    send = SendText(
        name=str(fields.sms),
        to=str(to),
        text=text,
        sender=fields.sender,
        purpose=fields.purpose,
    )
    return Leave(NEXT, (note, send))


VERB = Verb(VerbSpec("sms", SmsFields, exits, final=True), begin)
