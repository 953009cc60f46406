"""`ticket`: opens a ticket. Not carried out yet (exit `failed`, which is the next step)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from pydantic import Field

from ivr.engine.verb import Verb, of_fields
from ivr.engine.verbs.unbuilt import maybe, unbuilt
from ivr.flow.fields import Exit, Fields, Prompt, Variable, reference, valued
from ivr.flow.model import NEXT, Exits, Step
from ivr.flow.spec import Timing, VerbSpec, Writes

if TYPE_CHECKING:
    from ivr.domain.values import Value
    from ivr.engine.view import View


class TicketFields(Fields):
    """Fields of `ticket`."""

    ticket: Prompt = Field(description="Prompt that is the subject, in its written form.")
    into: Variable | None = Field(None, description="Variable that gets the ticket.")
    kind: str = Field("request", description="Kind of the ticket.")
    priority: str = Field("normal", description="Priority of the ticket.")
    customer: valued("text", optional=True) = Field(  # type: ignore[valid-type]
        None, description="Number of the customer it belongs to."
    )
    category: str = Field("", description="Category of the ticket.")
    tags: tuple[str, ...] = Field((), description="Words to find it by.")
    body: Mapping[str, valued(optional=True)] = Field(  # type: ignore[valid-type]
        default_factory=dict, description="Values of the category's form, by name."
    )
    queue: reference("queues") = Field(  # type: ignore[valid-type]
        None, description="Queue that works on it."
    )
    failed: Exit | None = Field(
        None,
        description="Where the call goes when no ticket could be opened; else the next step.",
    )


def exits(fields: TicketFields) -> Exits:
    """The next step, also when no ticket could be opened, unless `failed` is written."""
    return Exits({NEXT: NEXT, "failed": fields.failed or NEXT})


def writes(fields: TicketFields) -> Writes:
    """The ticket is known only where a failure leads elsewhere."""
    if fields.into is None:
        return Writes()
    names = (fields.into,)
    if fields.failed is None:
        return Writes({}, {NEXT: names, "failed": names})
    return Writes({NEXT: names}, {"failed": names})


def bounds(step: Step, timing: Timing) -> Mapping[str, float]:
    """At most half a second for the number."""
    return dict.fromkeys(step.exits.targets, 0.5)


def _asked(step: Step, view: View) -> Mapping[str, Value]:
    fields: Any = step.fields
    return {
        "subject": str(fields.ticket),
        "text": view.written(fields.ticket),
        "priority": fields.priority,
        "customer": maybe(view, fields.customer),
        "tags": fields.tags,
        "category": fields.category,
    }


VERB = Verb(
    VerbSpec(
        "ticket",
        TicketFields,
        of_fields(exits),
        of_fields(writes),
        bounds,
        final=True,
        waits=True,
        built=False,
        instead="failed",
    ),
    unbuilt("failed", _asked),
)
