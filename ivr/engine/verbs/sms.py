"""`sms`: sends a text message. Not carried out yet: nothing is sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import Field

from ivr.engine.verb import Verb
from ivr.engine.verbs.unbuilt import unbuilt
from ivr.flow.fields import Fields, Prompt, valued
from ivr.flow.model import NEXT, Exits, Step
from ivr.flow.spec import VerbSpec

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ivr.domain.values import Value
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


def _asked(step: Step, view: View) -> Mapping[str, Value]:
    fields: Any = step.fields
    text = view.written(fields.sms)
    return {"to": view.value(fields.to), "says": str(fields.sms), "text": text}


VERB = Verb(VerbSpec("sms", SmsFields, exits, final=True, built=False), unbuilt(NEXT, _asked))
