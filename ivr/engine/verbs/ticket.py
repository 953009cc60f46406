"""`ticket`: opens a ticket. Not carried out yet (exit `failed`, which is the next step)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import Field

from ivr.domain.values import Value
from ivr.engine.verb import Verb
from ivr.engine.verbs.unbuilt import maybe, unbuilt
from ivr.engine.view import View
from ivr.flow.fields import Exit, Fields, Prompt, Variable, reference, valued
from ivr.flow.model import NEXT, Exits, Step
from ivr.flow.spec import Timing, VerbSpec, Writes


class TicketFields(Fields):
    """Fields of `ticket`."""

    ticket: Prompt
    into: Variable | None = None
    kind: str = "request"
    priority: str = "normal"
    customer: valued("text", optional=True) = None  # type: ignore[valid-type]
    category: str = ""
    tags: tuple[str, ...] = ()
    body: Mapping[str, valued(optional=True)] = Field(default_factory=dict)  # type: ignore[valid-type]
    queue: reference("queues") = None  # type: ignore[valid-type]
    failed: Exit | None = None


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


def bounds(step: Step, _timing: Timing) -> Mapping[str, float]:
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
        exits,  # type: ignore[arg-type]
        writes,  # type: ignore[arg-type]
        bounds,
        final=True,
        waits=True,
        built=False,
        instead="failed",
    ),
    unbuilt("failed", _asked),
)
