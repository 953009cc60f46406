"""The calls that are going on: every event goes through here, in order, durable before it acts."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from time import perf_counter
from typing import TYPE_CHECKING, Protocol

from ivr.domain.call import CallId, Cause, EndedBy, Turn
from ivr.domain.changed import changed
from ivr.domain.errors import LeaseLostError, PortError, StoreError
from ivr.domain.events import CallOffered, CommandFailed, Event, LegEnded, TimerFired
from ivr.engine.state import LIVE, State
from ivr.engine.step import step
from ivr.runtime import metrics
from ivr.runtime.carrying import Carrier
from ivr.runtime.context import speaking_of
from ivr.runtime.entries import entry_of
from ivr.runtime.live import LiveCall, Picked
from ivr.runtime.ports import AlreadyOpenError, CallOpening, Trunk
from ivr.runtime.reviving import revive
from ivr.runtime.sealing import CallCodec
from ivr.runtime.timers import Timers

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from ivr.domain.commands import Command
    from ivr.runtime.replies import Reply, ReplyKey
    from ivr.runtime.standing import Ports

_LOG = logging.getLogger(__name__)
FULL_ENOUGH = 0.5
"""Share of the write queue above which new calls are refused, so that live ones go on."""


@dataclass(frozen=True, slots=True)
class Offered:
    """A call as a trunk hears of it. provider_ref: the trunk's own id of the call.

    way_back: what the trunk needs to end the call after a crash.
    """

    trunk: str
    channel: str
    provider_ref: str
    dnis: str
    ani: str | None
    flow: str
    is_test: bool = False
    way_back: Mapping[str, str] = field(default_factory=dict)


class Queues(Protocol):
    """Takes from a call's commands what is for the queues."""

    def carry(self, call: LiveCall, state: State, wanted: Sequence[Command]) -> Sequence[Command]:
        """Returns what the call's trunk is to do now."""


