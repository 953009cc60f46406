"""`ticket`: opens a ticket of this call, or adds to one that is there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from pydantic import Field

from ivr.domain.commands import Note
from ivr.domain.filing import OpenTicket, TicketOpened
from ivr.engine.verb import Leave, Move, Stay, Verb, of_fields
from ivr.engine.verbs.unbuilt import maybe, worth
from ivr.flow.fields import Exit, Fields, Prompt, Variable, reference, valued
from ivr.flow.model import NEXT, Exits, Step
from ivr.flow.spec import Timing, VerbSpec, Writes

if TYPE_CHECKING:
    from ivr.domain.values import Value
    from ivr.engine.view import View

Kind: TypeAlias = Literal[
    "", "complaint", "request", "question", "suggestion", "fault", "task", "callback"
]
Priority: TypeAlias = Literal["", "low", "normal", "high", "urgent"]
LIMIT_S = 2.0
"""So long a caller waits for the number of his ticket at most; it takes some 20 ms. A ticket that
comes later is not known to the flow, which may then open another one: better wait a little."""


class TicketFields(Fields):
    """Fields of `ticket`."""

    ticket: Prompt = Field(description="Prompt that is the subject, in its written form.")
    into: Variable | None = Field(None, description="Variable that gets the ticket.")
    append: valued("text", optional=True) = Field(  # type: ignore[valid-type]
        None, description="Number of a ticket that gets the text; a new one if it is missing."
    )
    kind: Kind = Field("", description="Kind of the ticket; the category's if not written.")
    priority: Priority = Field(
        "", description="Priority of the ticket; the category's if not written."
    )
    customer: valued("text", optional=True) = Field(  # type: ignore[valid-type]
        None, description="Number of the customer it belongs to; the known caller if missing."
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


def bounds(step: Step, _timing: Timing) -> Mapping[str, float]:
    """As long as the number may take."""
    return dict.fromkeys(step.exits.targets, LIMIT_S)


def begin(step: Step, view: View) -> Move:
    """Ask for it; what was said before is heard with what comes next."""
    fields: Any = step.fields
    wanted = OpenTicket(
        key=str(view.state.next_turn),
        name=str(fields.ticket),
        subject=view.written(fields.ticket),
        append=_text(maybe(view, fields.append)),
        kind=fields.kind,
        priority=fields.priority,
        customer=_text(maybe(view, fields.customer)),
        category=fields.category,
        queue=fields.queue.name if fields.queue is not None else "",
        tags=fields.tags,
        values=worth(view, fields.body),
    )
    return Stay(ask={"opened": wanted})


def _text(value: Value) -> str:
    return "" if value is None else str(value)


def outcome(step: Step, event: TicketOpened) -> Note:
    """What became of a ticket, for the record of the call."""
    facts: dict[str, Value] = {"step": step.id, "number": event.number, "ticket": event.ticket}
    if not event.done:
        facts = {"step": step.id, "failed": event.reason}
    return Note(what="ticket", facts=facts)


def _opened(step: Step, _view: View, event: TicketOpened) -> Move:
    fields: Any = step.fields
    found = {"number": event.number, "id": event.ticket} if event.done else None
    sets: dict[str, Value] = {fields.into: found} if fields.into else {}
    return Leave(NEXT if event.done else "failed", (outcome(step, event),), sets)


VERB = Verb(
    VerbSpec(
        "ticket",
        TicketFields,
        of_fields(exits),
        of_fields(writes),
        bounds,
        final=True,
        waits=True,
    ),
    begin,
    {("opened", TicketOpened): _opened},
)
