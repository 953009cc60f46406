"""`callback`: books a promise to call back. Not carried out yet (exit `failed`)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from pydantic import Field

from ivr.engine.verb import Verb, of_fields
from ivr.engine.verbs.unbuilt import maybe, unbuilt, worth
from ivr.flow.fields import Exit, Fields, Prompts, Seconds, Whole, reference, valued
from ivr.flow.model import ERROR, NEXT, Exits, Step
from ivr.flow.spec import VerbSpec

if TYPE_CHECKING:
    from ivr.domain.values import Value
    from ivr.engine.view import View


class CallbackFields(Fields):
    """Fields of `callback`."""

    callback: reference("queues") = Field(  # type: ignore[valid-type]
        description="Queue whose agents call back."
    )
    number: valued("phone") = Field(  # type: ignore[valid-type]
        None, description="Number to call; the caller's own if not written."
    )
    at: valued("datetime", optional=True) = Field(  # type: ignore[valid-type]
        None, description="When to call; as soon as an agent is free if not written."
    )
    window: Seconds = Field(
        7200.0, description="How long after that time the call may still be made."
    )
    attempts: Whole = Field(3, description="How often it is tried.")
    priority: valued("number") = Field(  # type: ignore[valid-type]
        None, description="Place among those who wait, 0 to 10."
    )
    pop: Mapping[str, valued(optional=True)] = Field(  # type: ignore[valid-type]
        default_factory=dict, description="Values shown to the agent, by name."
    )
    say: Prompts = Field(
        (), description="Prompts said once it is booked; `callback.at` is known in them."
    )
    failed: Exit | None = Field(
        None, description="Where the caller goes when nothing could be booked."
    )


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
        of_fields(exits),
        human=True,
        speaks=True,
        waits=True,
        built=False,
        instead="failed",
    ),
    unbuilt("failed", _asked),
)
