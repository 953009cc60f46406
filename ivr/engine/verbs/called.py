"""Who is called back with the agent first: rung up once an agent has the call, and joined to him.

Whoever answers presses a key to show that a person is there, since an answering machine must not
get to an agent. Turns: `called` (it rings), `confirm` (the key). Memory: that of `queueing`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.domain.call import CALLER, Cause, Turn
from ivr.domain.commands import HangUp, PlaceCall, ReportAgent
from ivr.domain.events import Answer, KeysCollected, PartyAnswered
from ivr.engine.legs import connected
from ivr.engine.verb import Leave, Move, Resume, Stay
from ivr.engine.verbs import hearing, listening

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ivr.domain.commands import Waiting
    from ivr.engine.party import Leg
    from ivr.engine.view import View
    from ivr.flow.model import Step

HERE, NO_MORE = "1", "9"
"""Keys of whom we call: a person is there; no more calls."""
CONFIRM = "cb_confirm"
CONFIRM_S = 10.0
"""How long after the words a key may still come (acd-cti.md 7.4)."""


def ring(view: View) -> Mapping[str, Waiting]:
    """Ring up whom the call is for."""
    return {"called": PlaceCall(number=view.state.ani or "", caller_id=view.state.dnis)}


def _answered(step: Step, view: View, _event: PartyAnswered) -> Move:
    """Somebody or something is there: is it a person?"""
    known = hearing.recording_notice(view, str(view.data.get("queue", "")))
    prompts = (*known, *view.prompts((CONFIRM,)))
    how = {"first_s": CONFIRM_S, "end_key": "", "speech": False, "words": ()}
    listen = listening.collect(step, view, prompts, keys=(HERE, NO_MORE), **how)
    return Stay(ask={"confirm": listen}, close=("called",), do=hearing.told_by(known))


def _confirmed(_step: Step, view: View, event: KeysCollected) -> Move:
    """A person is there and talks to the agent; or the agent is let go."""
    agent = _agent(view)
    key = listening.plain_keys(event) if event.reason == "match" else ""
    if agent is None or key != HERE:
        way = f"key {NO_MORE}" if key == NO_MORE else "timeout"
        return Leave(way, first=_let_go(agent))
    answered = ReportAgent(leg=agent.id, offer=agent.offer, agent=agent.agent, what="dial_answered")
    talk = connected(view.state.next_bridge, CALLER, agent.id)
    return Stay(do=(answered, *talk), keep={"joined": True})


def _let_go(agent: Leg | None) -> tuple[HangUp, ...]:
    return () if agent is None else (HangUp(leg=agent.id, cause=Cause.NO_ANSWER),)


def _agent(view: View) -> Leg | None:
    """The agent who has the call."""
    turn = Turn(int(str(view.data.get("talk", 0))))
    return next((leg for leg in view.state.legs if turn and leg.turn == turn), None)


def left_alone(view: View) -> Move | None:
    """The agent has hung up before he could talk: whom we called is let go."""
    waits = "called" in view.open or "confirm" in view.open
    return Leave("nobody") if waits else None


RESUME: Mapping[tuple[str, type[Answer]], Resume] = {
    ("called", PartyAnswered): _answered,
    ("confirm", KeysCollected): _confirmed,
}
