"""The pages of a Twilio trunk: what each kind of request means to a call.

Who may ask is settled before (`hooks.py`); what to answer to a repeat or an echo is the business of
`Conversation`.
"""

from __future__ import annotations

import logging
from functools import partial
from typing import TYPE_CHECKING

from ivr.channels.twilio.answers import Answer, Asked, ForeignCallError
from ivr.channels.twilio.far_pages import FarPages, machine_answered
from ivr.channels.twilio.listened import EndKeys
from ivr.channels.twilio.recorded.finishing import in_doubt
from ivr.channels.twilio.recording_page import called_back, is_its
from ivr.channels.twilio.wire.calls import (
    Address,
    Ringing,
    answer_to,
    ask_turn,
    by_hangup,
    leg_ended,
    recorded_s,
    recording_name,
    ringing,
)
from ivr.channels.twilio.wire.forms import call_status
from ivr.domain.call import CALLER, CallId, EndedBy
from ivr.domain.commands import Collect, Waiting
from ivr.domain.errors import NotFoundError, StoreError
from ivr.domain.events import KeysCollected, LegEnded
from ivr.domain.recording import TakeMessage
from ivr.runtime.conversation import VOICE, Conversation
from ivr.runtime.recovery import go_on
from ivr.runtime.replies import Reply, ReplyKey
from ivr.runtime.switch import Offered

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from ivr.channels.twilio.quietly import Refusals
    from ivr.channels.twilio.trunk import TwilioTrunk
    from ivr.channels.twilio.wire.forms import Form
    from ivr.runtime.live import LiveCall

_LOG = logging.getLogger(__name__)


