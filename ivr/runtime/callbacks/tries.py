"""Keeps promises to call back: one call of ours after the other, until an agent talks to somebody.

    due -> reserved (its call has an id) -> dialing (the call is in the journal) -> done, or due

Each step is in the books before the next one is taken, so that a server that dies knows which call
belongs to which promise: one that was never begun is begun anew, one that was has been a try.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from ivr.acd.callbacks import CallbackState, Step, advance, failed, ripe
from ivr.domain.agent import Reach
from ivr.domain.call import CallId, Cause, Turn
from ivr.domain.errors import IvrError
from ivr.engine.outgoing.placing import is_planned
from ivr.flow.own.built_in import REFUSED
from ivr.runtime.callbacks.placing import place
from ivr.runtime.callbacks.promised import end_of, next_look, outgoing
from ivr.runtime.groups.times import from_ns, to_ns
from ivr.runtime.timers import Timers

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from ivr.engine.state import State
    from ivr.runtime.callbacks.chances import Chances
    from ivr.runtime.callbacks.ledger import Ledger
    from ivr.runtime.groups.host import Host
    from ivr.runtime.live import LiveCall
    from ivr.runtime.ports.desk import CallbackRow
    from ivr.runtime.switch import Switch

_LOG = logging.getLogger(__name__)
AGAIN = timedelta(minutes=1)
"""When a call that could not even be begun is begun again."""
_S = CallbackState
TRYING = (_S.RESERVED, _S.DIALING)


class Tries:
    """Tries open promises when it is time and somebody is free; nothing is polled.

    on_the_way: promises whose person is being rung up and does not wait in the queue yet. refuses:
    says why a person must not be called any more, "" = he may be; None: nobody knows of refusals.
    """

    refuses: Callable[[CallbackRow], Awaitable[str]] | None = None

    def __init__(self, switch: Switch, host: Host, chances: Chances, ledger: Ledger) -> None:
        self._switch = switch
        self._host = host
        self._chances = chances
        self._ledger = ledger
        self._clock = switch.ports.clock
        self._tasks = switch.ports.tasks
        self._timers = Timers(self._clock, lambda _promise, _turn: self.stir())
        self._stirred = asyncio.Event()
        self.on_the_way: dict[str, CallId] = {}

    def stir(self) -> None:
        """Something has changed that promises may depend on."""
        if self._ledger.rows:
            self._stirred.set()

    async def start(self) -> None:
        """After the calls are taken over: find out what became of calls that are gone."""
        for row in list(self._ledger.rows.values()):
            live = self._switch.calls.get(CallId(row.call)) if row.call else None
            if live is None and row.call:
                await self._settle_gone(row)
            elif live is not None and row.promise.state in TRYING and live.known.wait is None:
                self.on_the_way[row.promise.token] = live.id
        self._tasks.start(self._timers.run(), "callback timers")
        self._tasks.start(self._run(), "callbacks")
        self.stir()

    async def _settle_gone(self, row: CallbackRow) -> None:
        """The server died while this promise was being kept, and its call is over."""
        if row.promise.state not in TRYING:
            return
        record = await self._switch.store.interactions.get(CallId(row.call))
        waits = row.promise.state is _S.RESERVED
        if record is None or (waits and self._chances.is_agent_first(row.promise.queue)):
            self._released(row)
            return
        if row.promise.state is _S.RESERVED:
            row = self._advanced(row, Step.DIAL)
        if record.outcome == "handled":
            self._advanced(row, Step.CONNECT)
        else:
            self._tried(row, end_of(record.path, Cause(record.cause or Cause.SYSTEM_LOST)))

    # is it time?

    async def _run(self) -> None:
        while True:
            await self._stirred.wait()
            self._stirred.clear()
            rows = self._ledger.rows.values()
            for row in sorted(rows, key=lambda one: one.promise.virtual_ns(0)):
                self._consider(row)

    def _consider(self, row: CallbackRow) -> None:
        if row.promise.state in TRYING:
            return
        now = self._host.now_ns()
        kept = ripe(row.promise, now, self._chances.shut(row.promise.queue))
        if kept != row.promise:
            row = self._ledger.change(replace(row, promise=kept))
        if not kept.is_open:
            return
        self._timers.set(CallId(kept.token), Turn(0), from_ns(next_look(kept, now)))
        trunk = self._switch.trunks.get(row.trunk)
        if trunk is None or not self._switch.admits:
            return
        before = self._before(kept.queue)
        if self._chances.may_call(kept, Reach(trunk.channel), before, now):
            self._try(row)

    def _before(self, queue: str) -> int:
        """How many others who are being called back will wait in this queue."""
        rows = self._ledger.rows
        return sum(rows[one].promise.queue == queue for one in self.on_the_way if one in rows)

    # a try

    def _try(self, row: CallbackRow) -> None:
        call = CallId(self._switch.ports.new_id())
        reserved = replace(row, promise=advance(row.promise, Step.RESERVE), call=call)
        self.on_the_way[row.promise.token] = call
        self._tasks.start(self._call(self._ledger.change(reserved)), "callback")

    async def _call(self, row: CallbackRow) -> None:
        """Once it is in the books which call it is, begin the call."""
        token = row.promise.token
        try:
            await self._ledger.written(token)
            if self._ledger.rows.get(token) == row and not await self._refused(row):
                first = self._chances.is_agent_first(row.promise.queue)
                await place(self._switch, outgoing(row, agent_first=first))
        except IvrError:
            _LOG.exception("callback_not_begun")
        now = self._ledger.rows.get(token)
        begun = row.call in self._switch.calls
        if now is not None and now.promise.state is _S.RESERVED and not begun:
            self._released(now)

    async def _refused(self, row: CallbackRow) -> bool:
        """Whether this person has said since that he must not be called; then nobody does."""
        why = "" if self.refuses is None else await self.refuses(row)
        if why:
            self.on_the_way.pop(row.promise.token, None)
            given_up = advance(row.promise, Step.CANCEL, why)
            self._ledger.change(replace(row, promise=given_up, call=""))
        return bool(why)

    def _released(self, row: CallbackRow) -> None:
        """Nobody was rung up, so it was no try; a little later again."""
        self.on_the_way.pop(row.promise.token, None)
        later = to_ns(self._clock.now() + AGAIN)
        back = replace(advance(row.promise, Step.RELEASE), next_ns=later)
        self._ledger.change(replace(row, promise=back, call=""))
        self.stir()

    def look(self, call: LiveCall, state: State) -> bool:
        """A call of ours has made a step; False if it is not wanted any more."""
        placed = state.placed
        if placed is None or not placed.promise:
            return True
        row = self._ledger.rows.get(placed.promise)
        if row is None or row.call != call.id:
            return state.ended or any(leg.talks for leg in state.legs)
        if row.promise.state is _S.RESERVED and not is_planned(state):
            row = self._advanced(row, Step.DIAL)
        if state.wait is not None or state.ended:
            self.on_the_way.pop(row.promise.token, None)
        if any(leg.talks for leg in state.legs):
            self._advanced(row, Step.CONNECT)
        elif state.ended and row.promise.state is _S.RESERVED:
            self._released(row)
        elif state.ended:
            self._tried(row, end_of(state.path, state.cause))
        return True

    def _advanced(self, row: CallbackRow, step: Step) -> CallbackRow:
        return self._ledger.change(replace(row, promise=advance(row.promise, step)))

    def _tried(self, row: CallbackRow, reason: str) -> None:
        """A try is over without an agent: another one later, or the promise is over."""
        self.on_the_way.pop(row.promise.token, None)
        if reason == REFUSED:
            kept = advance(row.promise, Step.CANCEL, "customer")
        else:
            shut = self._chances.shut(row.promise.queue)
            kept = failed(row.promise, self._host.now_ns(), reason, shut)
        self._ledger.change(replace(row, promise=kept))
        self.stir()
