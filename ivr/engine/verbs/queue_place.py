"""The place that a step `queue` asks for: whose it is, how urgent, and what the agent must know."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ivr.domain.commands import Enqueue
from ivr.domain.queue import Ticket
from ivr.engine.verbs import promising
from ivr.engine.verbs.callback import place_among
from ivr.engine.verbs.unbuilt import maybe, worth

if TYPE_CHECKING:
    from ivr.domain.outbound import Placed
    from ivr.engine.view import View
    from ivr.flow.model import Step


def next_ticket(view: View) -> Ticket:
    """The ticket of an `Enqueue` that is the first command asked: CALL/TURN."""
    return Ticket(f"{view.state.call}/{view.state.next_turn}")


def enqueue(
    step: Step, view: View, queue: str, keep_from: Ticket, longest_s: float | None
) -> Enqueue:
    """The command that takes a place there. keep_from: the place that is given up for it.

    longest_s: how long it may take, None = as the queue says.
    """
    fields: Any = step.fields
    place = Enqueue(
        ticket=next_ticket(view),
        queue=queue,
        priority=place_among(maybe(view, fields.priority)),
        skills=promising.skills_of(step, view),
        language=view.language,
        longest_s=longest_s,
        pop=worth(view, fields.pop),
        keep_from=keep_from,
    )
    return place if view.state.placed is None else _of_promise(place, view.state.placed)


def _of_promise(place: Enqueue, placed: Placed) -> Enqueue:
    """Who is called back waits as was promised, from the old place on."""
    return replace(
        place,
        priority=placed.priority,
        skills=placed.skills,
        pop=placed.pop,
        kept_since=placed.kept_since,
    )
