"""WebSocket GET /api/v1/events: the live news of signed-in pages (ecosystem.md 9.6).

A page says hello with a one-use ticket, is welcomed, gets a snapshot or what it missed, and then
every message as it happens. Commands never come this way; they are HTTP requests.
Close codes: 4400 protocol, 4401 not signed in (any more), 4403 topic, 4408 too slow, 1012 come
back in a moment.
"""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from ivr.domain.errors import NotAllowedError, StoreError
from ivr.runtime.streams import ME
from ivr.web.auth import csrf
from ivr.web.desk.page import (
    COME_BACK,
    FORBIDDEN_TOPIC,
    PROTOCOL,
    SIGNED_OUT,
    Lives,
    Pace,
    Page,
    always,
)
from ivr.web.desk.said import Ack, GarbledError, Hello, PopSeen

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence

    from aiohttp import web

    from ivr.runtime.ports import Clock
    from ivr.runtime.streams import Streams
    from ivr.runtime.streams.subscription import Sees
    from ivr.runtime.tasks import Tasks

_PACE = Pace()


async def _nothing(_person: str) -> None:
    return None


class Visitor(NamedTuple):
    """Whose ticket it was. lives: asked every 10 s while the page is open; False = the session
    that got the ticket is over. Raises StoreError while nobody can know."""

    person: str
    roles: Sequence[str]
    lives: Lives = always


@dataclass(frozen=True, slots=True)
class Doors:
    """What the pages are connected with.

    take: use up a ticket. snapshot: how things stand, for the topics asked. may: whether these
    roles may read a topic. sees: which data of a topic a person sees, None = all. seen: a pop
    (person, pop id, rev, stage) was received or rendered. connected: the first page of a person is
    open. gone: his last one is closed. origins: `https://host` from which pages may come beside
    our own.
    """

    take: Callable[[str], Awaitable[Visitor | None]]
    snapshot: Callable[[str, tuple[str, ...]], Awaitable[Mapping[str, Any]]]
    may: Callable[[str, Sequence[str], str], bool]
    seen: Callable[[str, str, int, str], Awaitable[None]]
    sees: Callable[[str, Sequence[str]], Sees | None] = lambda _person, _roles: None
    connected: Callable[[str], Awaitable[None]] = _nothing
    gone: Callable[[str], Awaitable[None]] = _nothing
    origins: tuple[str, ...] = ()


class Live:
    """All open pages, by person."""

    def __init__(
        self, doors: Doors, streams: Streams, clock: Clock, tasks: Tasks, pace: Pace = _PACE
    ) -> None:
        self._doors = doors
        self._streams = streams
        self._clock = clock
        self._tasks = tasks
        self._pace = pace
        self._pages: dict[str, list[Page]] = {}
        self._closing = False

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Serve one page until it goes. Raises NotAllowedError for a page of somebody else."""
        if not csrf.is_page(request, self._doors.origins):
            raise NotAllowedError("this page may not read live news")
        page = Page(self._clock, self._tasks, self._pace)
        await page.open(request)
        try:
            await self._serve(page)
        except GarbledError:
            await page.close(PROTOCOL)
        except StoreError:
            await page.close(COME_BACK)
        await page.parted()
        return page.socket

    async def close(self) -> None:
        """The server stops: pages are told to come back in a moment."""
        self._closing = True
        for page in [page for pages in self._pages.values() for page in pages]:
            page.frames.end(COME_BACK)

    def online(self, person: str) -> bool:
        """Whether a page of this person is open."""
        return bool(self._pages.get(person))

    async def _serve(self, page: Page) -> None:
        hello = await self._hello(page)
        if hello is None:
            return
        code = await self._welcome(page, hello)
        if code:
            await page.close(code)
            return
        work = [
            self._tasks.start(page.write(), "page"),
            self._tasks.start(self._beats(page), "page beat"),
        ]
        try:
            await self._listen(page)
        finally:
            page.frames.end(PROTOCOL)
            for task in work:
                task.cancel()
            await self._leave(page)

    async def _hello(self, page: Page) -> Hello | None:
        late = self._tasks.start(self._hurry(page), "page hello")
        try:
            said = await page.read()
        finally:
            late.cancel()
        if said is None:
            return None
        if not isinstance(said, Hello):
            raise GarbledError("hello comes first")
        return said

    async def _hurry(self, page: Page) -> None:
        await self._clock.sleep_until(self._clock.now() + timedelta(seconds=self._pace.hello_s))
        await page.close(PROTOCOL)

    async def _welcome(self, page: Page, hello: Hello) -> int:
        """Let a page in; the close code if it stays outside, else 0."""
        visitor = None if self._closing else await self._doors.take(hello.ticket)
        if visitor is None:
            return COME_BACK if self._closing else SIGNED_OUT
        person, roles, page.lives = visitor
        if not all(self._doors.may(person, roles, topic) for topic in hello.topics):
            return FORBIDDEN_TOPIC
        sees = self._doors.sees(person, roles)
        page.frames = await self._streams.subscribe(person, hello.topics, hello.last_seq, sees)
        page.person = person
        try:
            await self._join(page)
            await self._greet(page, hello)
        except BaseException:
            await self._leave(page)
            raise
        return 0

    async def _greet(self, page: Page, hello: Hello) -> None:
        frames = page.frames
        welcome = {
            "seq": frames.seq if ME in hello.topics else 0,
            "resumed": frames.resumed,
            "heartbeat_s": round(self._pace.beat_s),
        }
        await page.socket.send_str(json.dumps({"welcome": welcome}))
        if not frames.resumed:
            snapshot = await self._doors.snapshot(page.person, hello.topics)
            await page.socket.send_str(json.dumps({"snapshot": snapshot}, ensure_ascii=False))

    async def _join(self, page: Page) -> None:
        pages = self._pages.setdefault(page.person, [])
        pages.append(page)
        for oldest in pages[: -self._pace.most_pages]:
            oldest.frames.end(PROTOCOL)
        if len(pages) == 1:
            await self._doors.connected(page.person)

    async def _leave(self, page: Page) -> None:
        self._streams.unsubscribe(page.person, page.frames)
        pages = self._pages.get(page.person, [])
        if page in pages:
            pages.remove(page)
        if not pages and self._pages.pop(page.person, None) is not None:
            await asyncio.shield(self._tasks.start(self._gone(page.person), "page gone"))

    async def _gone(self, person: str) -> None:
        """In a task of its own: the request of a page that went may be cancelled any time."""
        await self._doors.gone(person)

    async def _listen(self, page: Page) -> None:
        while page.frames.code is None:
            said = await page.read()
            if isinstance(said, Ack):
                self._streams.acknowledge(page.person, said.seq)
            elif isinstance(said, PopSeen):
                await self._doors.seen(page.person, said.pop, said.rev, said.stage)
            elif said is None:
                return
            else:
                raise GarbledError("one hello is enough")

    async def _beats(self, page: Page) -> None:
        pause = timedelta(seconds=self._pace.beat_s)
        while True:
            await self._clock.sleep_until(self._clock.now() + pause)
            if not await page.beat():
                return
            if not await self._is_signed_in(page):
                page.frames.end(SIGNED_OUT)

    async def _is_signed_in(self, page: Page) -> bool:
        try:
            return await page.lives()
        except StoreError:  # asked again with the next beat; till then nobody is thrown out
            return True
