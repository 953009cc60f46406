"""The requests of one Twilio trunk: checked, understood, answered once and always in time.

Nothing here knows HTTP: `routes.py` brings the requests of the network, flow tests bring their own.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ivr.channels.twilio.listened import EndKeys
from ivr.channels.twilio.quietly import Refusals
from ivr.channels.twilio.wire.calls import (
    Address,
    Ringing,
    answer_to,
    ask_turn,
    leg_ended,
    read_address,
    ringing,
)
from ivr.channels.twilio.wire.forms import Form
from ivr.channels.twilio.wire.signature import SignedRequest, verify
from ivr.domain.call import CALLER, CallId
from ivr.domain.commands import Collect, Waiting
from ivr.domain.errors import LeaseLostError, NotFoundError, StoreError
from ivr.domain.events import KeysCollected, LegEnded
from ivr.runtime import metrics
from ivr.runtime.conversation import VOICE, Conversation
from ivr.runtime.live import LiveCall
from ivr.runtime.recovery import go_on
from ivr.runtime.replies import Reply, ReplyKey
from ivr.runtime.switch import Offered

if TYPE_CHECKING:
    from ivr.channels.twilio.trunk import TwilioTrunk

_LOG = logging.getLogger(__name__)
XML = "text/xml"
BUDGET_S = 1.9
"""Real seconds until a request gets an answer, whatever our own side is still doing."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back over HTTP."""

    status: int
    body: bytes = b""
    content_type: str = XML


class _RefusedError(Exception):
    """A well signed request that does not belong where it points."""

    def __init__(self, reason: str, status: int) -> None:
        super().__init__(reason)
        self.reason = reason
        self.status = status


@dataclass(frozen=True, slots=True)
class _Asked:
    """One accepted request."""

    form: Form
    raw_target: str

    @property
    def address(self) -> Address:
        """Which request of which call; NotFoundError if the URL is none of ours."""
        found = read_address(self.raw_target)
        if found is None:
            raise NotFoundError("no address")
        return found


