"""Who sits in which bridge: the moves that phones, desks and supervisors have in common."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ivr.domain.call import CALLER, NO_LEG, TALKERS, Mode
from ivr.domain.commands import Dial, Join, SetMode
from ivr.engine.legs import change, dialled, leg_of, others_in
from ivr.engine.party import Purpose

if TYPE_CHECKING:
    from ivr.domain.call import LegId, Turn
    from ivr.domain.events import Answer as Derived
    from ivr.engine.party import Leg
    from ivr.engine.run import Run

RING_S = 20.0
"""How long somebody is rung up whom a phone or a desk asked for."""
MOST_LEGS = 6
"""How many may sit in one bridge, whoever only listens counted too (acd-cti.md section 8)."""


def ignored(run: Run) -> tuple[Derived, ...]:
    """What was asked for does not fit how the call stands."""
    run.note("ignored", reason="illegal")
    return ()


def with_caller(run: Run, number: LegId) -> Leg | None:
    """The leg of this number if it is another one than the caller's and in the caller's bridge."""
    leg, caller = leg_of(run.state, number), leg_of(run.state, CALLER)
    if leg is None or caller is None or leg.id == CALLER:
        return None
    return leg if leg.bridge and leg.bridge == caller.bridge else None


def talkers_with(run: Run, leg: Leg) -> tuple[Leg, ...]:
    """The others in a leg's bridge who can be talked to."""
    return tuple(one for one in others_in(run.state, leg) if one.mode in TALKERS)


def ring_up(run: Run, dial: Dial, purpose: Purpose, partner: LegId = NO_LEG) -> Leg:
    """Somebody is rung up whom no verb waits for; the new leg, with the next number."""
    run.commands.append(dial)
    dialled(run.state, dial, purpose, partner)
    return run.state.legs[-1]


def let_talk(run: Run, number: LegId) -> None:
    """End the hold of everybody in this leg's bridge whom no phone holds any more."""
    leg = leg_of(run.state, number)
    members = (leg, *others_in(run.state, leg)) if leg is not None else ()
    for member in members:
        held = any(other.holds for other in members if other.id != member.id)
        if member.mode is Mode.HELD and not held:
            run.send(SetMode(leg=member.id, mode=Mode.TALK))


def sit_with_caller(run: Run, number: LegId, turn: Turn) -> None:
    """A leg joins the caller, as somebody for whom the verb waits by this turn."""
    leg, caller = leg_of(run.state, number), leg_of(run.state, CALLER)
    if leg is None or caller is None:
        return
    change(run.state, replace(leg, turn=turn, purpose=Purpose.VERB, partner=NO_LEG))
    run.send(Join(leg=leg.id, bridge=caller.bridge))


def keeps_no_account(run: Run, leg: Leg) -> None:
    """The queues have heard already why this agent leaves: his hanging up is no news."""
    now = leg_of(run.state, leg.id)
    if now is not None:
        change(run.state, replace(now, won=False))
