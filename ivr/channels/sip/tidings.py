"""What the SIP core and the sound have heard becomes events of the call."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from ivr.channels.sip import dialling
from ivr.channels.sip.answers import end_of, keys_of
from ivr.channels.sip.sound.box import Broken, Collected, Silent
from ivr.channels.sip.sound.box import Ended as SoundEnded
from ivr.channels.sip.sounding import ring_back, ring_no_more, tell_peer, wait_no_more
from ivr.channels.sip.wire import causes
from ivr.channels.sip.wire.messages.errors import WireError
from ivr.channels.sip.wire.messages.uri import parse_uri
from ivr.channels.sip.wire.orders import AnswerChange, AnswerRefer, Refer
from ivr.channels.sip.wire.session.offer import answer, make_offer, read_answer
from ivr.channels.sip.wire.words import (
    Acked,
    Answered,
    Cancelled,
    Changed,
    Ended,
    Failed,
    KeyInfo,
    Progress,
    ReferAsked,
    ReferProgress,
    ServerOut,
)
from ivr.domain.call import CALLER, Cause, EndedBy, TransferKind, Turn
from ivr.domain.errors import MediaError
from ivr.domain.events import (
    Event,
    HoldAsked,
    LegAnswered,
    LegEnded,
    LegFailed,
    LegRinging,
    ReferSettled,
    ResumeAsked,
    TransferAsked,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ivr.channels.sip.sound.box import Heard as Sounded
    from ivr.channels.sip.wire.words import Heard
    from ivr.channels.sip.works import Party, Talk, Works

_LOG = logging.getLogger(__name__)
BAD = (WireError, MediaError)


def heard(works: Works, party: Party, event: Heard) -> None:
    """Something happened to a dialog."""
    handle = _HEARD.get(type(event))
    if party.talk is None:
        if isinstance(event, (Cancelled, Ended)):  # it was to take a place in a call
            works.leave(party)
    elif handle is not None:
        handle(works, party, party.talk, event)


def broken(party: Party) -> None:
    """A bug of ours: the leg cannot go on."""
    if party.talk is None:
        party.home.end(party, Cause.FAILED)
    elif not party.gone:
        _lost(party, party.talk, Cause.FAILED)


def _acked(_works: Works, party: Party, talk: Talk, event: Acked) -> None:
    """The caller has our 200. If the offer was ours, only now is it known where sound goes."""
    party.acked = True
    if event.sdp is not None and party.agreed is not None:
        try:
            rules = party.home.local(party).rules
            tell_peer(party.home, party, read_answer(party.agreed, event.sdp, rules))
        except BAD:
            _lost(party, talk, Cause.FAILED)
            return
    if party.refer_to:
        party.home.order(Refer(party.name, party.refer_to))
        party.refer_to = ""


def _cancelled(works: Works, party: Party, talk: Talk, _event: Cancelled) -> None:
    _ended_leg(works, party, talk, Cause.CANCELLED, EndedBy.CALLER)


def _progress(works: Works, party: Party, talk: Talk, event: Progress) -> None:
    if event.status >= 180 and not party.rings:
        party.rings = True
        ring_back(works, talk, party.asker)
        works.tell(talk, LegRinging(leg=party.leg))


def _answered(works: Works, party: Party, talk: Talk, event: Answered) -> None:
    """The called side is there, if we can agree with it on sound."""
    ring_no_more(works, talk, party.asker)
    works.house.bells.stop(party)
    party.acked = True
    try:
        if event.sdp is None or party.agreed is None:
            raise WireError(488, "no session in the answer")
        tell_peer(works, party, read_answer(party.agreed, event.sdp, works.local(party).rules))
    except BAD as error:
        _LOG.warning("sip_answer_unusable", extra={"facts": {"reason": str(error)}})
        works.end(party, Cause.FAILED)
        works.tell(talk, LegFailed(leg=party.leg, cause=Cause.UNREACHABLE))
        return
    works.tell(talk, LegAnswered(leg=party.leg, way_back=works.house.way_back(event.record)))


def _failed(works: Works, party: Party, talk: Talk, event: Failed) -> None:
    if event.contacts and not party.rang_out and dialling.sent_on(party, event.contacts):
        return
    if event.retry_after_s and works.carrier is not None and party.invite is not None:
        last = party.invite.targets[-1].flow
        works.carrier.rest(ServerOut(event.call, last, event.status, event.retry_after_s))
    ring_no_more(works, talk, party.asker)
    works.house.bells.stop(party)
    works.leave(party)
    cause = Cause.NO_ANSWER if party.rang_out else causes.FAILED[event.cause]
    works.tell(talk, LegFailed(leg=party.leg, cause=cause))


def _server_out(works: Works, _party: Party, _talk: Talk, event: ServerOut) -> None:
    if works.carrier is not None:
        works.carrier.rest(event)


def _ended(works: Works, party: Party, talk: Talk, event: Ended) -> None:
    by = causes.ended_by(event.cause, far=event.far)
    _ended_leg(works, party, talk, causes.ENDED[event.cause], by)


def _ended_leg(works: Works, party: Party, talk: Talk, cause: Cause, by: EndedBy) -> None:
    """A dialog is over and nobody here ended it."""
    works.leave(party)
    if talk.second is party:  # its call has not named it yet; it is dropped when it does
        return
    if party.leg == CALLER or by is not EndedBy.CALLER:
        works.tell(talk, LegEnded(leg=party.leg, cause=cause, by=by))
    else:
        works.tell(talk, LegEnded(leg=party.leg, cause=cause, by=EndedBy.AGENT))


def _lost(party: Party, talk: Talk, cause: Cause) -> None:
    """A leg cannot go on: it is ended towards the far side and told to the engine."""
    home = party.home
    home.end(party, cause)
    if talk.second is not party:
        home.tell(talk, LegEnded(leg=party.leg, cause=cause, by=EndedBy.LOST))


def _changed(works: Works, party: Party, talk: Talk, event: Changed) -> None:
    """Another session is offered: other address, hold, or the end of it."""
    before, was_held = party.agreed, party.holds
    try:
        local = works.local(party)
        if event.sdp is None:
            agreed = make_offer(local, before)
            party.agreed = agreed
        else:
            agreed = answer(event.sdp, local, before)
            tell_peer(works, party, agreed)
    except BAD as error:
        status = error.code if isinstance(error, WireError) else 488
        works.order(AnswerChange(party.name, status or 488))
        return
    works.order(AnswerChange(party.name, 200, agreed.sdp))
    if party.holds != was_held and party.leg in talk.seats:
        asked: type[Event] = HoldAsked if party.holds else ResumeAsked
        works.tell(talk, asked(leg=party.leg))


def _key(works: Works, party: Party, _talk: Talk, event: KeyInfo) -> None:
    works.house.sound.key(party.line, event.key)


def _refer_asked(works: Works, party: Party, talk: Talk, event: ReferAsked) -> None:
    """A phone wants to be replaced. Only who talks may, and only towards who may be called."""
    asked = _wish(works, party, talk, event)
    if asked is None or party.refer >= 0:
        works.order(AnswerRefer(party.name, event.refer, 603))
        return
    party.refer = event.refer
    works.order(AnswerRefer(party.name, event.refer, 202))
    works.tell(talk, asked)


def _wish(works: Works, party: Party, talk: Talk, event: ReferAsked) -> TransferAsked | None:
    if not party.phone or party.leg not in talk.seats or party.leg == CALLER:
        return None
    if event.replaces:
        other = works.dialogs.get(event.replaces)
        if other is None or other.talk is not talk:
            return None
        return TransferAsked(leg=party.leg, kind=TransferKind.ATTENDED, other=other.leg)
    try:
        address = parse_uri(event.to).user or ""
    except WireError:
        return None
    return TransferAsked(leg=party.leg, address=address) if dialling.known(works, address) else None


def _refer_progress(works: Works, _party: Party, talk: Talk, event: ReferProgress) -> None:
    if event.final and talk.referring:
        turn, talk.referring = talk.referring, Turn(0)
        works.tell(talk, ReferSettled(turn=turn, done=200 <= event.status < 300))


_HEARD: Mapping[type[Any], Callable[[Works, Party, Talk, Any], None]] = {
    Acked: _acked,
    Cancelled: _cancelled,
    Progress: _progress,
    Answered: _answered,
    Failed: _failed,
    ServerOut: _server_out,
    Ended: _ended,
    Changed: _changed,
    KeyInfo: _key,
    ReferAsked: _refer_asked,
    ReferProgress: _refer_progress,
}


# the sound


def sound_heard(party: Party, event: Sounded) -> None:
    """The sound of a leg has something to say."""
    match event:
        case Collected():
            collected(party, event)
        case SoundEnded():
            sound_ended(party, event)
        case Silent():
            silent(party)
        case Broken():
            _LOG.error("sip_sound_broken", extra={"facts": {"reason": event.note}})
            sound_lost(party)


def sound_ended(party: Party, event: SoundEnded) -> None:
    """What was played is over; a turn that was stopped expects nothing."""
    found = end_of(event, party.leg)
    is_music = event.why == "end" and event.turn == party.waits  # it goes on behind what was said
    if party.talk is None or found is None or is_music:
        return
    if event.why == "failed":
        _LOG.warning("sip_sound_failed", extra={"facts": {"reason": event.note}})
    party.home.tell(party.talk, found)


def collected(party: Party, event: Collected) -> None:
    """The caller has pressed what was wanted, or not."""
    wait_no_more(party.home, party, Turn(event.turn))
    if party.talk is not None:
        party.home.tell(party.talk, keys_of(event, party.leg))


def silent(party: Party) -> None:
    """Nothing comes from the far end any more: it is gone."""
    if party.talk is not None:
        _lost(party, party.talk, Cause.MEDIA_TIMEOUT)


def sound_lost(party: Party) -> None:
    """The process that carried the sound of this leg is gone."""
    if party.talk is not None:
        _lost(party, party.talk, Cause.SYSTEM_LOST)
