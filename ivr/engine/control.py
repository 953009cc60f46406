"""What happens to the legs of a call, and what the phones ask for by themselves.

Hold: everybody else in the bridge hears the hold sound. Second line: a phone that talks calls
somebody else; both get a bridge of their own. Transfer: the phone is replaced by whom it named
(blind), or by whom it talks to on its second line (attended).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ivr.domain.call import CALLER, NO_LEG, Cause, EndedBy, LegId, Mode, TransferKind
from ivr.domain.commands import Answer, Dial, HangUp, SetMode, SettleTransfer
from ivr.domain.events import LegEnded, PartyGaveBack
from ivr.engine.desk import requests as desk
from ivr.engine.desk import supervising
from ivr.engine.desk.seating import (
    RING_S,
    ignored,
    keeps_no_account,
    let_talk,
    ring_up,
    sit_with_caller,
)
from ivr.engine.legs import (
    came,
    change,
    connected,
    drop,
    leg_of,
    others_in,
    parties,
    party_answered,
    party_left,
)
from ivr.engine.party import NO_BRIDGE, Leg, Phase, Purpose

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ivr.domain.events import Answer as Derived
    from ivr.domain.events import (
        ConsultAsked,
        HangUpAsked,
        HoldAsked,
        LegAnswered,
        LegFailed,
        LegRinging,
        ResumeAsked,
        TransferAsked,
    )
    from ivr.engine.run import Run

_CUT_OFF = frozenset({Cause.SIGNAL_LOST, Cause.MEDIA_TIMEOUT})
"""Ends that nobody wanted: the telephone, or the network to it, is dead."""


def leg_ringing(run: Run, event: LegRinging) -> tuple[Derived, ...]:
    """A phone rings."""
    leg = leg_of(run.state, event.leg)
    if leg is None or leg.phase is not Phase.DIALLING:
        return ignored(run)
    change(run.state, replace(leg, phase=Phase.RINGING))
    run.report(leg, "ringing")
    return ()


def leg_answered(run: Run, event: LegAnswered) -> tuple[Derived, ...]:
    """Somebody is there. A leg that was given up meanwhile is hung up."""
    leg = leg_of(run.state, event.leg)
    if leg is None:
        run.send(HangUp(leg=event.leg, cause=Cause.CANCELLED))
        return ignored(run)
    if leg.phase not in (Phase.DIALLING, Phase.RINGING):
        return ignored(run)
    came(run.state, leg)
    up = replace(leg, phase=Phase.UP, way_back=event.way_back)
    change(run.state, up)
    connect = _CONNECTS.get(up.purpose)
    if connect is None:
        return party_answered(up)
    connect(run, up)
    return ()


def leg_gone(run: Run, event: LegFailed | LegEnded) -> tuple[Derived, ...]:
    """Nobody answered, or somebody other than the caller has hung up."""
    gone = None if event.leg == CALLER else leg_of(run.state, event.leg)
    if gone is None:
        return ignored(run)
    line = _tied(run, gone)
    if line is not None and gone.purpose is Purpose.VERB and _is_through(run, line):
        _attended(run, gone, line)
        return ()
    asked = desk.asked_by(run, gone)
    if asked is not None and asked.phase is Phase.UP:
        desk.complete(run, gone, asked)
        return ()
    _leaves(run, gone, line, event.cause)
    return _derived(run, gone, asked, event.cause)


def _leaves(run: Run, gone: Leg, line: Leg | None, cause: Cause) -> None:
    """Take the leg off the list; others go with it, or hear that it is gone."""
    others = others_in(run.state, gone)
    drop(run.state, gone.id)
    run.report(gone, gone.last_word, cause)
    if gone.holds:
        for other in others[:1]:
            let_talk(run, other.id)
    _follow_up(run, gone, line, cause)
    supervising.agent_gone(run, gone)


def _derived(run: Run, gone: Leg, asked: Leg | None, cause: Cause) -> tuple[Derived, ...]:
    """What the verb is told. A caller whom his agent has left half way takes his old place."""
    if gone.purpose is Purpose.ASKED:
        desk.asked_gone(run, gone)
        return ()
    left = party_left(run.state, gone, cause)
    if left and _is_cut_off(run, gone, cause):
        return (PartyGaveBack(turn=gone.turn, leg=CALLER, lost=True),)
    half_way = gone.purpose in (Purpose.HANDED, Purpose.TRANSFER) and gone.phase is not Phase.UP
    if asked is not None:
        run.send(HangUp(leg=asked.id, cause=Cause.CANCELLED))
    if left and (asked is not None or half_way) and desk.is_queued(run, gone):
        return (PartyGaveBack(turn=gone.turn, leg=CALLER),)
    return left


def _is_cut_off(run: Run, gone: Leg, cause: Cause) -> bool:
    """Whether the line of the last agent has died in the talk: nobody has ended it, so that it goes
    on with another agent and nobody is asked how it was (surveys.md 2.1)."""
    caller = leg_of(run.state, CALLER)
    talked = caller is not None and caller.bridge != NO_BRIDGE
    return talked and cause in _CUT_OFF and desk.is_queued(run, gone)


def _follow_up(run: Run, gone: Leg, line: Leg | None, cause: Cause) -> None:
    """Whoever was there because of this leg goes too; a transfer that failed is told so."""
    if line is not None:
        run.send(HangUp(leg=line.id, cause=cause))
        party = _tied(run, line)
        if gone.purpose is Purpose.VERB and party is not None:
            run.send(HangUp(leg=party.id, cause=cause))
    if gone.purpose is Purpose.CONSULT:
        _consulted_no_more(run, gone, line)
    waits = gone.purpose is Purpose.TRANSFER and leg_of(run.state, gone.partner) is not None
    if waits and gone.phase is not Phase.UP:
        run.send(SettleTransfer(leg=gone.partner, done=False))


def _consulted_no_more(run: Run, gone: Leg, line: Leg | None) -> None:
    """The queues hear that a phone's second line is over."""
    for number in (gone.partner, NO_LEG if line is None else line.partner):
        phone = leg_of(run.state, number)
        if phone is not None:
            run.report(phone, "consult_cancel")


