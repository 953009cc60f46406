"""`callback`: books a promise to call back. Not carried out yet (exit `failed`)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import Field

from ivr.domain.values import Value
from ivr.engine.verb import Verb
from ivr.engine.verbs.unbuilt import maybe, unbuilt, worth
from ivr.engine.view import View
from ivr.flow.fields import Exit, Fields, Prompts, Seconds, Whole, reference, valued
from ivr.flow.model import ERROR, NEXT, Exits, Step
from ivr.flow.spec import VerbSpec


class CallbackFields(Fields):
    """Fields of `callback`."""

    callback: reference("queues")  # type: ignore[valid-type]
    number: valued("phone") = None  # type: ignore[valid-type]
    at: valued("datetime", optional=True) = None  # type: ignore[valid-type]
    window: Seconds = 7200.0
    attempts: Whole = 3
    priority: valued("number") = None  # type: ignore[valid-type]
    pop: Mapping[str, valued(optional=True)] = Field(default_factory=dict)  # type: ignore[valid-type]
    say: Prompts = ()
    failed: Exit | None = None


def exits(fields: CallbackFields) -> Exits:
    """The next step, or `failed`."""
    missing = () if fields.failed else ("failed",)
    return Exits({NEXT: NEXT, "failed": fields.failed or ERROR}, missing)


def _asked(step: Step, view: View) -> Mapping[str, Value]:
    fields: Any = step.fields
    return {
        "queue": fields.callback.name,
        "number": maybe(view, fields.number),
        "at": maybe(view, fields.at),
        "pop": worth(view, fields.pop),
    }


VERB = Verb(
    VerbSpec(
        "callback",
        CallbackFields,
        exits,  # type: ignore[arg-type]
        human=True,
        speaks=True,
        waits=True,
        built=False,
        instead="failed",
    ),
    unbuilt("failed", _asked),
)
