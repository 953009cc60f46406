"""`sms`: sends a text message. Not carried out yet: nothing is sent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ivr.domain.values import Value
from ivr.engine.verb import Verb
from ivr.engine.verbs.unbuilt import unbuilt
from ivr.engine.view import View
from ivr.flow.fields import Fields, Prompt, valued
from ivr.flow.model import NEXT, Exits, Step
from ivr.flow.spec import VerbSpec


class SmsFields(Fields):
    """Fields of `sms`."""

    sms: Prompt
    to: valued("phone")  # type: ignore[valid-type]
    sender: str = ""
    purpose: str = "service"


def exits(_fields: Fields) -> Exits:
    """The next step: an SMS never holds the caller."""
    return Exits({NEXT: NEXT})


def _asked(step: Step, view: View) -> Mapping[str, Value]:
    fields: Any = step.fields
    text = view.written(fields.sms)
    return {"to": view.value(fields.to), "says": str(fields.sms), "text": text}


VERB = Verb(VerbSpec("sms", SmsFields, exits, final=True, built=False), unbuilt(NEXT, _asked))
