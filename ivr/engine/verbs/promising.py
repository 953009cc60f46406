"""Calling back instead of waiting: offered to a caller in a queue, booked, or not needed any more.

The step offers it after some time; a queue may have it offered too, in the step's words or, if that
has none, in words of ours. When the call is to be may be asked, too: `choosing`.

Memory of the queue verb: asked (the offer was made), wanted (the caller has accepted it), offers
(the queue whose agents would call back, if the queue had it offered).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC
from typing import TYPE_CHECKING, Any, cast

from ivr.domain.commands import (
    BookCallback,
    Command,
    DeclineCallback,
    DropCallback,
    StartTimer,
)
from ivr.domain.queue import Ticket
from ivr.domain.slots import Slot
from ivr.engine.verb import Move, Stay
from ivr.engine.verbs import callback_words, hearing
from ivr.engine.verbs.callback import place_among
from ivr.engine.verbs.unbuilt import maybe, worth

if TYPE_CHECKING:
    from ivr.domain.call import Prompt
    from ivr.domain.events import TimerFired
    from ivr.domain.outbound import CallbackSuggested
    from ivr.domain.values import Value
    from ivr.engine.view import View
    from ivr.flow.model import Step

AGAIN_S = 5.0
"""How long after a sub-flow in the caller's way the offer is tried again."""
DECIDE_S = 10.0
"""So long after its words an offer that the queue wanted is waited for."""


def skills_of(step: Step, view: View) -> tuple[str, ...]:
    """What the agent must be able to do, as the step says."""
    fields: Any = step.fields
    wanted = (view.value(skill) for skill in fields.skills)
    return tuple(str(skill) for skill in wanted if skill is not None)


def offer(step: Step, view: View, _event: TimerFired) -> Move:
    """The caller has waited long enough to be asked; never one whose number nobody knows, and not
    while a sub-flow is heard."""
    if not hearing.number_of(step, view):
        return Stay()
    if view.data.get("walking"):
        return Stay(ask={"offer": StartTimer(due=view.after(AGAIN_S))})
    return _say(step, view, decides=bool(view.data.get("offers")))


def _say(step: Step, view: View, *, decides: bool) -> Stay:
    """Offer it now. decides: the queue wanted it, and hears when nothing is pressed in time."""
    fields: Any = step.fields
    if fields.callback is not None:
        prompts = view.prompts((fields.callback.say,))
    else:
        prompts = (callback_words.offer(view.language, hearing.callback_key(step)),)
    ask = dict(hearing.sounding(step, view, prompts, asked=True))
    if decides:
        said_s = sum(prompt.seconds for prompt in prompts)
        ask["decide"] = StartTimer(due=view.after(said_s + DECIDE_S))
    return Stay(ask=ask, close=("sound",), keep={"asked": True, **hearing.cut(view)})


def suggested(step: Step, view: View, event: CallbackSuggested) -> Move:
    """The queue wants it offered, once."""
    if view.data.get("offers") or not can_offer(step, view):
        return Stay(do=declined(view))
    return suggest(step, view, event.queue)


def suggest(step: Step, view: View, queue: str) -> Stay:
    """Offer that this queue calls back; after the sub-flow that is heard, if there is one."""
    if view.data.get("walking"):
        later = StartTimer(due=view.after(AGAIN_S))
        return Stay(ask={"offer": later}, keep={"offers": queue})
    move = _say(step, view, decides=True)
    return replace(move, keep={**move.keep, "offers": queue})


def can_offer(step: Step, view: View) -> bool:
    """Whether there is anybody on the line whom we could call, and has not called already."""
    known = hearing.number_of(step, view) and hearing.callback_key(step)
    free = bool(known) and "choose" not in view.open
    return free and view.is_heard and view.state.placed is None


def declined(view: View) -> tuple[Command, ...]:
    """The queue may look for another way."""
    return (DeclineCallback(ticket=Ticket(str(view.data["ticket"]))),)


def book(step: Step, view: View) -> Move:
    """The caller wants to be called back; unless an agent has just answered."""
    if is_taken(view):
        return Stay(ask=hearing.sounding(step, view, ()))
    return booking(step, view, None)


def is_taken(view: View) -> bool:
    """Whether an agent has just answered, or it is being booked already."""
    return any(name.startswith("settle:") for name in view.open) or "booked" in view.open


def is_chosen(view: View) -> bool:
    """Whether a caller who was asked when he would like to be called is being promised that."""
    return "booked" in view.open and bool(view.data.get("slots"))


def booking(step: Step, view: View, slot: Slot | None) -> Stay:
    """Have it promised. slot: the time that was chosen, None = as soon as it is his turn."""
    wanted = _wanted(step, view)
    keep: dict[str, Value] = {"wanted": True, "slot": ()}
    if slot is not None:
        begins, ends = slot.begins.astimezone(UTC), slot.ends.astimezone(UTC)
        wanted = replace(wanted, due=begins, window_s=(ends - begins).total_seconds())
        keep["slot"] = (begins, ends)
    return Stay(ask={"booked": wanted, **hearing.sounding(step, view, ())}, keep=keep)


def booked_words(view: View) -> Prompt:
    """What we say to whom we have promised a call, where the step says nothing. A promise that was
    made before stays as it was, whatever is chosen now."""
    chosen = cast("tuple[Any, ...]", view.data.get("slot", ()))
    slot = Slot(*chosen) if chosen else None
    kept = slot is not None and slot.begins == view.state.callback_at
    return callback_words.booked(view.language, slot if kept else None, hearing.when(view))


def _wanted(step: Step, view: View) -> BookCallback:
    fields: Any = step.fields
    return BookCallback(
        queue=queue_of(view),
        number=hearing.number_of(step, view),
        attempts=hearing.shape_of(view, fields.queue.name).callback_attempts,
        ticket=Ticket(str(view.data["ticket"])),
        priority=place_among(maybe(view, fields.priority)),
        skills=skills_of(step, view),
        language=view.language,
        pop=worth(view, fields.pop),
    )


def not_needed(step: Step, view: View) -> tuple[Command, ...]:
    """An agent has the caller after all: nobody need call."""
    if not view.data.get("wanted"):
        return ()
    number = hearing.number_of(step, view)
    return (DropCallback(queue=queue_of(view), number=number),)


def queue_of(view: View) -> str:
    """Whose agents call back."""
    return str(view.data.get("offers") or view.data["queue"])
