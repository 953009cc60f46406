"""The pages that everybody but the caller asks for, and what is told of rooms.

One request of a leg at a time; the last answer is kept, so that a repeat gets the same octets. They
are kept in memory only: legs of a former life of the server are hung up when it comes back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.channels.twilio import twiml
from ivr.channels.twilio.answers import Answer, Asked, ForeignCallError
from ivr.channels.twilio.documents import XML
from ivr.channels.twilio.wire.calls import Address, ask_turn
from ivr.channels.twilio.wire.forms import call_status, is_machine
from ivr.domain.call import CALLER, BridgeId, Cause, EndedBy, Prompt
from ivr.domain.commands import Play
from ivr.domain.errors import NotFoundError
from ivr.domain.events import LegEnded, PromptEnded
from ivr.engine.legs import leg_of
from ivr.engine.party import Phase
from ivr.runtime.recovery import go_on
from ivr.runtime.replies import Reply, ReplyKey

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ivr.channels.twilio.documents import Document
    from ivr.channels.twilio.legs.parties import Party
    from ivr.channels.twilio.trunk import TwilioTrunk
    from ivr.engine.party import Leg
    from ivr.runtime.live import LiveCall

TAKE = "1"
"""The key that takes a call."""
ASKED_TIMES = 3
SOON_S = 1.0
"""How long somebody who has answered waits at once for what comes of it; then he is asked again."""
_WORDS: Mapping[str, str] = {
    "tr": "Çağrıyı almak için 1'e basın.",
    "en": "Press 1 to take the call.",
}
_LEFT = "participant_hung_up"
"""Why somebody left a room, if it was by hanging up; who is moved by us leaves it, too."""
_CHARACTERS_PER_S = 14


class FarPages:
    """Answers requests about legs of one trunk that are not the caller's."""

    def __init__(self, trunk: TwilioTrunk) -> None:
        self._trunk = trunk
        self._switch = trunk.switch
        self._documents = trunk.documents

    async def page(self, name: str, asked: Asked) -> Answer:
        """The document of a leg: name is `leg next ask left`."""
        address = asked.address
        call = self._switch.calls.get(address.call)
        party = self._trunk.parties.find(call, address.leg)
        if call is not None and asked.form.one("CallSid") == self._trunk.sid_of(call, CALLER):
            raise ForeignCallError("the caller has a leg of his own")
        if call is None or party is None:
            return _answer(self._documents.hangup)
        self._check(call, party, asked)
        async with party.lock:
            key = ReplyKey(address.leg, address.turn, address.part)
            if key.matches(party.reply) and party.reply is not None:
                return Answer(200, party.reply.body)
            document = await self._document(name, asked, call, party)
            party.reply = Reply(key.leg, key.turn, key.part, 200, XML, document.body)
        return _answer(document)

    def _check(self, call: LiveCall, party: Party, asked: Asked) -> None:
        """Only the very call that we asked for may speak for this leg."""
        if call.trunk != self._trunk.name:
            raise NotFoundError("no such call")
        sid = asked.form.one("CallSid")
        if not sid or (party.sid and party.sid != sid):
            raise ForeignCallError("another call")
        self._trunk.parties.named(party, sid)

    async def _document(self, name: str, asked: Asked, call: LiveCall, party: Party) -> Document:
        address = asked.address
        if name == "leg":
            return await self._picked_up(asked, call, party)
        if name == "left":
            self._left(asked, party)
        elif not party.line.lets_in(address.turn, self._switch.ports.clock.now()):
            return self._documents.pause(_onwards(address))
        elif name == "next":
            await self._heard(address, call)
        return self._now(call, party, address)

    async def _picked_up(self, asked: Asked, call: LiveCall, party: Party) -> Document:
        """Somebody or something has answered; who must press a key is asked for it."""
        address, party.answered = asked.address, True
        if not (party.up or party.over):
            if party.by_key and asked.form.one("Digits") != TAKE:
                return self._asked_for_key(address, party)
            await self._switch.deliver(call.id, self._trunk.parties.answered(party))
            party.up = True
            if self._is_idle(call, party):
                party.news.clear()
                await self._trunk.parties.settled(party, SOON_S)
        return self._now(call, party, address)

    def _asked_for_key(self, address: Address, party: Party) -> Document:
        if address.part >= ASKED_TIMES:
            self._trunk.parties.refused(party)
            return self._documents.hangup
        again = Address(address.call, address.leg, address.turn, address.part + 1)
        return self._documents.acceptance(_prompt(party.language), again)

    def _is_idle(self, call: LiveCall, party: Party) -> bool:
        """Whether there is nothing yet to be done for who has answered."""
        leg = leg_of(call.known, party.leg)
        return leg is not None and not leg.bridge and self._said_to(call, leg) is None

    async def _heard(self, address: Address, call: LiveCall) -> None:
        """A prompt was heard to its end."""
        for command in call.known.waiting():
            if command.turn == address.turn and command.leg == address.leg:
                event = PromptEnded(turn=command.turn, leg=command.leg)
                await self._switch.deliver(call.id, event)

    def _left(self, asked: Asked, party: Party) -> None:
        """Out of a room: by hanging up, or because it has ended."""
        status = call_status(asked.form.one("CallStatus"))
        room = BridgeId(asked.address.turn)
        if status is not None and status.cause is not None:
            self._trunk.parties.ended(party, status.cause)
        elif party.line.room == room:
            party.line.asks()

    def _now(self, call: LiveCall, party: Party, address: Address) -> Document:
        """What the call wants of the leg at this moment."""
        state = call.state
        leg = leg_of(state, party.leg) if state is not None and not party.over else None
        if leg is None or leg.phase is not Phase.UP:
            return self._documents.hangup
        if leg.bridge:
            party.line.sits(leg.bridge, leg.mode, leg.to)
            document = self._documents.room(self._trunk.seat(call, leg))
            self._trunk.rooms.look(call, leg, party.line)
            return document
        party.line.asks()
        said = self._said_to(call, leg)
        return self._documents.pause(_onwards(address)) if said is None else said

    def _said_to(self, call: LiveCall, leg: Leg) -> Document | None:
        plays = (one for one in call.known.waiting() if isinstance(one, Play) and one.leg == leg.id)
        play = next(plays, None)
        return None if play is None else self._documents.said(play, call.id)

    # callbacks

    async def status(self, asked: Asked) -> Answer:
        """How a leg gets on."""
        address, status = asked.address, call_status(asked.form.one("CallStatus"))
        call = self._switch.calls.get(address.call) or await go_on(self._switch, address.call)
        party = self._trunk.parties.find(call, address.leg)
        if call is not None and party is not None and status is not None:
            self._check(call, party, asked)
            self._trunk.parties.progressed(party, status)
        return Answer(204)

    async def room(self, asked: Asked) -> Answer:
        """Somebody came into a room or left it; who hung up there is gone."""
        address, form = asked.address, asked.form
        call = self._switch.calls.get(address.call)
        if call is None or call.trunk != self._trunk.name:
            return Answer(204)
        room, sid = form.one("ConferenceSid"), form.one("CallSid")
        if room:
            self._trunk.rooms.opened(call.id, BridgeId(address.turn), room)
        event = form.one("StatusCallbackEvent")
        if event == "participant-leave" and form.one("ReasonParticipantLeft") == _LEFT:
            self._gone(call, sid)
        return Answer(204)

    def _gone(self, call: LiveCall, sid: str) -> None:
        if sid == self._trunk.sid_of(call, CALLER):
            self._trunk.tell(call.id, LegEnded(leg=CALLER, by=EndedBy.CALLER))
        party = self._trunk.parties.by_name(call.id, sid)
        if party is not None:
            self._trunk.parties.ended(party, Cause.NORMAL)

    async def hold(self, asked: Asked) -> Answer:
        """What somebody hears who is on hold in a room."""
        address = asked.address
        again = Address(address.call, address.leg, address.turn, address.part + 1)
        return _answer(self._documents.hold(again))

    async def notice(self, asked: Asked) -> Answer:
        """What is announced to somebody in a room."""
        address = asked.address
        said = self._trunk.rooms.announced(address.call, address.leg)
        return Answer(200, twiml.document(*self._documents.speaker.verbs(said)))


def _answer(document: Document) -> Answer:
    return Answer(200, document.body)


def _onwards(address: Address) -> Address:
    """Where a leg comes back to that has nothing to do."""
    turn = address.turn if address.turn < 0 else ask_turn(address.turn)
    return Address(address.call, address.leg, turn, address.part + 1)


def _prompt(language: str) -> Prompt:
    spoken = language if language in _WORDS else "en"
    text = _WORDS[spoken]
    return Prompt("take_call", spoken, text, len(text) / _CHARACTERS_PER_S)


async def machine_answered(trunk: TwilioTrunk, asked: Asked) -> Answer:
    """Who or what has answered a call of ours; it comes some seconds later."""
    call = trunk.switch.calls.get(asked.address.call)
    if call is None or call.trunk != trunk.name:
        raise NotFoundError("no such call")
    party = trunk.parties.find(call, CALLER)
    if party is None or not party.sid or party.sid != asked.form.one("CallSid"):
        raise ForeignCallError("another call")
    if is_machine(asked.form.one("AnsweredBy")):
        trunk.placing.machine(party)
    return Answer(204)
