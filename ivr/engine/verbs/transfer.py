"""`transfer`: connects the caller to a named place, and goes on when the far side has hung up.

Where the trunk cannot ring anybody up, or the kind is one that needs an agent, it takes `failed`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field

from ivr.domain.call import CALLER, Cause, Outcome
from ivr.domain.commands import Command, Dial, HangUp, Note, Part, Play, Refer, StartTimer, Waiting
from ivr.domain.events import (
    Answer,
    PartyAnswered,
    PartyLeft,
    PromptEnded,
    ReferSettled,
    TimerFired,
)
from ivr.engine.legs import connected, parties
from ivr.engine.verb import Goodbye, Leave, Move, Resume, Stay, Verb, of_fields
from ivr.engine.verbs.unbuilt import unbuilt, worth
from ivr.flow.fields import Exit, Fields, Prompt, Seconds, reference, valued
from ivr.flow.model import ERROR, Exits, Step
from ivr.flow.spec import VerbSpec

if TYPE_CHECKING:
    from ivr.domain.values import Value
    from ivr.engine.view import View

GRACE_S = 5.0
"""How much longer than it may ring we wait for the trunk to say what came of it."""
_EXITS = {Cause.BUSY: "busy", Cause.NO_ANSWER: "noanswer"}


class TransferFields(Fields):
    """Fields of `transfer`."""

    transfer: reference("places") = Field(  # type: ignore[valid-type]
        description="The place to connect to, one of `uses: places`."
    )
    with_: Mapping[str, valued()] = Field(  # type: ignore[valid-type]
        default_factory=dict, alias="with", description="Inputs of the place and their values."
    )
    kind: Literal["bridge", "blind", "attended"] = Field(
        "bridge",
        description="`bridge` stays in the call, `blind` hands it over, `attended` needs an agent.",
    )
    ring: Seconds = Field(20.0, description="How long it may ring.")
    caller_id: str = Field("", description="Number that the called side sees.")
    whisper: Prompt | None = Field(None, description="Prompt that the called side hears first.")
    longest: Seconds | None = Field(None, description="The longest talk.")
    busy: Exit | None = Field(None, description="Where the caller goes when the line is busy.")
    noanswer: Exit | None = Field(None, description="Where the caller goes when nobody answers.")
    failed: Exit | None = Field(
        None, description="Where the caller goes when no connection is possible."
    )
    done: Exit | None = Field(
        None, description="Where a caller goes who is still there after the talk."
    )


def exits(fields: TransferFields) -> Exits:
    """`busy noanswer failed`, and `done` where we stay in the call."""
    names: tuple[str, ...] = ("busy", "noanswer", "failed")
    if fields.kind != "blind":
        names = (*names, "done")
    written = {name: getattr(fields, name) for name in names}
    missing = tuple(name for name, target in written.items() if target is None)
    return Exits({n: target or ERROR for n, target in written.items()}, missing, ends=True)


def begin(step: Step, view: View) -> Move:
    """What was said before is heard first; then somebody is rung up."""
    fields: Any = step.fields
    if fields.kind == "attended" or not view.can_dial:
        return _NOT_HERE(step, view)
    if view.queued:
        return Stay(ask={"sound": Play(prompts=view.queued)})
    return _ring(step, view)


def _asked(step: Step, _view: View) -> Mapping[str, Value]:
    fields: Any = step.fields
    return {"transfer": fields.transfer.name, "kind": fields.kind}


_NOT_HERE = unbuilt("failed", _asked)


def _ring(step: Step, view: View) -> Move:
    fields: Any = step.fields
    place, inputs = fields.transfer.name, worth(view, fields.with_)
    note = Note(what="transfer", facts={"place": place, "kind": fields.kind})
    asked: Waiting = Refer(place=place, inputs=inputs, language=view.language)
    if fields.kind == "bridge":
        asked = Dial(
            other=view.state.next_leg,
            place=place,
            inputs=inputs,
            language=view.language,
            ring_s=fields.ring,
            caller_id=fields.caller_id,
        )
    ringing = StartTimer(due=view.after(fields.ring + GRACE_S))
    return Stay(ask={"party": asked, "ringing": ringing}, do=(note,))


def _said(step: Step, view: View, _event: PromptEnded) -> Move:
    return _ring(step, view)


def _answered(step: Step, view: View, event: PartyAnswered) -> Move:
    """Somebody is there: a whisper comes first, then the two talk."""
    fields: Any = step.fields
    party = next(leg.id for leg in view.state.legs if leg.turn == event.turn)
    if fields.whisper is not None:
        prompts = view.prompts((fields.whisper,), barge_in=False)
        return Stay(ask={"whisper": Play(leg=party, prompts=prompts)}, close=("ringing",))
    return _talk(step, view)


def _whispered(step: Step, view: View, _event: PromptEnded) -> Move:
    return _talk(step, view)


def _talk(step: Step, view: View) -> Move:
    fields: Any = step.fields
    party = view.open["party"].turn
    there = [leg.id for leg in view.state.legs if leg.turn == party]
    ask: dict[str, Waiting] = {}
    if fields.longest is not None:
        ask["longest"] = StartTimer(due=view.after(fields.longest))
    join = connected(view.state.next_bridge, CALLER, *there)
    return Stay(ask=ask, do=join, close=("ringing",), keep={"talking": True})


def _left(_step: Step, view: View, event: PartyLeft) -> Move:
    """Nobody is there any more, or nobody came."""
    if view.data.get("talking"):
        return Leave("done", (Part(),))
    return Leave(_EXITS.get(event.cause, "failed"))


def _settled(_step: Step, _view: View, event: ReferSettled) -> Move:
    return Goodbye(Outcome.TRANSFERRED) if event.done else Leave("failed")


def _no_word(_step: Step, _view: View, _event: TimerFired) -> Move:
    """It rang too long, and the trunk has not said so."""
    return Leave("noanswer")


def _too_long(_step: Step, view: View, _event: TimerFired) -> Move:
    hang_up: tuple[Command, ...] = tuple(
        HangUp(leg=leg.id, cause=Cause.TIME_LIMIT) for leg in parties(view.state.legs)
    )
    return Leave("done", (*hang_up, Part()))


RESUME: Mapping[tuple[str, type[Answer]], Resume] = {
    ("sound", PromptEnded): _said,
    ("party", PartyAnswered): _answered,
    ("whisper", PromptEnded): _whispered,
    ("party", PartyLeft): _left,
    ("party", ReferSettled): _settled,
    ("ringing", TimerFired): _no_word,
    ("longest", TimerFired): _too_long,
}
VERB = Verb(
    VerbSpec(
        "transfer",
        TransferFields,
        of_fields(exits),
        human=True,
        person=True,
        speaks=True,
        waits=True,
        dials=True,
        instead="failed",
    ),
    begin,
    RESUME,
)