class Pages:
    """Answers accepted requests of one trunk. `by_name`: what each page does."""

    def __init__(self, trunk: TwilioTrunk, refusals: Refusals) -> None:
        self._trunk = trunk
        self._switch = trunk.switch
        self._documents = trunk.documents
        self._refusals = refusals
        self._conversation = Conversation(trunk.switch, trunk.again)
        self._end_keys = EndKeys(trunk.switch.ports.clock)
        self._far = FarPages(trunk)
        self.by_name: Mapping[str, Callable[[Asked], Awaitable[Answer]]] = {
            "voice": self._voice,
            "next": self._next,
            "ask": self._ask,
            "status": self._status,
            "fallback": self._fallback,
            "leg": self._leg,
            "left": self._left,
            "room": self._far.room,
            "hold": self._far.hold,
            "notice": self._far.notice,
            "recording": partial(called_back, trunk),
            "machine": partial(machine_answered, trunk),
        }

    async def _voice(self, asked: Asked) -> Answer:
        """A call comes in; a repeat of the request finds the call that the first one opened."""
        book = self._switch.ports.books.current()
        call = ringing(asked.form, book.world.country)
        if not call.provider_ref:
            raise ForeignCallError("no call is named")
        flow = book.world.flow_of(call.dnis, self._trunk.name)
        flow = flow or book.world.flow_of(asked.form.one("To"), self._trunk.name)
        if flow is None:
            _LOG.warning("number_not_configured", extra={"facts": {"dnis": call.dnis}})
            return Answer(200, self._documents.reject.body)
        if not self._switch.admits and await self._is_new(call):
            return self._busy()
        live = await self._switch.offer(_offered(self._trunk, call, flow), VOICE)
        return self._given(live, await self._conversation.back(live, VOICE))

    async def _is_new(self, call: Ringing) -> bool:
        return await self._switch.store.calls.find(self._trunk.name, call.provider_ref) is None

    def _busy(self) -> Answer:
        """Too much to do, or about to stop: new calls go to the other host or hear a busy tone."""
        self._refusals.notice("busy")
        url = self._trunk.settings.fallback_url
        busy = self._documents.elsewhere(url) if url else self._documents.busy
        return Answer(200, busy.body)

    async def _next(self, asked: Asked) -> Answer:
        """The caller answered a question, heard a prompt to its end, or waited one more part."""
        address = asked.address
        if address.leg != CALLER:
            return await self._far.page("next", asked)
        call = await self._call(address, asked.form)
        key = ReplyKey(address.leg, address.turn, address.part)
        command = _open_at(call, address.turn)
        if address.part or command is None:
            return self._given(call, await self._conversation.back(call, key))
        if isinstance(command, Collect) and self._end_keys.swallows(call.id, asked.form):
            return self._given(call, self._trunk.again(call, key))
        if isinstance(command, TakeMessage) and _may_be_silence(command, asked.form):
            await self._over(call.id, LegEnded(leg=CALLER, by=EndedBy.CALLER))
            return Answer(200, self._documents.hangup.body)
        said = answer_to(command, asked.form, nothing=address.nothing)
        event = self._trunk.recordings.named(said, recording_name(asked.form))
        if event is None:
            raise NotFoundError("no request answers this turn")
        reply = await self._conversation.answered(call, key, event)
        if isinstance(command, Collect) and isinstance(event, KeysCollected):
            self._end_keys.after(call.id, command, event)
        return self._given(call, reply)

    async def _ask(self, asked: Asked) -> Answer:
        """The caller is sent back to what is to be done now."""
        address = asked.address
        if address.leg != CALLER:
            return await self._far.page("ask", asked)
        call = await self._call(address, asked.form)
        turn = address.turn if address.turn < 0 else ask_turn(call.seq)
        key = ReplyKey(address.leg, turn, address.part)
        return self._given(call, await self._conversation.back(call, key))

    async def _leg(self, asked: Asked) -> Answer:
        """Whom we have rung up has answered: a call of ours begins with his first request."""
        if asked.address.leg != CALLER:
            return await self._far.page("leg", asked)
        call = await self._placed(asked)
        party = self._trunk.parties.find(call, CALLER)
        if call.state is None or party is None:
            return Answer(200, self._documents.hangup.body)
        self._trunk.parties.named(party, asked.form.one("CallSid"))
        if not (party.up or party.over):
            party.answered = True
            await self._switch.deliver(call.id, self._trunk.parties.answered(party))
            party.up = True
        return self._given(call, await self._conversation.back(call, VOICE))

    async def _placed(self, asked: Asked) -> LiveCall:
        """The call of ours that a request is about, by its address: its name may not be known."""
        address = asked.address
        call = self._switch.calls.get(address.call) or await go_on(self._switch, address.call)
        if call is None or call.trunk != self._trunk.name:
            raise NotFoundError("no such call")
        if self._is_foreign(call, asked.form):
            raise ForeignCallError("another call")
        return call

    def _is_foreign(self, call: LiveCall, form: Form) -> bool:
        """Whether a request is about another call than its caller's."""
        return not is_its(self._trunk, call, form)

    async def _left(self, asked: Asked) -> Answer:
        """Somebody is out of a room: by hanging up, or because the provider has ended it."""
        address = asked.address
        if address.leg != CALLER:
            return await self._far.page("left", asked)
        call = await self._call(address, asked.form)
        event = leg_ended(asked.form)
        if event is not None:
            await self._over(call.id, event)
            return Answer(200, self._documents.hangup.body)
        if call.id in self._switch.calls and self._trunk.line(call.id).room == address.turn:
            self._trunk.line(call.id).asks()
        return Answer(200, self._documents.filler(call.id, ask_turn(call.seq), 0).body)

    async def _status(self, asked: Asked) -> Answer:
        """How a call is getting on; of the caller's only its end is news."""
        if "?" in asked.raw_target and asked.address.leg != CALLER:
            return await self._far.status(asked)
        if "?" in asked.raw_target and await self._progressed(asked):
            return Answer(204)
        call = await self._meant(asked)
        event = leg_ended(asked.form)
        if event is not None:
            await self._over(call, event)
        return Answer(204)

    async def _progressed(self, asked: Asked) -> bool:
        """How somebody gets on whom a call of ours rings up; False once he is there."""
        call = await self._placed(asked)
        party = self._trunk.parties.find(call, CALLER)
        if party is None:
            return call.is_placed
        if party.up:
            return False
        self._trunk.parties.named(party, asked.form.one("CallSid"))
        status = call_status(asked.form.one("CallStatus"))
        if status is not None:
            self._trunk.parties.progressed(party, status)
        return True

    async def _fallback(self, asked: Asked) -> Answer:
        """The provider could not reach us or take our document: an apology, without a database."""
        code = asked.form.one("ErrorCode")[:16]
        _LOG.error("webhook_fallback", extra={"facts": {"trunk": self._trunk.name, "error": code}})
        return Answer(200, self._documents.sorry.body)

    async def _call(self, address: Address, form: Form) -> LiveCall:
        """The call of an address, if it is the very call that this request is about."""
        call = self._switch.calls.get(address.call) or await go_on(self._switch, address.call)
        if call is None or call.trunk != self._trunk.name:
            raise NotFoundError("no such call")
        if self._is_foreign(call, form) or address.leg != CALLER:
            raise ForeignCallError("another call")
        return call

    async def _meant(self, asked: Asked) -> CallId:
        """The call of a callback: named in the URL, else found by the provider's own id."""
        if "?" in asked.raw_target:
            return (await self._call(asked.address, asked.form)).id
        ref = asked.form.one("CallSid")
        found = await self._switch.store.calls.find(self._trunk.name, ref) if ref else None
        if found is None:
            raise NotFoundError("no such call")
        return found

    async def _over(self, call: CallId, event: LegEnded) -> None:
        """Tell the call that its caller has gone; if the database is away, when it is back."""
        if call not in self._switch.calls:
            await go_on(self._switch, call)
        try:
            await self._switch.deliver(call, event)
        except StoreError:
            work = self._switch.carrier.deliver_surely(call, event)
            self._switch.ports.tasks.start(work, "call over")

    def _given(self, call: LiveCall, reply: Reply) -> Answer:
        if call.id in self._switch.calls:
            self._trunk.watchdog.heard(call.id)
        return Answer(reply.status, reply.body, reply.content_type)


def _offered(trunk: TwilioTrunk, call: Ringing, flow: str) -> Offered:
    return Offered(
        trunk=trunk.name,
        channel=trunk.channel,
        provider_ref=call.provider_ref,
        dnis=call.dnis,
        ani=call.ani,
        flow=flow,
    )


def _may_be_silence(command: TakeMessage, form: Form) -> bool:
    """Whether it must be listened to before anybody knows whether the caller has said anything."""
    return by_hangup(form) and in_doubt(command, recorded_s(form))


def _open_at(call: LiveCall, turn: int) -> Waiting | None:
    """The question that is open at this turn."""
    waiting = call.state.waiting() if call.state is not None else ()
    return next((command for command in waiting if command.turn == turn), None)
