"""`callback`: books a promise to call back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from pydantic import Field

from ivr.domain.commands import BookCallback, Note
from ivr.domain.events import EPOCH
from ivr.domain.outbound import CallbackBooked
from ivr.engine.verb import Leave, Move, Stay, Verb, of_fields
from ivr.engine.verbs.unbuilt import maybe, worth
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


def begin(step: Step, view: View) -> Move:
    """Ask for the promise; a caller whose number nobody knows cannot be called back."""
    fields: Any = step.fields
    number = view.state.ani if fields.number is None else view.value(fields.number)
    if not number:
        return Leave("failed")
    return Stay(ask={"booked": _wanted(step, view, str(number))})


def _wanted(step: Step, view: View, number: str) -> BookCallback:
    fields: Any = step.fields
    at = maybe(view, fields.at)
    return BookCallback(
        queue=fields.callback.name,
        number=number,
        due=at if isinstance(at, datetime) else None,
        window_s=fields.window,
        attempts=fields.attempts,
        priority=place_among(maybe(view, fields.priority)),
        language=view.language,
        pop=worth(view, fields.pop),
    )


def place_among(value: Value) -> str:
    """A priority from 0 to 10 as text; "" = the queue's own."""
    return str(min(max(round(value), 0), 10)) if isinstance(value, Decimal) else ""


def _booked(step: Step, view: View, event: CallbackBooked) -> Move:
    """The caller, if he is still there, hears when we call, and goes on."""
    fields: Any = step.fields
    if not event.done:
        return Leave("failed")
    prompts = () if view.silent else view.prompts(fields.say)
    return Leave(NEXT, (told(step, event),), prompts=prompts, outcome="callback")


def told(step: Step, event: CallbackBooked) -> Note:
    """The note that a promise leaves: its id, number and time."""
    due = None if event.due == EPOCH else event.due
    facts: dict[str, Value] = {"step": step.id, "promise": event.promise, "at": due}
    return Note(what="callback", facts={**facts, "pii": {"number": event.number}})


VERB = Verb(
    VerbSpec("callback", CallbackFields, of_fields(exits), human=True, speaks=True, waits=True),
    begin,
    {("booked", CallbackBooked): _booked},
)
