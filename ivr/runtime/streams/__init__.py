"""Live news for the pages of agents and supervisors: one stream per person, and shared topics.

A person's stream is numbered without gaps and replayed after a break; topics carry only how things
stand now. Source: acd-cti.md 10.3, ecosystem.md 9.6.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from ivr.runtime.streams.lane import COME_BACK, About, Lane, Letter
from ivr.runtime.streams.subscription import Sees, Subscription
from ivr.runtime.streams.topics import Topics

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from ivr.runtime.ports import Clock
    from ivr.runtime.ports.desk import PopMessage, Pops
    from ivr.runtime.tasks import Tasks

ME = "me"
"""The topic that stands for a person's own stream."""
_NO_POP = About()


class Streams:
    """The in-process fan-out. Everything here is called on the one loop of the server."""

    def __init__(self, pops: Pops, clock: Clock, tasks: Tasks) -> None:
        self._pops = pops
        self._clock = clock
        self._tasks = tasks
        self._lanes: dict[str, Lane] = {}
        self._topics = Topics(clock, tasks)

    def tell(
        self, agent: str, kind: str, data: Mapping[str, Any], about: About = _NO_POP
    ) -> asyncio.Future[int]:
        """Send a message to an agent's pages, in order with all others, kept before it is sent.

        data: plain JSON; a key `seq` in it gets the number too. The future gives the number, or 0
        if the store was away too long (then the pages of the agent were told to start afresh). It
        need not be awaited.
        """
        done: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        lane = self._lane(agent)
        if lane.take(Letter(kind, data, about, done)):
            self._tasks.start(lane.work(), "desk stream")
        return done

    def topic(self, name: str, kind: str, data: Mapping[str, Any]) -> None:
        """How something stands now: at most once a second, the newest wins.

        In the topics `agents` and `queues` each agent and queue counts for itself.
        """
        self._topics.tell(name, kind, data)

    def news(self, name: str, kind: str, data: Mapping[str, str], about: Mapping[str, Any]) -> None:
        """Something of a topic has changed. data: what it is called; about: what a reader is judged
        by (`Sees`), which is not told. Whoever was away reads again what he shows."""
        self._topics.news(name, kind, data, about)

    def end_topic(self, name: str, kind: str, data: Mapping[str, Any]) -> None:
        """The last word about an agent, queue or alarm (or a whole topic) that is no more."""
        self._topics.end(name, kind, data)

    async def subscribe(
        self, person: str, topics: Sequence[str], last_seq: int = 0, sees: Sees | None = None
    ) -> Subscription:
        """Read along. topics: `me` for the own stream, and names of topics.

        last_seq: the last number this page has seen, 0 = none. Where the subscription says
        `resumed` the missed frames come first; else the page needs a snapshot, taken after this
        call. Whoever subscribes must `unsubscribe`. Raises StoreError.
        """
        page = Subscription(topics, sees)
        if ME in topics:
            await self._lane(person).join(page, last_seq)
        self._topics.join(page, catch_up=page.resumed)
        return page

    def unsubscribe(self, person: str, page: Subscription) -> None:
        """The page has gone."""
        self._topics.leave(page)
        lane = self._lanes.get(person)
        if lane is not None and page in lane.pages:
            lane.pages.remove(page)

    def listening(self, agent: str) -> int:
        """How many pages read this agent's stream now."""
        lane = self._lanes.get(agent)
        return len(lane.pages) if lane else 0

    def acknowledge(self, agent: str, seq: int) -> None:
        """A page of the agent has everything up to this number."""
        lane = self._lane(agent)
        lane.acked = max(lane.acked, min(seq, lane.seq))

    def acked(self, agent: str) -> int:
        """The highest number that a page of the agent has confirmed since the start."""
        lane = self._lanes.get(agent)
        return lane.acked if lane else 0

    async def keep_ack(self, pop: str, rev: int, stage: str, at: datetime) -> None:
        """Write down that a pop was `received` or `rendered`. Raises StoreError."""
        await self._pops.ack(pop, rev, stage, at)

    async def recent(self, agent: str) -> Sequence[PopMessage]:
        """The last messages of an agent, oldest first. Raises StoreError."""
        lane = self._lane(agent)
        await lane.load()
        return lane.recent

    def close(self) -> None:
        """Tell every page to come back in a moment: the server stops."""
        for lane in self._lanes.values():
            lane.end_pages(COME_BACK)

    def _lane(self, agent: str) -> Lane:
        if agent not in self._lanes:
            self._lanes[agent] = Lane(agent, self._pops, self._clock)
        return self._lanes[agent]