def _tied(run: Run, leg: Leg) -> Leg | None:
    """The consulting leg that stands and falls with this one."""
    for one in run.state.legs:
        if one.purpose is Purpose.CONSULT and (one.partner == leg.id or leg.partner == one.id):
            return one
    return None


def _is_through(run: Run, line: Leg) -> bool:
    """Whether somebody is there at the other end of a second line."""
    return bool(line.bridge and others_in(run.state, line))


def hang_up_asked(run: Run, event: HangUpAsked) -> tuple[Derived, ...]:
    """An agent ends his call at the desk: as if he had put down the telephone."""
    leg = leg_of(run.state, event.leg)
    if leg is None or leg.id == CALLER:
        return ignored(run)
    run.commands.append(HangUp(leg=leg.id))
    return leg_gone(run, LegEnded(leg=leg.id, by=EndedBy.AGENT))


def all_leave(run: Run, cause: Cause) -> None:
    """Hang up everybody but the caller."""
    for leg in parties(run.state.legs):
        run.send(HangUp(leg=leg.id, cause=cause))


def hold_asked(run: Run, event: HoldAsked) -> tuple[Derived, ...]:
    """The others in the bridge hear the hold sound until the phone talks again."""
    leg = leg_of(run.state, event.leg)
    if leg is None or leg.holds or not leg.bridge:
        return ignored(run)
    change(run.state, replace(leg, holds=True))
    run.report(leg, "hold")
    for other in others_in(run.state, leg):
        if other.mode is Mode.TALK:
            run.send(SetMode(leg=other.id, mode=Mode.HELD))
    return ()


def resume_asked(run: Run, event: ResumeAsked) -> tuple[Derived, ...]:
    """The hold of this phone is over."""
    leg = leg_of(run.state, event.leg)
    if leg is None or not leg.holds:
        return ignored(run)
    change(run.state, replace(leg, holds=False))
    run.report(leg, "resume")
    let_talk(run, leg.id)
    return ()


