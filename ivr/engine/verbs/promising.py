"""Calling back instead of waiting: offered to a caller in a queue, booked, or not needed any more.

Memory of the queue verb: asked (the offer was made), wanted (the caller has accepted it).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ivr.domain.commands import BookCallback, Command, DropCallback, StartTimer
from ivr.domain.queue import Ticket
from ivr.engine.verb import Move, Stay
from ivr.engine.verbs import hearing
from ivr.engine.verbs.callback import place_among
from ivr.engine.verbs.unbuilt import maybe, worth

if TYPE_CHECKING:
    from ivr.domain.events import TimerFired
    from ivr.engine.view import View
    from ivr.flow.model import Step

AGAIN_S = 5.0
"""How long after a sub-flow in the caller's way the offer is tried again."""


def skills_of(step: Step, view: View) -> tuple[str, ...]:
    """What the agent must be able to do, as the step says."""
    fields: Any = step.fields
    wanted = (view.value(skill) for skill in fields.skills)
    return tuple(str(skill) for skill in wanted if skill is not None)


def offer(step: Step, view: View, _event: TimerFired) -> Move:
    """The caller has waited long enough to be asked; never one whose number nobody knows, and not
    while a sub-flow is heard."""
    fields: Any = step.fields
    if not hearing.number_of(step, view):
        return Stay()
    if view.data.get("walking"):
        return Stay(ask={"offer": StartTimer(due=view.after(AGAIN_S))})
    prompts = view.prompts((fields.callback.say,))
    ask = hearing.sounding(step, view, prompts, asked=True)
    return Stay(ask=ask, close=("sound",), keep={"asked": True, **hearing.cut(view)})


def book(step: Step, view: View) -> Move:
    """The caller wants to be called back; unless an agent has just answered."""
    sounding = hearing.sounding(step, view, ())
    if any(name.startswith("settle:") for name in view.open) or "booked" in view.open:
        return Stay(ask=sounding)
    return Stay(ask={"booked": _wanted(step, view), **sounding}, keep={"wanted": True})


def _wanted(step: Step, view: View) -> BookCallback:
    fields: Any = step.fields
    return BookCallback(
        queue=str(view.data["queue"]),
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
    return (DropCallback(queue=str(view.data["queue"]), number=number),)