class Hooks:
    """Answers the requests of one trunk. budget_s: see BUDGET_S."""

    def __init__(self, trunk: TwilioTrunk, budget_s: float = BUDGET_S) -> None:
        self._trunk = trunk
        self._switch = trunk.switch
        self._settings = trunk.settings
        self._secrets = trunk.settings.secrets
        self._documents = trunk.documents
        self._budget_s = budget_s
        self._conversation = Conversation(trunk.switch, trunk.again)
        self._end_keys = EndKeys(trunk.switch.ports.clock)
        self._seconds = metrics.REPLY_SECONDS.labels(trunk.name)
        self.refusals = Refusals(trunk.name, trunk.switch.ports.clock)
        self._pages: Mapping[str, Callable[[_Asked], Awaitable[Answer]]] = {
            "voice": self._voice,
            "next": self._next,
            "ask": self._ask,
            "status": self._status,
            "fallback": self._fallback,
        }

    async def answer(self, page: str, request: SignedRequest) -> Answer:
        """The answer to a request for one of our pages. Never raises, never takes 2 s."""
        with self._seconds.time():
            verdict = verify(request, self._secrets, self._trunk.public_base)
            if not verdict.accepted:
                return self.refuse(str(verdict.reason), verdict.status)
            if verdict.form is None:
                return self.refuse("media_type", 415)
            if verdict.form.one("AccountSid") != self._settings.account:
                return self.refuse("account", 403)
            if verdict.key == "auth_token_next":
                self.refusals.notice("signed_by_next_token")
            asked = _Asked(verdict.form, _text(request.raw_target))
            return await self._in_time(page, asked)

    def refuse(self, reason: str, status: int) -> Answer:
        """No, without a word why; counted."""
        self.refusals.count(reason)
        return Answer(status, content_type="")

    async def _in_time(self, page: str, asked: _Asked) -> Answer:
        """Work that takes too long goes on in the background; the caller comes back to it."""
        work = self._switch.ports.tasks.start(self._served(page, asked), f"webhook {page}")
        done, _late = await asyncio.wait({work}, timeout=self._budget_s)
        if done:
            return work.result()
        self.refusals.notice("late")
        return self._later(page, asked)

    async def _served(self, page: str, asked: _Asked) -> Answer:
        """An answer whatever happens: a caller must never hear the provider read an error."""
        try:
            return await self._pages[page](asked)
        except (StoreError, LeaseLostError):
            self.refusals.notice("store_away")
            return self._later(page, asked)
        except NotFoundError:
            return self.refuse("unknown_call", 404)
        except _RefusedError as refusal:
            return self.refuse(refusal.reason, refusal.status)
        except Exception:
            _LOG.exception("webhook_failed", extra={"facts": {"page": page}})
            return Answer(200, self._documents.sorry.body)

    def _later(self, page: str, asked: _Asked) -> Answer:
        """What can be said without the database: come back soon, or for a new call, sorry."""
        if page == "status":
            return Answer(204)
        address = read_address(asked.raw_target)
        if address is None:
            url = self._settings.fallback_url
            sorry = self._documents.elsewhere(url) if url else self._documents.sorry
            return Answer(200, sorry.body)
        live = self._switch.calls.get(address.call)
        return Answer(200, self._documents.later(address.call, live.seq if live else 0).body)

    async def _voice(self, asked: _Asked) -> Answer:
        """A call comes in; a repeat of the request finds the call that the first one opened."""
        book = self._switch.ports.books.current()
        call = ringing(asked.form, book.world.country)
        if not call.provider_ref:
            raise _RefusedError("no_call_id", 403)
        flow = book.world.numbers.get(call.dnis) or book.world.numbers.get(asked.form.one("To"))
        if flow is None:
            facts = {"trunk": self._trunk.name, "dnis": call.dnis}
            _LOG.warning("number_not_configured", extra={"facts": facts})
            return Answer(200, self._documents.reject.body)
        live = await self._switch.offer(self._offered(call, flow), VOICE)
        return self._given(live, await self._conversation.back(live, VOICE))

    def _offered(self, call: Ringing, flow: str) -> Offered:
        return Offered(
            trunk=self._trunk.name,
            channel=self._trunk.channel,
            provider_ref=call.provider_ref,
            dnis=call.dnis,
            ani=call.ani,
            flow=flow,
        )

    async def _next(self, asked: _Asked) -> Answer:
        """The caller answered a question, heard a prompt to its end, or waited one more part."""
        address = asked.address
        call = await self._call(address, asked.form)
        key = ReplyKey(address.leg, address.turn, address.part)
        command = _open_at(call, address.turn)
        if address.part or command is None:
            return self._given(call, await self._conversation.back(call, key))
        if isinstance(command, Collect) and self._end_keys.swallows(call.id, asked.form):
            return self._given(call, self._trunk.again(call, key))
        event = answer_to(command, asked.form, nothing=address.nothing)
        if event is None:
            raise NotFoundError("no request answers this turn")
        reply = await self._conversation.answered(call, key, event)
        if isinstance(command, Collect) and isinstance(event, KeysCollected):
            self._end_keys.after(call.id, command, event)
        return self._given(call, reply)

    async def _ask(self, asked: _Asked) -> Answer:
        """The caller is sent back to what is to be done now."""
        address = asked.address
        call = await self._call(address, asked.form)
        turn = address.turn if address.turn < 0 else ask_turn(call.seq)
        key = ReplyKey(address.leg, turn, address.part)
        return self._given(call, await self._conversation.back(call, key))

    async def _status(self, asked: _Asked) -> Answer:
        """How the call is getting on; only its end is news."""
        call = await self._meant(asked)
        event = leg_ended(asked.form)
        if event is not None:
            await self._over(call, event)
        return Answer(204)

    async def _fallback(self, asked: _Asked) -> Answer:
        """The provider could not reach us or take our document: an apology, without a database."""
        code = asked.form.one("ErrorCode")[:16]
        _LOG.error("webhook_fallback", extra={"facts": {"trunk": self._trunk.name, "error": code}})
        return Answer(200, self._documents.sorry.body)

    async def _call(self, address: Address, form: Form) -> LiveCall:
        """The call of an address, if it is the very call that this request is about."""
        call = self._switch.calls.get(address.call) or await go_on(self._switch, address.call)
        if call is None or call.trunk != self._trunk.name:
            raise NotFoundError("no such call")
        if call.provider_ref != form.one("CallSid") or address.leg != CALLER:
            raise _RefusedError("call", 403)
        return call

    async def _meant(self, asked: _Asked) -> CallId:
        """The call of a callback: named in the URL, else found by the provider's own id."""
        if "?" in asked.raw_target:
            return (await self._call(asked.address, asked.form)).id
        ref = asked.form.one("CallSid")
        found = await self._switch.store.calls.find(self._trunk.name, ref) if ref else None
        if found is None:
            raise NotFoundError("no such call")
        return found

    async def _over(self, call: CallId, event: LegEnded) -> None:
        """Tell the call that its caller has gone; if the database is away, as soon as it is back."""
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


def _open_at(call: LiveCall, turn: int) -> Waiting | None:
    """The question that is open at this turn."""
    waiting = call.state.waiting() if call.state is not None else ()
    return next((command for command in waiting if command.turn == turn), None)


def _text(raw_target: str | bytes) -> str:
    return raw_target if isinstance(raw_target, str) else raw_target.decode("utf-8", "replace")
