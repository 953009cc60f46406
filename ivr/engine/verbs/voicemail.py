"""`voicemail`: says its prompts, gives a tone and takes a message; a ticket tells who looks at it.

Who hangs up while he speaks ends his message that way: it is kept, and its ticket opened.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BeforeValidator, Field

from ivr.domain.commands import Note
from ivr.domain.events import TimerFired
from ivr.domain.filing import OpenTicket, TicketOpened
from ivr.domain.recording import BEEP_S, VOICEMAIL, KeepRecording, MessageTaken, TakeMessage
from ivr.engine.record.messages import MESSAGE_NAME as MESSAGE
from ivr.engine.record.messages import PATIENCE
from ivr.engine.verb import Leave, Move, Stay, Verb, of_fields
from ivr.engine.verbs import ticket
from ivr.engine.verbs.unbuilt import maybe
from ivr.flow.expressions import EvaluationError
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
from ivr.flow.prompts import RenderError
from ivr.flow.spec import Timing, VerbSpec

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


def bounds(step: Step, timing: Timing) -> Mapping[str, float]:
    """The prompts, the tone and the longest message, then the ticket."""
    fields: Any = step.fields
    ticket_s = ticket.LIMIT_S if fields.ticket is not None else 0.0
    longest_s = timing.prompt_s(tuple(fields.voicemail)) + BEEP_S + fields.longest
    return dict.fromkeys(step.exits.targets, longest_s + ticket_s)


def begin(step: Step, view: View) -> Move:
    """Say what is to be said, then listen to whatever the caller has to tell."""
    fields: Any = step.fields
    if not view.is_heard or not view.can_record:
        return Leave("empty")
    wanted = TakeMessage(
        prompts=(*view.queued, *view.prompts(fields.voicemail)),
        longest_s=fields.longest,
        silence_s=fields.silence,
        end_key=fields.end_key,
        shortest_s=fields.shortest,
    )
    return Stay(ask={MESSAGE: wanted}, do=(_note(step, began=True),))


def _taken(step: Step, view: View, event: MessageTaken) -> Move:
    """Too short is no message; else it is kept, and a ticket opened where the step wants one."""
    fields: Any = step.fields
    note = _note(step, seconds=event.seconds, ended_by=event.ended_by)
    if event.seconds < fields.shortest or not event.seconds:
        return Leave("empty", (note,))
    kept = KeepRecording(
        kind=VOICEMAIL,
        turn=event.turn,
        seconds=event.seconds,
        source=event.source,
        box=fields.box,
        words=event.words,
    )
    if fields.ticket is None:
        return Leave("done", (kept, note))
    try:
        wanted = _ticket(step, view)
    except (EvaluationError, RenderError) as error:
        return Leave("done", (kept, note, *_no_ticket(step, view, error)))
    return Stay(ask={"opened": wanted}, do=(kept, note), close=(PATIENCE,))


def _no_ticket(step: Step, view: View, error: EvaluationError | RenderError) -> tuple[Note, ...]:
    """What the record and the log say of a message whose ticket cannot be written."""
    code = error.code if isinstance(error, EvaluationError) else "E206"
    top = view.state.top
    facts: dict[str, Value] = {"code": code, "reason": str(error)}
    return (
        Note(what="error", facts={**facts, "flow": top.flow, "node": top.node}),
        Note(what="ticket", facts={"step": step.id, "failed": code}),
    )


def _ticket(step: Step, view: View) -> OpenTicket:
    fields: Any = step.fields
    customer = maybe(view, fields.ticket.customer)
    return OpenTicket(
        key=str(view.state.next_turn),
        name=str(fields.ticket.subject),
        subject=view.written(fields.ticket.subject),
        customer="" if customer is None else str(customer),
    )


def _opened(step: Step, _view: View, event: TicketOpened) -> Move:
    """The message is kept whether or not its ticket could be opened."""
    return Leave("done", (ticket.outcome(step, event),))


def _gave_up(step: Step, _view: View, _event: TimerFired) -> Move:
    """The caller has gone, and nobody has ever told what became of his message."""
    return Leave("empty", (_note(step, lost=True),))


def _note(step: Step, **facts: Value) -> Note:
    fields: Any = step.fields
    return Note(what="voicemail", facts={"step": step.id, "voicemail": fields.box, **facts})


VERB = Verb(
    VerbSpec(
        "voicemail",
        VoicemailFields,
        of_fields(exits),
        bounds=bounds,
        human=True,
        speaks=True,
        waits=True,
        records=True,
        instead="empty",
        later=(("transcribe",),),
    ),
    begin,
    {
        (MESSAGE, MessageTaken): _taken,
        ("opened", TicketOpened): _opened,
        (PATIENCE, TimerFired): _gave_up,
    },
)