class Switch:
    """Every live call of this process.

    trunks: by name, filled in before the first call. queues: takes what is for the queues. facts:
    `switch.NAME` and the like, handed to each new call. epoch: ours since the start; an older
    owner of the same calls can write no more. arrived: told of each call that has begun.
    """

    def __init__(self, ports: Ports) -> None:
        self.ports = ports
        self.store = ports.store
        self.trunks: dict[str, Trunk] = {}
        self.calls: dict[CallId, LiveCall] = {}
        self.facts: dict[str, bool] = {}
        self.codec = CallCodec(ports.keys)
        self.queues: Queues | None = None
        self.arrived: Callable[[LiveCall], None] | None = None
        self.epoch = 0
        self.draining = False
        timers = Timers(ports.clock, self.fire)
        self.carrier = Carrier(ports, timers, self.deliver)
        ports.tasks.start(timers.run(), "timers")

    @property
    def admits(self) -> bool:
        """Whether new calls are taken: not while stopping, nor while the store cannot keep up."""
        return not self.draining and self.store.load <= FULL_ENOUGH

    async def offer(self, offered: Offered, key: ReplyKey | None = None) -> LiveCall:
        """Begin a call; a second offer of the same provider's call finds the first one.

        key: the webhook request that is to be answered with the first document.
        """
        book = self.ports.books.current()
        flow_hash = book.live[offered.flow]
        call = LiveCall(
            id=CallId(self.ports.new_id()),
            trunk=offered.trunk,
            channel=offered.channel,
            provider_ref=offered.provider_ref,
            key=self.ports.keys.new_key(),
            epoch=self.epoch,
        )
        event = CallOffered(
            call=call.id,
            flow_hash=flow_hash,
            dnis=offered.dnis,
            ani=offered.ani,
            trunk=offered.trunk,
            channel=offered.channel,
            test=offered.is_test,
            facts=dict(self.facts),
            way_back=offered.way_back,
        )
        opening = _opening(offered, call, flow_hash, book.root(flow_hash).languages[0])
        try:
            return await self.begin(call, event, opening, key)
        except AlreadyOpenError:
            return await self._first(offered)

    async def begin(
        self, call: LiveCall, event: Event, opening: CallOpening, key: ReplyKey | None = None
    ) -> LiveCall:
        """Take a call up with its first event, `CallOffered` or `CallPlaced`."""
        self.calls[call.id] = call
        call.survey = Picked.NOT_YET
        try:
            async with call.lock:
                with speaking_of(call):
                    await self._advance(call, event, key, opening)
        except BaseException:
            self.forget(call)
            raise
        if self.arrived is not None:
            self.arrived(call)
        return call

    async def _first(self, offered: Offered) -> LiveCall:
        known = await self.store.calls.find(offered.trunk, offered.provider_ref)
        call = await self.find(known) if known else None
        if call is None:
            raise StoreError("the call was opened before and is gone", retryable=True)
        return call

    async def find(self, call: CallId) -> LiveCall | None:
        """A call, from memory or from the store; None if it is unknown."""
        live = self.calls.get(call)
        if live is not None:
            return live
        saved = await self.store.journal.load(call)
        if saved is None:
            return None
        found = await revive(saved, self.epoch, self.codec, self.ports.books)
        if not saved.ended and call not in self.calls:
            self.calls[call] = found
            metrics.call_begun(found)
        return self.calls.get(call, found)

    async def deliver(self, call: CallId, event: Event) -> None:
        """Give an event to a call. A call that has ended or is unknown ignores it."""
        live = self.calls.get(call)
        if live is None:
            return
        async with live.lock:
            if live.id in self.calls:  # it may have ended while we waited for our turn
                await self.apply(live, event)

    async def apply(
        self, call: LiveCall, event: Event, key: ReplyKey | None = None
    ) -> Reply | None:
        """As `deliver`, for who holds the call's lock. A bug of ours costs one call at most."""
        with speaking_of(call):
            try:
                return await self._advance(call, event, key)
            except LeaseLostError:
                _LOG.warning("call_lease_lost")
                self.forget(call)
                raise
            except StoreError:
                raise
            except Exception:
                _LOG.exception("call_step_failed")
                return await self._rescued(call, key)

    async def _rescued(self, call: LiveCall, key: ReplyKey | None) -> Reply | None:
        """To `rescue.error`, else the apology; where even that breaks, the call ends."""
        for _way in ("rescue", "apology"):
            try:
                return await self._advance(call, CommandFailed(reason="bug"), key)
            except PortError:
                raise
            except Exception:
                _LOG.exception("call_rescue_failed")
        return await self._advance(call, LegEnded(cause=Cause.FAILED, by=EndedBy.LOST), key)

    async def _advance(
        self,
        call: LiveCall,
        event: Event,
        key: ReplyKey | None,
        opening: CallOpening | None = None,
    ) -> Reply | None:
        """Decide, make durable, then act: nothing leaves before its row is committed."""
        stamped, state, commands = self._decide(call, event)
        reply = self._document(call, state, key)
        surveyor = self.ports.surveyor
        surveys = await surveyor.writes(call, state, commands) if surveyor is not None else ()
        recorder = self.ports.recorder
        recordings = recorder.writes(state, commands) if recorder is not None else ()
        more = {"opening": opening, "reply": reply, "surveys": surveys, "recordings": recordings}
        entry = entry_of(call, stamped, state, commands, self.codec, **more)
        began = perf_counter()
        await self.store.journal.append(entry)
        metrics.JOURNAL_SECONDS.observe(perf_counter() - began)
        if surveyor is not None and surveys:
            surveyor.written(call, surveys)
        _moved(call, state, snapshot=entry.snapshot is not None)
        await self.carrier.carry(call, commands)
        if self.queues is not None:
            commands = tuple(self.queues.carry(call, state, commands))
        await self.trunks[call.trunk].execute(call, commands)
        if reply is not None:
            answer(call, reply)
        if state.ended:
            self.forget(call)
        return reply

    def _decide(self, call: LiveCall, event: Event) -> tuple[Event, State, Sequence[Command]]:
        """The event with its time, the state after it, and what is to be done."""
        now = self.ports.clock.now()
        stamped = changed(event, at=now if call.state is None else max(now, call.known.last_at))
        began = perf_counter()
        state, commands = step(call.state, stamped, self.ports.books.current())
        metrics.stepped(stamped, perf_counter() - began)
        return stamped, state, commands

    def _document(self, call: LiveCall, state: State, key: ReplyKey | None) -> Reply | None:
        """The document for the request being answered, or for the one that waits."""
        wanted = key or (call.pending.key if call.pending else None)
        return self.trunks[call.trunk].render(call, state, wanted) if wanted else None

    def forget(self, call: LiveCall) -> None:
        """Drop a call from memory; what is stored stays."""
        if self.calls.pop(call.id, None) is not None and call.state is not None:
            metrics.call_gone(call)
        self.carrier.drop(call)

    async def lose(self, call: CallId) -> None:
        """The caller's side has vanished without a word."""
        live = self.calls.get(call)
        if live is not None and live.state is not None and live.state.region == LIVE:
            await self.deliver(call, LegEnded(cause=Cause.SYSTEM_LOST, by=EndedBy.LOST))

    def fire(self, call: CallId, turn: Turn) -> None:
        """A timer is due."""
        work = self.carrier.deliver_surely(call, TimerFired(turn=turn))
        self.ports.tasks.start(work, "timer")


def answer(call: LiveCall, reply: Reply) -> None:
    """Keep the last reply of a leg, and hand it to the request that waits for it."""
    call.replies[reply.leg] = reply
    pending, call.pending = call.pending, None
    if pending is not None and not pending.reply.done():
        pending.reply.set_result(reply)


def _moved(call: LiveCall, state: State, *, snapshot: bool) -> None:
    if call.state is None:
        metrics.call_begun(call)
    call.state = state
    call.seq += 1
    if snapshot:
        call.snapshot_seq = call.seq


def _opening(offered: Offered, call: LiveCall, flow_hash: str, language: str) -> CallOpening:
    return CallOpening(
        trunk=offered.trunk,
        channel=offered.channel,
        provider_ref=offered.provider_ref,
        ani=offered.ani,
        dnis=offered.dnis,
        flow=offered.flow,
        flow_hash=flow_hash,
        language=language,
        is_test=offered.is_test,
        sealed_key=call.key,
    )
