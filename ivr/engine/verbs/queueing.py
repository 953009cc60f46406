"""How a caller waits for an agent and talks to him: what verb `queue` makes of each answer.

Turns: `place` (the wait), `longest`, `every`, `sound` or `keys`, and for each agent who is rung up
`party:OFFER` and, once he has answered, `settle:OFFER`; `offer` and `booked` for calling back. The
agent who wins hears a whisper, then the two are joined; of all turns only his `party` stays open.

A caller may walk a sub-flow meanwhile: `meanwhile`.

Memory: ticket, queue, hops (queues so far), late and late_end (a way out that had to wait until it
was settled who gets the call), offer:OFFER (agent and the queue's whisper), talk (the turn of whom
the caller got), joined, asked and wanted (calling back: `promising` and `choosing`), saying, words
and cut (what was announced last: `hearing`), held_until (nobody is offered until then:
`waiting.hold`).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

from ivr.domain.agent import AgentId
from ivr.domain.call import CALLER, Cause, LegId, Turn
from ivr.domain.commands import (
    Command,
    Dial,
    HangUp,
    Part,
    Play,
    Pop,
    ReportAgent,
    Settle,
    StartTimer,
    Waiting,
)
from ivr.domain.events import (
    AgentOffered,
    Answer,
    KeysCollected,
    OfferSettled,
    OfferWithdrawn,
    PartyAnswered,
    PartyGaveBack,
    PartyLeft,
    PromptEnded,
    QueueNews,
    TimerFired,
)
from ivr.domain.outbound import CallbackBooked
from ivr.domain.queue import OfferId, Ticket, WaitEnd
from ivr.engine.apology import cut_off
from ivr.engine.legs import connected, leg_of
from ivr.engine.party import NO_TICKET
from ivr.engine.verb import Enter, Leave, Move, Resume, Stay
from ivr.engine.verbs import (
    called,
    choosing,
    hearing,
    listening,
    meanwhile,
    overflowing,
    promising,
    queue_place,
)
from ivr.engine.verbs.callback import told
from ivr.engine.verbs.overflowing import late, not_booked, out, returned
from ivr.engine.verbs.unbuilt import maybe, unbuilt, worth
from ivr.flow.model import NEXT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ivr.domain.call import Prompt
    from ivr.domain.values import Value
    from ivr.engine.view import View
    from ivr.flow.model import Step

FAILED = "failed"
"""The exit of a sub-flow that had a fault."""
_NOTHING = {"agent": "", "whisper": ""}


def _asked(step: Step, view: View) -> Mapping[str, Value]:
    fields: Any = step.fields
    return {
        "queue": fields.queue.name,
        "priority": maybe(view, fields.priority),
        "skills": promising.skills_of(step, view),
        "pop": worth(view, fields.pop),
    }


_NOT_HERE = unbuilt("nobody", _asked)


def begin(step: Step, view: View) -> Move:
    """Wait at once; but what must be heard whole is heard before anybody can be offered."""
    fields: Any = step.fields
    if not view.can_dial:
        return _NOT_HERE(step, view)
    hours = hearing.shape_of(view, fields.queue.name).hours
    if hours in view.book.world.calendars and not view.read(("hours", hours, "open")):
        return Leave("nobody")
    known = hearing.recording_notice(view, fields.queue.name)
    said = (*view.queued, *known)
    if any(not prompt.barge_in for prompt in said):
        return Stay(ask={"intro": Play(prompts=said)}, do=hearing.told_by(known))
    return _wait(step, view, fields.queue.name, view.queued)


def _introduced(step: Step, view: View, _event: PromptEnded) -> Move:
    fields: Any = step.fields
    return _wait(step, view, fields.queue.name)


def _wait(
    step: Step,
    view: View,
    queue: str,
    prompts: tuple[Prompt, ...] = (),
    *,
    keep_from: Ticket = NO_TICKET,
    first: tuple[Command, ...] = (),
) -> Stay:
    """Take a place in a queue, from the beginning: with timers, music and keys."""
    fields: Any = step.fields
    place = queue_place.enqueue(step, view, queue, keep_from, fields.longest)
    ask: dict[str, Waiting] = {"place": place}
    if fields.longest is not None:
        ask["longest"] = StartTimer(due=view.after(fields.longest))
    ask |= hearing.timer(step, view, first=True)
    ask |= hearing.offering(step, view)
    ask |= hearing.at_first(step, view, prompts, again=bool(keep_from or first))
    keep: dict[str, Value] = {"ticket": place.ticket, "queue": queue, "walking": False}
    keep |= {"talk": 0, "joined": False, "late": "", "held_until": None, "slots": ()}
    return Stay(ask=ask, keep=keep, first=first, back=True)


# the wait


def _too_long(step: Step, view: View, _event: TimerFired) -> Move:
    """Out, but not out of the middle of a step that must not be broken."""
    held_until = hearing.held_until(view)
    if held_until is not None:
        return Stay(ask={"longest": StartTimer(due=held_until)})
    return out(step, view, "timeout", WaitEnd.TIMEOUT)


def _pressed(step: Step, view: View, event: KeysCollected) -> Move:
    """A key leads out; anything else, or silence, and the listen begins anew."""
    if event.reason != "match":
        return Stay(ask=hearing.sounding(step, view, ()), keep=hearing.cut(view))
    key = listening.plain_keys(event)
    if view.data.get("asked") and key == hearing.callback_key(step):
        return choosing.accepted(step, view)
    return out(step, view, f"key {key}", WaitEnd.KEY)


def _booked(step: Step, view: View, event: CallbackBooked) -> Move:
    """The caller may go; if it could not be booked, the caller just waits on. Who has gone already
    is promised his call or, for once, not."""
    if view.silent:
        outcome = "callback" if event.done else ""
        return Leave("callback", (told(step, event),) if event.done else (), outcome=outcome)
    if not event.done:
        return not_booked(step, view)
    return replace(out(step, view, "callback", WaitEnd.CALLBACK), do=(told(step, event),))


def walked(step: Step, view: View, exit_name: str, outputs: Mapping[str, Value]) -> Move:
    """The sub-flow is over: music until it begins again, or out of the queue by its exit."""
    if view.data.get("instead"):
        return returned(step, view, exit_name)
    told = meanwhile.shown(view, outputs)
    if exit_name not in (NEXT, FAILED):
        move = out(step, view, f"wait {exit_name}", WaitEnd.KEY)
        return replace(move, first=(*told, *move.first))
    ask = {**hearing.timer(step, view, first=False), **hearing.sounding(step, view, view.queued)}
    return Stay(ask=ask, do=told, keep={"walking": False}, back=True)


# agents


def _offered(_step: Step, view: View, event: AgentOffered) -> Move:
    """The screen pop goes first, then the agent is rung up."""
    if f"party:{event.offer}" in view.open:
        return Stay()
    dial = Dial(
        other=view.state.next_leg,
        address=event.address,
        ring_s=event.ring_s,
        language=view.language,
        agent=event.agent,
        offer=event.offer,
        answers_itself=event.answers_itself,
    )
    pop = Pop(offer=event.offer, agent=event.agent)
    about: dict[str, Value] = {"agent": event.agent, "whisper": event.whisper}
    keep: dict[str, Value] = {f"offer:{event.offer}": about}
    return Stay(ask={f"party:{event.offer}": dial}, do=(pop,), keep=keep)


def _withdrawn(_step: Step, view: View, event: OfferWithdrawn) -> Move:
    names = (f"party:{event.offer}", f"settle:{event.offer}")
    found = tuple(name for name in names if name in view.open)
    return Stay(first=_sent_away(view, found), close=found)


def _sent_away(view: View, names: tuple[str, ...]) -> tuple[Command, ...]:
    """Hang up the agents behind these turns, because another one has the call, or nobody."""
    turns = [view.open[name].turn for name in names if name.startswith("party:")]
    return tuple(
        HangUp(leg=leg.id, cause=Cause.ELSEWHERE) for leg in view.state.legs if leg.turn in turns
    )


def _answered(_step: Step, view: View, event: PartyAnswered) -> Move:
    """An agent is there: may he have the call?"""
    offer = _offer_of(view, event.turn)
    if view.data.get("talk") or not offer:
        return Stay()
    return Stay(ask={f"settle:{offer}": Settle(offer=offer)})


def _offer_of(view: View, turn: Turn) -> OfferId:
    dials = (one for one in view.open.values() if isinstance(one, Dial) and one.turn == turn)
    return next((dial.offer for dial in dials), OfferId(""))


def _settled(step: Step, view: View, event: OfferSettled) -> Move:
    party = f"party:{event.offer}"
    if event.won and party in view.open:
        return replace(_won(step, view, party), back=True)
    names = (party,) if party in view.open else ()
    if event.won:
        return _won_in_vain(step, view, event.offer)
    return late(step, view) or Stay(first=_sent_away(view, names), close=names)


def _won_in_vain(step: Step, view: View, offer: OfferId) -> Move:
    """The agent has hung up before he knew that the call is his: the caller waits on."""
    agent = AgentId(_about(view, offer)["agent"])
    over = "call_ended" if view.is_heard else "dial_failed"
    told = ReportAgent(offer=offer, agent=agent, what=over)
    others = tuple(name for name in view.open if name.startswith(("party:", "settle:")))
    after = None if others else late(step, view)
    if isinstance(after, (Leave, Stay)):
        return replace(after, first=(told, *after.first))
    if isinstance(after, Enter):
        return replace(after, do=(told, *after.do))
    again = _again(step, view, (told, *_sent_away(view, others)))
    return replace(again, close=others)


def _about(view: View, offer: str) -> Mapping[str, str]:
    """What is remembered of an offer: `agent` and `whisper`."""
    return cast("Mapping[str, str]", view.data.get(f"offer:{offer}", _NOTHING))


def _again(
    step: Step, view: View, first: tuple[Command, ...] = (), prompts: tuple[Prompt, ...] = ()
) -> Stay:
    """Back into the queue at the old place, behind the agents who still ring."""
    before, queue = Ticket(str(view.data["ticket"])), str(view.data["queue"])
    return _wait(step, view, queue, prompts, keep_from=before, first=first)


def _won(step: Step, view: View, party: str) -> Stay:
    """This agent has the call: everything else ends; he hears a beep, if his telephone was asked to
    answer by itself, and a whisper, if there is one."""
    others = tuple(name for name in view.open if name != party)
    first = (*_sent_away(view, others), *promising.not_needed(step, view))
    keep: dict[str, Value] = {"talk": view.open[party].turn}
    whisper = _whisper(step, view, party.partition(":")[2])
    dial = view.open[party]
    beep = isinstance(dial, Dial) and dial.answers_itself
    if not (whisper or beep) and not view.is_heard:
        return Stay(ask=called.ring(view), close=others, keep=keep, first=first)
    if not (whisper or beep):
        talk = _talk(step, view, view.open[party].turn)
        return Stay(do=talk, close=others, keep={**keep, "joined": True}, first=first)
    leg = _leg_at(view, view.open[party].turn)
    ask: dict[str, Waiting] = {"whisper": Play(leg=leg, prompts=whisper, beep=beep)}
    if view.is_heard:
        ask["sound"] = Play(prompts=(), music=hearing.music_of(step, view))
    close = tuple(name for name in others if name not in ask)
    return Stay(ask=ask, close=close, keep=keep, first=first)


def _whisper(step: Step, view: View, offer: str) -> tuple[Any, ...]:
    """The step's whisper, else the queue's, if the flow has such a prompt."""
    fields: Any = step.fields
    name = fields.whisper or _about(view, offer)["whisper"]
    return view.prompts((name,), barge_in=False) if name in view.flow.prompts else ()


def _leg_at(view: View, turn: Turn) -> LegId:
    return next(leg.id for leg in view.state.legs if leg.turn == turn)


def _whispered(step: Step, view: View, _event: PromptEnded) -> Move:
    if not view.is_heard:
        return Stay(ask=called.ring(view))
    turn = Turn(cast("int", view.data["talk"]))
    close = tuple(name for name in ("sound",) if name in view.open)
    return Stay(do=_talk(step, view, turn), close=close, keep={"joined": True})


def _talk(_step: Step, view: View, turn: Turn) -> tuple[Command, ...]:
    return connected(view.state.next_bridge, CALLER, _leg_at(view, turn))


def _left(step: Step, view: View, event: PartyLeft) -> Move:
    """Who rang does so no longer: the place is kept. After the talk the step is over."""
    if event.turn != view.data.get("talk"):
        return Stay()
    if not view.data.get("joined"):
        return called.left_alone(view) or _again(step, view)
    return Leave("done", (Part(),), flush=True)


def _given_back(step: Step, view: View, event: PartyGaveBack) -> Move:
    """The agent sends the caller into a queue, his line is dead, or nobody came to be handed to."""
    caller = leg_of(view.state, CALLER)
    part = (Part(),) if caller is not None and caller.bridge else ()
    if event.queue:
        known = hearing.recording_notice(view, event.queue)
        return _wait(step, view, event.queue, known, first=(*part, *hearing.told_by(known)))
    sorry = (cut_off(view.language),) if event.lost else ()
    return _again(step, view, part, sorry)


RESUME: Mapping[tuple[str, type[Answer]], Resume] = {
    ("intro", PromptEnded): _introduced,
    ("place", AgentOffered): _offered,
    ("place", OfferWithdrawn): _withdrawn,
    ("place", QueueNews): meanwhile.news,
    ("longest", TimerFired): _too_long,
    ("every", TimerFired): meanwhile.due,
    ("offer", TimerFired): promising.offer,
    ("booked", CallbackBooked): _booked,
    ("sound", PromptEnded): meanwhile.quiet,
    ("keys", KeysCollected): _pressed,
    ("party", PartyAnswered): _answered,
    ("party", PartyLeft): _left,
    ("party", PartyGaveBack): _given_back,
    ("settle", OfferSettled): _settled,
    ("whisper", PromptEnded): _whispered,
    **called.RESUME,
    **choosing.RESUME,
    **overflowing.RESUME,
}
