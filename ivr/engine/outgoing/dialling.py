"""Calls that an agent dials at the desk: his telephone rings first, then the customer's.

The node `OWN_CALL` stands in no flow. Turns: `party` (the telephone of the agent, as long as he
is there) and `called` (the customer's).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ivr.domain.agent import AgentId
from ivr.domain.call import CALLER, Outcome
from ivr.domain.commands import Dial, ReportAgent
from ivr.domain.events import Answer, PartyAnswered, PartyLeft
from ivr.domain.queue import OfferId
from ivr.engine.desk.seating import RING_S
from ivr.engine.legs import change, connected, parties
from ivr.engine.party import OWN_CALL
from ivr.engine.verb import Goodbye, Move, Stay
from ivr.engine.verbs import called

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ivr.domain.outbound import Placed
    from ivr.engine.party import Leg
    from ivr.engine.run import Run
    from ivr.engine.view import View


def begin(run: Run, placed: Placed) -> None:
    """Ring the agent up; from now on the call is his, whatever becomes of it."""
    run.state.top.node = OWN_CALL
    dial = Dial(
        other=run.state.next_leg,
        address=placed.address,
        ring_s=RING_S,
        caller_id=run.state.dnis,
        language=run.state.language,
        agent=AgentId(placed.agent),
        offer=OfferId(placed.offer),
    )
    run.open("party", dial)
    (leg,) = parties(run.state.legs)
    change(run.state, replace(leg, won=True, dials=True))


def _agent_there(view: View) -> Move:
    """The agent has picked up: now the customer is rung up."""
    return Stay(ask=called.ring(view))


def _customer_there(view: View) -> Move:
    """The customer answers, and both talk."""
    agent = _agent(view)
    if agent is None:
        return Goodbye()
    told = ReportAgent(leg=agent.id, offer=agent.offer, agent=agent.agent, what="dial_answered")
    talk = connected(view.state.next_bridge, CALLER, agent.id)
    return Stay(do=(told, *talk), close=("called",))


def _agent(view: View) -> Leg | None:
    return next((leg for leg in view.state.legs if leg.won), None)


def _nobody_left(view: View) -> Move:
    """The agent has hung up, or did not pick up at all: the customer is let go."""
    return Goodbye("" if view.is_heard else Outcome.FAILED)


RESUME: Mapping[tuple[str, type[Answer]], Callable[[View], Move]] = {
    ("party", PartyAnswered): _agent_there,
    ("called", PartyAnswered): _customer_there,
    ("party", PartyLeft): _nobody_left,
}
"""The answers that the node `OWN_CALL` takes."""
