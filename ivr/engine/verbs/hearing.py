"""What a caller hears while he waits in a queue, and the keys he may press meanwhile."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from ivr.domain.commands import Play, StartTimer, Waiting
from ivr.engine.verbs import listening
from ivr.flow.world import QueueShape

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ivr.domain.call import Prompt
    from ivr.domain.events import QueueNews
    from ivr.domain.values import Value
    from ivr.engine.view import View
    from ivr.flow.model import Step

LISTEN_S = 60.0
"""How long one listen for keys lasts; then the next begins."""


def shape_of(view: View, queue: str) -> QueueShape:
    """What the configuration says of a queue."""
    return view.book.world.queue_shapes.get(queue) or QueueShape(queue)


def sounding(
    step: Step, view: View, prompts: tuple[Prompt, ...], *, asked: bool = False
) -> Mapping[str, Waiting]:
    """Prompts, then music; and keys are listened for where the step has some.

    asked: calling back is being offered, so that its key counts from now on.
    """
    music = music_of(step, view)
    keys = _keys(step, offered=asked or bool(view.data.get("asked")))
    if not keys:
        return {"sound": Play(prompts=prompts, music=music)}
    how = {"first_s": LISTEN_S, "last_s": 0.0, "end_key": "", "speech": False, "words": ()}
    listen = listening.collect(step, view, prompts, keys=keys, music=music, **how)
    return {"keys": listen}


def _keys(step: Step, *, offered: bool) -> tuple[str, ...]:
    """What may be pressed while waiting."""
    fields: Any = step.fields
    keys = tuple(str(key) for key in fields.keys)
    booking = callback_key(step) if offered else ""
    return (*keys, booking) if booking and booking not in keys else keys


def callback_key(step: Step) -> str:
    """The key that accepts to be called back, "" = it is not offered here."""
    fields: Any = step.fields
    return "" if fields.callback is None else str(fields.callback.key)


def number_of(step: Step, view: View) -> str:
    """The number that the caller would be called back at, "" if nobody knows one."""
    fields: Any = step.fields
    if fields.callback.number is not None:
        return str(view.value(fields.callback.number) or "")
    return view.state.ani or ""


def offering(step: Step, view: View) -> Mapping[str, Waiting]:
    """The time until calling back is offered; none where it is not, or was already."""
    fields: Any = step.fields
    known = "asked" in view.data or view.state.placed is not None
    if fields.callback is None or known:
        return {}
    return {"offer": StartTimer(due=view.after(fields.callback.after))}


def music_of(step: Step, view: View) -> str:
    fields: Any = step.fields
    written = "" if fields.wait is None else fields.wait.music
    return written or shape_of(view, str(view.data.get("queue", fields.queue.name))).music


def timer(step: Step, view: View, *, first: bool) -> Mapping[str, Waiting]:
    """The time until the next announcement; none where nothing is announced."""
    fields: Any = step.fields
    if fields.wait is None or not fields.wait.say:
        return {}
    shape = shape_of(view, fields.queue.name)
    every_s = shape.every_s if fields.wait.every is None else fields.wait.every
    if not first:
        return {"every": StartTimer(due=view.after(every_s))}
    first_s = min(shape.first_s, every_s) if fields.wait.first is None else fields.wait.first
    return {"every": StartTimer(due=view.after(first_s))}


def announcement(step: Step, view: View, news: QueueNews) -> tuple[Prompt, ...]:
    """The step's prompts with place and estimate; those that need a missing value are left out."""
    fields: Any = step.fields
    if fields.wait is None:
        return ()
    seen = view.with_news(_facts(view, news))
    return seen.prompts(tuple(name for name in fields.wait.say if seen.can_say(name)))


def _facts(view: View, news: QueueNews) -> dict[str, Value]:
    estimate = news.estimate_min
    return {
        "name": view.data["queue"],
        "position": None if news.position is None else Decimal(news.position),
        "estimate": None if estimate is None else timedelta(minutes=estimate),
    }
