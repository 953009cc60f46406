"""The sound of all legs, carried by worker processes that this server starts and watches.

All legs of a call are on one worker. A worker that dies costs the calls it carried, and nothing
else: `WorkerLost` names their legs, a new worker serves within a second.

Source: sip-media.md section 8.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from functools import partial
from typing import TYPE_CHECKING, Final, get_args

from ivr.channels.sip.sound.box import Heard, Place, WorkerBack, WorkerLost
from ivr.channels.sip.sound.orders import Orders
from ivr.channels.sip.sound.post import Post
from ivr.channels.sip.sound.targets import check_target, is_loopback
from ivr.channels.sip.wire.control import (
    Close,
    Closed,
    Figures,
    Limits,
    Open,
    Opened,
    Refused,
    Stats,
)
from ivr.domain.errors import MediaError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from ivr.channels.sip.sound.box import OnHeard
    from ivr.channels.sip.wire.control import Message, Order
    from ivr.media.items import Music
    from ivr.media.leg.terms import Peer

HEARD: Final = get_args(Heard)
OPEN_S: Final = 2.0
START_S: Final = 5.0


class Workers(Orders):
    """The seam `Sound` on worker processes."""

    def __init__(
        self,
        on_heard: OnHeard,
        *,
        workers: int = 1,
        limits: Limits | None = None,
        epoch: int = 0,
        own: Iterable[str] = (),
    ) -> None:
        """epoch: of this server. own: our addresses, as the far end sees them (`advertise`)."""
        self.on_heard = on_heard
        self._count = workers
        self._limits = limits or Limits()
        self._epoch = epoch
        self._own = frozenset(own)
        self._posts: list[Post] = []
        self._where: dict[int, Post] = {}
        self._opened: dict[int, tuple[Place, Opened]] = {}
        self._ports: Counter[int] = Counter()
        self._opening: dict[int, asyncio.Future[Opened]] = {}
        self._asks: dict[int, asyncio.Future[Figures]] = {}
        self._ask = 0

    async def start(self) -> None:
        """Start the workers. Raises MediaError if one does not serve within 5 s."""
        self._posts = [
            Post(number, self._epoch, self._limits, self._take) for number in range(self._count)
        ]
        try:
            async with asyncio.timeout(START_S):
                for post in self._posts:
                    await post.ready.wait()
        except TimeoutError as late:
            await self.shut()
            raise MediaError("a media worker does not start") from late

    async def shut(self) -> None:
        """End all workers; their legs say goodbye to the far ends."""
        for post in self._posts:
            await post.close()
        self._posts = []

    @property
    def willing(self) -> bool:
        """Whether a new call would be served in time."""
        return any(post.willing and post.has_room(extra=False) for post in self._posts)

    @property
    def pids(self) -> tuple[int, ...]:
        """The processes that serve now."""
        return tuple(post.pid for post in self._posts if post.pid is not None)

    async def open(
        self, leg: int, place: Place, *, near: int | None = None, extra: bool = False
    ) -> Opened:
        """Take ports for a leg; see `Sound.open`."""
        if leg in self._where:
            raise MediaError("the leg is open already")
        post = self._post_for(near, extra=extra)
        low, high = share(place.low, place.high, post.number, self._count)
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[Opened] = loop.create_future()
        late = loop.call_later(OPEN_S, _too_late, answer)
        self._where[leg], self._opening[leg] = post, answer
        post.legs.add(leg)
        post.send(Open(leg, place.address, low, high, mux=place.mux, extra=extra))
        try:
            opened = await answer
        except BaseException:
            self._forget(leg)
            post.send(Close(leg))
            raise
        finally:
            late.cancel()
        self._opened[leg] = place, opened
        self._ports.update((opened.port, opened.rtcp_port))
        return opened

    def peer(self, peer: Peer) -> None:
        """Tell what was negotiated; see `Sound.peer`."""
        known = self._opened.get(peer.leg)
        if known is None:
            return
        place, _ = known
        loopback = is_loopback(place.address)
        check_target(peer.address, peer.port, self._own_ports(peer, place), loopback=loopback)
        self.to(peer.leg, peer)

    def hear(
        self, leg: int, sources: tuple[int, ...], hold: Music | None = None, *, keys: bool = True
    ) -> None:
        """Whom a leg hears. Raises MediaError for legs on another worker: open them `near`."""
        post = self._where.get(leg)
        if any(self._where.get(source, post) is not post for source in sources):
            raise MediaError("legs that hear each other must be on one media worker")
        super().hear(leg, sources, hold, keys=keys)

    async def stats(self) -> tuple[Figures, ...]:
        """What each worker carries now; one that does not answer within 2 s is left out."""
        asked = [self._ask_for_figures(post) for post in self._posts]
        done, late = await asyncio.wait(asked, timeout=OPEN_S) if asked else (set(), set())
        for each in late:
            each.cancel()
        return tuple(each.result() for each in asked if each in done)

    def drain(self) -> None:
        """Open nothing more; each worker goes when its last leg is closed."""
        for post in self._posts:
            post.drain()

    def to(self, leg: int, order: Order) -> None:
        """Send an order to the worker of a leg; a leg that is not open gets none."""
        post = self._where.get(leg)
        if post is not None:
            post.send(order)

    def _post_for(self, near: int | None, *, extra: bool) -> Post:
        if near is not None:
            post = self._where.get(near)
            if post is None:
                raise MediaError("the call has lost its sound")
            return post
        able = [each for each in self._posts if each.willing and each.has_room(extra=extra)]
        if not able:
            raise MediaError("no media worker takes a call now")
        return min(able, key=lambda each: (len(each.legs), each.number))

    def _own_ports(self, peer: Peer, place: Place) -> Collection[int]:
        is_ours = peer.address == place.address or peer.address in self._own
        return self._ports.keys() if is_ours else ()

    def _ask_for_figures(self, post: Post) -> asyncio.Future[Figures]:
        self._ask += 1
        answer: asyncio.Future[Figures] = asyncio.get_running_loop().create_future()
        self._asks[self._ask] = answer
        answer.add_done_callback(partial(self._answered, self._ask))
        post.send(Stats(self._ask))
        return answer

    def _answered(self, ask: int, _done: asyncio.Future[Figures]) -> None:
        self._asks.pop(ask, None)

    def _take(self, post: Post, message: Message | WorkerLost | WorkerBack) -> None:
        match message:
            case Opened(leg=leg) | Refused(leg=leg):
                self._answer(leg, message)
            case Figures(ask=ask):
                if (asked := self._asks.get(ask)) is not None and not asked.done():
                    asked.set_result(message)
            case WorkerLost():
                self._lose(post, message)
            case _ if isinstance(message, HEARD):
                if isinstance(message, Closed):
                    self._forget(message.leg)
                self.on_heard(message)

    def _answer(self, leg: int, message: Opened | Refused) -> None:
        answer = self._opening.get(leg)
        if answer is None or answer.done():
            return
        if isinstance(message, Opened):
            answer.set_result(message)
        else:
            answer.set_exception(MediaError(message.why))

    def _lose(self, post: Post, lost: WorkerLost) -> None:
        legs = [leg for leg, where in self._where.items() if where is post]
        for leg in legs:
            answer = self._opening.get(leg)
            self._forget(leg)
            if answer is not None and not answer.done():
                answer.set_exception(MediaError("the media worker died"))
        self.on_heard(lost)

    def _forget(self, leg: int) -> None:
        post = self._where.pop(leg, None)
        if post is not None:
            post.legs.discard(leg)
        self._opening.pop(leg, None)
        _place, opened = self._opened.pop(leg, (None, None))
        for port in () if opened is None else (opened.port, opened.rtcp_port):
            self._ports[port] -= 1
            if not self._ports[port]:
                del self._ports[port]


def _too_late(answer: asyncio.Future[Opened]) -> None:
    if not answer.done():
        answer.set_exception(MediaError("the media worker does not answer"))


def share(low: int, high: int, number: int, count: int) -> tuple[int, int]:
    """The part of a range of ports that one of several workers has to itself; 0, 0 stays so."""
    if high == 0 or count == 1:
        return low, high
    pairs = (high - low + 1) // 2
    first = low + pairs * number // count * 2
    return first, low + pairs * (number + 1) // count * 2 - 1
