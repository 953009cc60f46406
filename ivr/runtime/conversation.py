"""Webhook calls as a conversation: each request is answered once, and its repeats alike.

The rules are the table in flow-engine.md 5.4. A request is known by (leg, turn, part); the turn is
the question it answers, parts 1, 2 ... are the caller coming back while we wait for something.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

from ivr.domain.call import CALLER, Turn
from ivr.runtime.live import LiveCall, Pending
from ivr.runtime.replies import Reply, ReplyKey
from ivr.runtime.switch import Switch, answer

if TYPE_CHECKING:
    from ivr.domain.events import Event
    from ivr.engine.state import State

_LOG = logging.getLogger(__name__)
HOLD_S = 1.5
"""How long a reply is held before the filler goes out; the promise is 2 s."""
VOICE = ReplyKey(CALLER, 0, 0)
"""The first request of a call answers no question."""

Redirect = Callable[[LiveCall, ReplyKey], Reply]


class Conversation:
    """Answers the requests of a webhook trunk.

    again: the reply that sends a stale request back to the current question.
    """

    def __init__(self, switch: Switch, again: Redirect, hold_s: float = HOLD_S) -> None:
        self._switch = switch
        self._again = again
        self._hold_s = hold_s

    async def answered(self, call: LiveCall, key: ReplyKey, event: Event) -> Reply:
        """A request that answers turn `key.turn` with `event`."""
        async with call.lock:
            reply = await self._known(call, key)
            if reply is not None:
                return reply
            waiting = self._same(call, key)
            if waiting is None:
                if not _is_open(call.state, Turn(key.turn)):
                    return self._stale(call, key)
                reply = await self._switch.apply(call, event, key)
                if reply is not None:
                    return reply
                waiting = self._hold(call, key)
        return await self._held(call, waiting)

    async def back(self, call: LiveCall, key: ReplyKey) -> Reply:
        """A request that only asks what to do now (first document, a wait's next part, `ask`)."""
        async with call.lock:
            reply = await self._known(call, key)
            if reply is not None:
                return reply
            waiting = self._same(call, key)
            if waiting is None:
                if not _is_fresh(call, key):
                    return self._stale(call, key)
                reply = await self._now(call, key)
                if reply is not None:
                    return reply
                waiting = self._hold(call, key)
        return await self._held(call, waiting)

    async def _known(self, call: LiveCall, key: ReplyKey) -> Reply | None:
        """The stored reply, if this very request was the last one answered on its leg."""
        reply = call.replies.get(key.leg)
        if reply is None:
            reply = await self._switch.store.journal.reply(call.id, key.leg)
            if reply is not None:
                call.replies[key.leg] = reply
        return reply if key.matches(reply) else None

    def _same(self, call: LiveCall, key: ReplyKey) -> Pending | None:
        """The same request, being held right now."""
        held = call.pending
        return held if held is not None and held.key == key else None

    def _stale(self, call: LiveCall, key: ReplyKey) -> Reply:
        _LOG.info("webhook_stale", extra={"facts": {"turn": key.turn}})
        return self._again(call, key)

    async def _now(self, call: LiveCall, key: ReplyKey) -> Reply | None:
        """What the state wants said at this moment, stored under this request."""
        reply = self._switch.trunks[call.trunk].render(call, call.known, key)
        if reply is not None:
            await self._switch.store.journal.save_reply(call.id, call.epoch, reply)
            answer(call, reply)
        return reply

    def _hold(self, call: LiveCall, key: ReplyKey) -> Pending:
        """Wait for something to say; an older request that still waits is sent on its way."""
        if call.pending is not None and not call.pending.reply.done():
            call.pending.reply.set_result(self._again(call, call.pending.key))
        call.pending = Pending(key, asyncio.get_running_loop().create_future())
        return call.pending

    async def _held(self, call: LiveCall, waiting: Pending) -> Reply:
        ports = self._switch.ports
        due = ports.clock.now() + timedelta(seconds=self._hold_s)
        patience = ports.tasks.start(ports.clock.sleep_until(due), "hold")
        await asyncio.wait({waiting.reply, patience}, return_when=asyncio.FIRST_COMPLETED)
        patience.cancel()
        return waiting.reply.result() if waiting.reply.done() else await self._fill(call, waiting)

    async def _fill(self, call: LiveCall, waiting: Pending) -> Reply:
        """Nothing to say yet: a document that keeps the caller and comes back."""
        async with call.lock:
            if waiting.reply.done():
                return waiting.reply.result()
            trunk = self._switch.trunks[call.trunk]
            reply = trunk.filler(call, call.known, waiting.key)
            await self._switch.store.journal.save_reply(call.id, call.epoch, reply)
            answer(call, reply)
        return reply


def _is_fresh(call: LiveCall, key: ReplyKey) -> bool:
    """Whether a request that answers nothing is the next one, and not an echo of an older one.

    A further part follows the part before it, the first request of a call nothing at all; who asks
    what to do (turn below 0) may always ask. An ended call has no next request.
    """
    if call.state is None or call.state.ended:
        return False
    last = call.replies.get(key.leg)
    if key.part:
        return ReplyKey(key.leg, key.turn, key.part - 1).matches(last)
    return key.turn < 0 or (key == VOICE and last is None)


def _is_open(state: State | None, turn: Turn) -> bool:
    return state is not None and any(command.turn == turn for command in state.waiting())