def consult_asked(run: Run, event: ConsultAsked) -> tuple[Derived, ...]:
    """A phone that talks rings somebody up on its second line; only one such line at a time."""
    phone, number = leg_of(run.state, event.leg), run.state.next_leg
    if phone is None or not phone.bridge or phone.id == CALLER or _tied(run, phone) is not None:
        run.send(HangUp(leg=number, cause=Cause.REJECTED))
        run.state.next_leg = LegId(number + 1)
        return ignored(run)
    line = Leg(number, Phase.OFFERED, Purpose.CONSULT, partner=phone.id)
    run.state.legs = (*run.state.legs, line)
    dial = Dial(leg=number, other=LegId(number + 1), address=event.address, ring_s=RING_S)
    ring_up(run, dial, Purpose.CONSULT, number)
    run.report(phone, "consult_start")
    return ()


def _put_through(run: Run, party: Leg) -> None:
    """Whoever was rung up for a second line is there: the two talk."""
    line = leg_of(run.state, party.partner)
    if line is None:
        run.send(HangUp(leg=party.id, cause=Cause.CANCELLED))
        return
    change(run.state, replace(line, phase=Phase.UP))
    run.send(Answer(leg=line.id), *connected(run.state.next_bridge, line.id, party.id))


def transfer_asked(run: Run, event: TransferAsked) -> tuple[Derived, ...]:
    """A phone wants to be replaced in its talk with the caller."""
    phone, caller = leg_of(run.state, event.leg), leg_of(run.state, CALLER)
    fits = phone and caller and phone.id != CALLER and phone.bridge == caller.bridge != NO_BRIDGE
    if phone is None or not fits:
        run.send(SettleTransfer(leg=event.leg, done=False))
        return ignored(run)
    if event.kind is TransferKind.BLIND:
        _ring_instead(run, phone, event.address)
        return ()
    line = leg_of(run.state, event.other)
    if line is None or line.partner != phone.id or not _is_through(run, line):
        run.send(SettleTransfer(leg=phone.id, done=False))
    else:
        _attended(run, phone, line)
    return ()


def _ring_instead(run: Run, phone: Leg, address: str) -> None:
    dial = Dial(other=run.state.next_leg, address=address, ring_s=RING_S)
    new = ring_up(run, dial, Purpose.TRANSFER, phone.id)
    change(run.state, replace(new, turn=phone.turn))


def _replaced(run: Run, party: Leg) -> None:
    """Whom a blind transfer rang up is there and takes the phone's place."""
    caller = leg_of(run.state, CALLER)
    if caller is None or not caller.bridge:
        run.send(HangUp(leg=party.id, cause=Cause.CANCELLED))
        return
    _take_place(run, party, party.partner)


def _attended(run: Run, phone: Leg, line: Leg) -> None:
    """Whoever talks to the phone's second line takes its place; both its lines end."""
    (party, *_rest) = others_in(run.state, line)
    run.report(phone, "consult_complete")
    keeps_no_account(run, phone)
    _take_place(run, replace(party, turn=phone.turn), phone.id)
    run.send(HangUp(leg=line.id))


def _take_place(run: Run, party: Leg, phone: LegId) -> None:
    """Join the caller's bridge instead of a phone, which is told and hung up."""
    sit_with_caller(run, party.id, party.turn)
    replaced = leg_of(run.state, phone)
    if replaced is not None:
        run.send(SettleTransfer(leg=phone, done=True), HangUp(leg=phone))
        supervising.agent_gone(run, replaced)
    let_talk(run, CALLER)


_CONNECTS: Mapping[Purpose, Callable[[Run, Leg], None]] = {
    Purpose.CONSULT: _put_through,
    Purpose.TRANSFER: _replaced,
    Purpose.HANDED: _replaced,
    Purpose.ASKED: desk.put_through,
    Purpose.MONITOR: supervising.sit_in,
}
"""What is done with somebody who answers and for whom no verb waits."""
