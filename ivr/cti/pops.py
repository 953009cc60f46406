"""Screen pops: who is calling and why stands on the agent's screen before his telephone rings.

Exactly one pop per offer, also over repeats and a restart; each is closed with a reason. Lookups
never delay the ring: the pop goes out with what is known, and `patch` brings the rest.
Source: acd-cti.md 10; I13.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from ivr.cti.asking import Desk, Questions
from ivr.cti.open_pop import OpenPop, last_of
from ivr.cti.payload import PopOffer, build
from ivr.cti.pop_timing import POPS_UNRECEIVED, Times, Timing
from ivr.domain.errors import StoreError
from ivr.runtime.streams.lane import About

if TYPE_CHECKING:
    from ivr.cti.pop_call import PopCall
    from ivr.domain.call import CallId
    from ivr.domain.queue import OfferId
    from ivr.runtime.streams import Streams

_LOG = logging.getLogger(__name__)
UNRECEIVED = timedelta(seconds=3)
MOST_CLOSED = 1_000
"""Offers whose pop was closed before it was open are kept up to so many."""
Heard = Callable[[str, Mapping[str, Any]], None]
"""Told of `pop.opened` and `pop.unreceived` with the payload, for webhooks."""


def deaf(_kind: str, _payload: Mapping[str, Any]) -> None:
    """For a server that tells nobody."""


class Popper:
    """All open pops. new_id: makes pop ids. heard: told of what webhooks may want."""

    def __init__(
        self, desk: Desk, streams: Streams, new_id: Callable[[], str], heard: Heard = deaf
    ) -> None:
        self.timing = Timing()
        self._desk = desk
        self._clock = desk.clock
        self._streams = streams
        self._new_id = new_id
        self._heard = heard
        self._questions = Questions(desk, self._news)
        self._open: dict[OfferId, OpenPop] = {}
        self._by_id: dict[str, OpenPop] = {}
        self._locks: dict[str, asyncio.Lock] = {}
        self._closed: dict[OfferId, None] = {}

    async def prepare(self, call: PopCall) -> None:
        """A call is queued: ask everything about it already. Returns at once.

        Asked again with other facts (an id was entered later) it looks up afresh.
        """
        self._questions.ask(call)

    async def open(
        self,
        offer: OfferId,
        agent: str,
        call: PopCall,
        more: PopOffer,
        reserved_at: datetime | None = None,
    ) -> str:
        """Show the pop of an offer; its id. A second time, it is the same pop. "" if it has been
        closed meanwhile: then none is shown.

        reserved_at: when the agent was reserved, for the figures. Raises StoreError if the pop
        could not be kept; then none was shown.
        """
        await self.prepare(call)
        async with self._locks.setdefault(agent, asyncio.Lock()):
            known = self._open.get(offer)
            if known is not None:
                return known.id
            shown = last_of(await self._streams.recent(agent), offer)
            if offer in self._closed:
                return ""
            times = Times(reserved_at or self._clock.now())
            longest = timedelta(seconds=self._desk.rules.expires_s)
            ends = more.expires_at or times.reserved_at + longest
            pop = OpenPop("", agent, offer, call.call, more, times, ends)
            if shown is None:
                pop.id = self._new_id()
                await self._first(pop)
            else:
                self._adopt(pop, shown)
        return pop.id

    async def rendered(self, offer: OfferId, within_s: float | None = None) -> bool:
        """Wait until the pop stands on a screen, at most so long; whether it does.

        None: the configured time. Returns at once if the agent has no page open.
        """
        pop = self._open.get(offer)
        if pop is None or pop.times.rendered_at is not None:
            return pop is not None
        if not self._streams.listening(pop.agent):
            return False
        limit_s = self._desk.rules.hold_s if within_s is None else within_s
        return await pop.on_screen(self._clock, self._desk.tasks, limit_s)

    def ringing(self, offer: OfferId) -> None:
        """The agent's telephone rings for the first time."""
        pop = self._open.get(offer)
        if pop is not None:
            self.timing.rang(pop.agent, pop.more.queue, pop.times)

    async def changed(
        self, offer: OfferId, call: PopCall | None = None, more: PopOffer | None = None
    ) -> None:
        """On answer, or when the facts have changed: the pages get a patch."""
        pop = self._open.get(offer)
        if pop is None:
            return
        pop.more = more or pop.more
        if call is not None:
            await self.prepare(call)
        self._patch(pop, always=True)

    async def confirm(self, pop_id: str, agent: str) -> bool:
        """The agent has made sure who calls: sensitive fields are shown; False if not his."""
        pop = self._by_id.get(pop_id)
        if pop is None or pop.agent != agent:
            return False
        pop.confirmed = True
        self._patch(pop)
        return True

    async def close(self, offer: OfferId, reason: str) -> None:
        """The pop is over (end of wrap-up, missed, withdrawn ...). A second time does nothing."""
        pop = self._open.pop(offer, None)
        if pop is None:
            self._stay_closed(offer)
            return
        self._by_id.pop(pop.id, None)
        if pop.watch is not None and pop.watch is not asyncio.current_task():
            pop.watch.cancel()
        pop.settle(result=False)
        self._send(pop, "close", {"reason": reason})
        asking = self._questions.about(pop.call)
        if asking is not None and asking.ended:
            await self.forget(pop.call)

    def _stay_closed(self, offer: OfferId) -> None:
        """An offer can be over while its pop is still being read from the store."""
        self._closed[offer] = None
        if len(self._closed) > MOST_CLOSED:
            del self._closed[next(iter(self._closed))]

    async def forget(self, call: CallId) -> None:
        """The call has ended: its lookups stop. Pops stay until their wrap-up ends."""
        still_shown = any(pop.call == call for pop in self._open.values())
        self._questions.end(call, forget=not still_shown)

    async def seen(self, agent: str, pop_id: str, rev: int, stage: str) -> None:
        """A page has received or rendered a pop; repeats and strangers' pops change nothing."""
        pop = self._by_id.get(pop_id)
        if pop is None or pop.agent != agent or rev > pop.rev or (rev, stage) in pop.acks:
            return
        pop.acks.add((rev, stage))
        now = self._clock.now()
        note = self.timing.rendered if stage == "rendered" else self.timing.received
        note(agent, pop.more.queue, pop.times, now)
        if pop.times.rendered_at is not None:
            pop.settle(result=True)
        try:
            await self._streams.keep_ack(pop.id, rev, stage, now)
        except StoreError:
            _LOG.warning("pop_ack_not_kept", extra={"facts": {"pop": pop.id, "stage": stage}})

    async def showing(self, agent: str) -> Sequence[Mapping[str, Any]]:
        """The open pops of an agent as a page needs them that starts afresh."""
        now = self._clock.now()
        return [pop.whole(now) for pop in self._open.values() if pop.agent == agent and pop.seq]

    async def _first(self, pop: OpenPop) -> None:
        """Send the pop for the first time, once it is kept."""
        self._enter(pop)
        asking = self._questions.about(pop.call)
        assert asking is not None  # noqa: S101 - `open` has asked
        pop.payload = build(asking, pop.more, self._desk.rules, confirmed=pop.confirmed)
        pop.seq = await self._send(pop, "open", pop.payload)
        if not pop.seq:
            await self.close(pop.offer, "store")
            raise StoreError("the screen pop could not be kept", retryable=True)
        self.timing.sent(pop.agent, pop.more.queue, pop.times, self._clock.now())
        self._heard("pop.opened", pop.whole(self._clock.now()))

    def _adopt(self, pop: OpenPop, shown: Mapping[str, Any]) -> None:
        """Go on with the pop that was shown for this offer before a restart."""
        pop.id, pop.rev, pop.seq = shown["pop_id"], shown["rev"], shown["seq"]
        pop.payload, pop.times.sent_at = shown, self._clock.now()
        self._enter(pop)

    def _enter(self, pop: OpenPop) -> None:
        self._open[pop.offer] = pop
        self._by_id[pop.id] = pop
        pop.watch = self._desk.tasks.start(self._watch(pop), "pop watch")

    def _news(self, call: CallId) -> None:
        """A lookup has answered, or its time is over."""
        for pop in [one for one in self._open.values() if one.call == call and one.payload]:
            self._patch(pop)

    def _patch(self, pop: OpenPop, *, always: bool = False) -> None:
        """Send what is known now, if that is anything new."""
        asking = self._questions.about(pop.call)
        if asking is None:
            return
        payload = build(asking, pop.more, self._desk.rules, confirmed=pop.confirmed)
        if always or any(payload[name] != pop.payload.get(name) for name in payload):
            pop.payload = payload
            self._send(pop, "patch", payload)

    def _send(self, pop: OpenPop, kind: str, payload: Mapping[str, Any]) -> asyncio.Future[int]:
        if kind != "open":
            pop.rev += 1
        data = {**payload, **pop.head(kind, self._clock.now())}
        about = About(pop.id, pop.rev, pop.expires_at)
        return self._streams.tell(pop.agent, f"pop.{kind}", data, about)

    async def _watch(self, pop: OpenPop) -> None:
        """Tell webhooks of a pop that no desk takes; close one that was forgotten."""
        await self._clock.sleep_until(pop.times.reserved_at + UNRECEIVED)
        arrived = self._streams.acked(pop.agent) >= pop.seq or pop.times.received_at is not None
        if not arrived:
            POPS_UNRECEIVED.labels(pop.more.queue).inc()
            self._heard("pop.unreceived", pop.whole(self._clock.now()))
        await self._clock.sleep_until(pop.expires_at)
        await self.close(pop.offer, "expired")
