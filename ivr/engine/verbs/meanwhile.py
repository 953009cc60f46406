"""What happens every so often while a caller waits in a queue: he is told where he stands, or walks
the sub-flow `wait.flow`.

That flow keeps the place. It begins with the wait, and again some time after each of its ends; an
agent who wins the call ends it at once. One with steps that must not be broken would have whoever
is being rung up fall silent: it waits until nobody is. Source: acd-cti.md 7.1, 7.3.

Memory of the queue verb: walking (the caller is in the flow), asked_news (it begins as soon as the
queue has said how far the caller has come, or after a moment).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ivr.domain.commands import AddToPop, AskNews, StartTimer
from ivr.domain.queue import Ticket
from ivr.engine.verb import Enter, Move, Stay
from ivr.engine.verbs import hearing
from ivr.flow.load.between import INPUTS
from ivr.flow.load.leaves import flows_run_by

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ivr.domain.events import PromptEnded, QueueNews, TimerFired
    from ivr.engine.view import View
    from ivr.flow.model import Step

NEWS_S = 1.0
"""So long a flow waits for what the queue has to say."""
RINGS_S = 1.0
"""So often it is looked whether an agent is still being rung up."""


def due(step: Step, view: View, _event: TimerFired) -> Move:
    """Something is to be heard again: ask how far the caller has come, so that it can be said."""
    if "choose" in view.open or _would_silence(step, view):
        return _put_off(step, view)
    ticket, walks = Ticket(str(view.data["ticket"])), bool(hearing.flow_of(step))
    if walks and view.data.get("asked_news"):
        return _begin(step, view, None)
    news = AskNews(ticket=ticket, cut=hearing.was_cut(view))
    if walks:
        patience = StartTimer(due=view.after(NEWS_S))
        return Stay(ask={"every": patience}, do=(news,), keep={"asked_news": True})
    return Stay(ask=hearing.timer(step, view, first=False), do=(news,))


def news(step: Step, view: View, event: QueueNews) -> Move:
    """The queue says how far the caller has come; not while the caller is asked something."""
    if "choose" in view.open:
        return Stay()
    if hearing.flow_of(step):
        return _begin(step, view, event) if view.data.get("asked_news") else Stay()
    prompts = hearing.announcement(step, view, event)
    if not prompts:
        return Stay()
    return Stay(ask=hearing.sounding(step, view, prompts), keep=hearing.saying(view, prompts))


def quiet(_step: Step, _view: View, _event: PromptEnded) -> Move:
    """A channel without music has said all; the caller waits in silence."""
    return Stay()


def _begin(step: Step, view: View, told: QueueNews | None) -> Stay:
    """The caller walks the flow from its start. told: None, the queue has said nothing in time."""
    if _would_silence(step, view):
        return _put_off(step, view)
    name = hearing.flow_of(step)
    known = {} if told is None else hearing.facts(view, told)
    declared = view.book.flow(view.state.flow_hash, name).inputs
    inputs = {one: known.get(one) for one in INPUTS if one in declared}
    keep = {"walking": True, "asked_news": False}
    return Stay(walk=Enter(name, inputs), close=("every", "sound", "keys"), keep=keep)


def _would_silence(step: Step, view: View) -> bool:
    """Whether an agent is being rung up whom the flow may cost the call."""
    rings = any(name.startswith("party:") for name in view.open)
    return rings and _has_unbroken(view, hearing.flow_of(step), frozenset())


def _has_unbroken(view: View, name: str, above: frozenset[str]) -> bool:
    """Whether the flow, or one that it runs, has a step that must not be broken."""
    flow_hash = view.state.flow_hash
    if not name or name in above:
        return False
    flow = view.book.flow(flow_hash, name)
    return view.book.once(
        lambda: (
            any(step.fields.unbroken for node in flow.nodes.values() for step in node.steps)
            or any(_has_unbroken(view, one, above | {name}) for one, _step in flows_run_by(flow))
        ),
        *("unbroken", flow_hash, name),
    )


def _put_off(step: Step, view: View) -> Stay:
    """Music until it is known whether the agent takes the call, or what the caller chooses."""
    timer = StartTimer(due=view.after(RINGS_S))
    quiet_now = not {"sound", "keys"} & view.open.keys()
    sounds = hearing.sounding(step, view, view.queued) if quiet_now else {}
    return Stay(ask={"every": timer, **sounds}, keep={"asked_news": False})


def shown(view: View, outputs: Mapping[str, Any]) -> tuple[AddToPop, ...]:
    """What the flow has given back goes onto the agent's screen."""
    values = {name: value for name, value in outputs.items() if value is not None}
    ticket = Ticket(str(view.data["ticket"]))
    return (AddToPop(ticket=ticket, values=values),) if values else ()
