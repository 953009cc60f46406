"""What a caller hears while he waits in a queue, and the keys he may press meanwhile."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from ivr.domain.commands import Play, StartTimer, Waiting
from ivr.domain.recording import NoticeHeard
from ivr.engine.party import UNTOLD
from ivr.engine.verbs import announcing, listening
from ivr.flow.own.built_in import RECORDED
from ivr.flow.world import QueueShape
from ivr.media.say import When

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ivr.domain.call import Prompt
    from ivr.domain.commands import Command
    from ivr.domain.events import QueueNews
    from ivr.domain.values import Value
    from ivr.engine.view import View
    from ivr.flow.model import Step

OFFER_S = 120.0
"""After so long calling back is offered where neither flow nor queue says it."""
LISTEN_S = 60.0
"""How long one listen for keys lasts; then the next begins."""
LEAST_S = 1.0
"""Nothing comes round more often, whatever a flow says."""
AGAIN_AFTER = timedelta(minutes=2)


def shape_of(view: View, queue: str) -> QueueShape:
    """What the configuration says of a queue."""
    return view.book.world.queue_shapes.get(queue) or QueueShape(queue)


def recording_notice(view: View, queue: str) -> tuple[Prompt, ...]:
    """What tells a caller that this queue has its talks recorded; nothing if he knows, does not
    want it, cannot hear it or will not be recorded, or if the flow has no such words. Whom we call
    hears words of ours then."""
    taping, notice = shape_of(view, queue).taping, view.state.notice
    can = view.is_heard and view.can_tape and not view.data.get("walking")
    if taping is None or not can or notice != UNTOLD:
        return ()
    names = [name for name in (taping.notice, RECORDED) if name and view.has_prompt(name)]
    return view.prompts((names[0],), barge_in=False) if names else ()


def told_by(prompts: tuple[Prompt, ...]) -> tuple[Command, ...]:
    """What is remembered once such a notice is said."""
    return (NoticeHeard(),) if prompts else ()


def sounding(
    step: Step, view: View, prompts: tuple[Prompt, ...], *, asked: bool = False
) -> Mapping[str, Waiting]:
    """Prompts, then music; and keys are listened for where the step has some. Nothing while nobody
    is there to hear it, or while the caller is asked when he would like to be called.

    asked: calling back is being offered, so that its key counts from now on.
    """
    if not view.is_heard or "choose" in view.open:
        return {}
    music = music_of(step, view)
    keys = _keys(step, offered=asked or bool(view.data.get("asked")))
    if not keys:
        return {"sound": Play(prompts=prompts, music=music)}
    how = {"first_s": LISTEN_S, "last_s": 0.0, "end_key": "", "speech": False, "words": ()}
    listen = listening.collect(step, view, prompts, keys=keys, music=music, **how)
    return {"keys": listen}


def at_first(
    step: Step, view: View, prompts: tuple[Prompt, ...], *, again: bool
) -> Mapping[str, Waiting]:
    """What is heard as the wait begins. A flow that callers walk meanwhile says itself what was to
    be said before. again: he has waited before, and this is why he does so again: it comes first.
    """
    if not flow_of(step) or not view.is_heard:
        return sounding(step, view, prompts)
    if not (again and prompts):
        return {}
    said_s = sum(prompt.seconds for prompt in prompts)
    return {"every": StartTimer(due=view.after(said_s)), **sounding(step, view, prompts)}


def _keys(step: Step, *, offered: bool) -> tuple[str, ...]:
    """What may be pressed while waiting."""
    fields: Any = step.fields
    keys = tuple(str(key) for key in fields.keys)
    booking = callback_key(step) if offered else ""
    return (*keys, booking) if booking and booking not in keys else keys


def callback_key(step: Step) -> str:
    """The key that accepts to be called back, should that be offered; "" = none is free."""
    fields: Any = step.fields
    if fields.callback is not None:
        return str(fields.callback.key)
    return next((key for key in "123456789" if key not in map(str, fields.keys)), "")


def number_of(step: Step, view: View) -> str:
    """The number that the caller would be called back at, "" if nobody knows one."""
    fields: Any = step.fields
    if fields.callback is not None and fields.callback.number is not None:
        return str(view.value(fields.callback.number) or "")
    return view.state.ani or ""


def offering(step: Step, view: View) -> Mapping[str, Waiting]:
    """The time until calling back is offered; none where it is not, or was already."""
    fields: Any = step.fields
    known = "asked" in view.data or view.state.placed is not None
    if fields.callback is None or known:
        return {}
    usual_s = shape_of(view, fields.queue.name).callback_after_s
    after_s = next(at for at in (fields.callback.after, usual_s, OFFER_S) if at is not None)
    return {"offer": StartTimer(due=view.after(after_s))}


def flow_of(step: Step) -> str:
    """The sub-flow that is walked while waiting; "" if there is none."""
    fields: Any = step.fields
    return "" if fields.wait is None or fields.wait.flow is None else str(fields.wait.flow.name)


def music_of(step: Step, view: View) -> str:
    fields: Any = step.fields
    written = "" if fields.wait is None else fields.wait.music
    return written or shape_of(view, str(view.data.get("queue", fields.queue.name))).music


def timer(step: Step, view: View, *, first: bool, queue: str = "") -> Mapping[str, Waiting]:
    """The time until the next announcement, or until the flow is walked; none where there is
    neither. queue: which the caller is in from now on, "" = as before."""
    fields: Any = step.fields
    shape = shape_of(view, queue or _queue(step, view))
    walks = bool(flow_of(step))
    says = walks or bool(_own_words(step)) or _says_itself(step, shape)
    if not says or not view.is_heard:
        return {}
    wait = fields.wait
    every_s = shape.every_s if wait is None or wait.every is None else wait.every
    if not first:
        return {"every": StartTimer(due=view.after(max(every_s, LEAST_S)))}
    own_s = None if wait is None else wait.first
    first_s = (0.0 if walks else min(shape.first_s, every_s)) if own_s is None else own_s
    return {"every": StartTimer(due=view.after(first_s))}


def _queue(step: Step, view: View) -> str:
    """The queue in which the caller waits now."""
    fields: Any = step.fields
    return str(view.data.get("queue", fields.queue.name))


def _own_words(step: Step) -> tuple[Any, ...]:
    """The prompts that the step itself says every so often."""
    fields: Any = step.fields
    return () if fields.wait is None else tuple(fields.wait.say)


def _says_itself(step: Step, shape: QueueShape) -> bool:
    """Whether the queue tells its callers their place or time in its own words."""
    return (shape.position or shape.estimate) and not flow_of(step)


def announcement(step: Step, view: View, news: QueueNews) -> tuple[Prompt, ...]:
    """The step's prompts with place and estimate; those that need a missing value are left out.

    A step without prompts leaves it to the queue's own words, if the queue is to tell anything; the
    same words are not said again within two minutes.
    """
    names = _own_words(step)
    if names:
        seen = view.with_news(facts(view, news))
        return seen.prompts(tuple(name for name in names if seen.can_say(name)))
    shape = shape_of(view, _queue(step, view))
    if not _says_itself(step, shape):
        return ()
    said = announcing.prompts(shape, news, view.language, when(view))
    return () if said and _just_said(view, said[0].text) else said


def when(view: View) -> When:
    """The circumstances in which times are said."""
    world = view.book.world
    return When(view.now, world.zone, world.country)


def _just_said(view: View, text: str) -> bool:
    until = view.data.get("saying")
    same = view.data.get("words") == text and not view.data.get("cut")
    return same and isinstance(until, datetime) and view.now < until + AGAIN_AFTER


def saying(view: View, prompts: tuple[Prompt, ...]) -> Mapping[str, Value]:
    """To be remembered of an announcement: until when it lasts, and its words."""
    until = view.after(sum(prompt.seconds for prompt in prompts))
    return {"saying": until, "words": " ".join(one.text for one in prompts), "cut": False}


def cut(view: View) -> Mapping[str, Value]:
    """To be remembered when something ends what is being said: whether it was an announcement."""
    until = view.data.get("saying")
    return {"cut": True} if isinstance(until, datetime) and view.now < until else {}


def was_cut(view: View) -> bool:
    """Whether the last announcement was not heard to its end."""
    return bool(view.data.get("cut")) or bool(cut(view))


def held_until(view: View) -> datetime | None:
    """Until when the caller is kept from agents by a step that must not be broken; None = not."""
    until = view.data.get("held_until")
    return until if isinstance(until, datetime) and view.now < until else None


def facts(view: View, news: QueueNews) -> dict[str, Value]:
    """What prompts can say of the queue."""
    estimate = news.estimate_min
    return {
        "name": view.data["queue"],
        "position": None if news.position is None else Decimal(news.position),
        "estimate": None if estimate is None else timedelta(minutes=estimate),
    }
