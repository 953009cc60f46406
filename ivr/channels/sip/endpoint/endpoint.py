"""All sockets of one SIP core, and its one timer.

What comes in goes to the core, what the core wants sent goes out, what it heard goes up at once,
in the same pass of the loop.
"""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import replace
from typing import TYPE_CHECKING, Final, Protocol

from ivr.channels.sip.endpoint.door import Door, Ears, Limits, in_silence
from ivr.channels.sip.endpoint.ways import Ways
from ivr.channels.sip.wire.words import Send

if TYPE_CHECKING:
    import ssl
    from collections.abc import Awaitable, Callable, Mapping, Sequence

    from aiohttp import web

    from ivr.channels import Pages
    from ivr.channels.sip.endpoint.door import Garbled
    from ivr.channels.sip.wire.orders import Order
    from ivr.channels.sip.wire.words import Flow, Heard, Place

SOONEST_S: Final = 0.001  # a timer due in the past must not keep the loop from everything else


class Core(Protocol):
    """The sans-I/O core as seen from its sockets; times are monotonic seconds."""

    def receive(self, data: bytes, flow: Flow, now: float) -> None:
        """Take one message."""
        ...

    def lost(self, flow: Flow, now: float) -> None:
        """This way is gone."""
        ...

    def order(self, order: Order, now: float) -> None:
        """Do what the trunk wants."""
        ...

    def tick(self, now: float) -> None:
        """Do what is due."""
        ...

    def due(self) -> float | None:
        """When to tick."""
        ...

    def take(self) -> Sequence[Send | Heard]:
        """What is to be sent and told, in order; it is handed out once."""
        ...


class Endpoint:
    """The sockets around one core. Made inside a running loop; ends with `close`.

    heard: told each event, synchronously; it may give orders. limits: what strangers may cost.
    trusted: TLS for connections of ours; by default the machine's own authorities are believed.
    garbled: what to answer to a stream that is no SIP; by default nobody gets an answer.
    """

    def __init__(
        self,
        core: Core,
        heard: Callable[[Heard], None],
        *,
        limits: Limits | None = None,
        trusted: ssl.SSLContext | None = None,
        garbled: Garbled = in_silence,
    ) -> None:
        self._core = core
        self._heard = heard
        self._loop = asyncio.get_running_loop()
        ears = Ears(core.receive, self._lost, self._settle, self._now, garbled)
        later = replace(ears, settle=self._settle_soon)
        self._ways = Ways(ears, later, Door(limits or Limits()), trusted)
        self._taken: deque[Send | Heard] = deque()
        self._timer: asyncio.TimerHandle | None = None
        self._timer_s = self._latest_s = 0.0
        self._settling = self._will_settle = self._closed = False

    @property
    def turned_away(self) -> Mapping[str, int]:
        """What was refused, cut or not sent since the start, by a fixed reason."""
        return self._ways.door.turned_away

    def listen(self, host: str, port: int) -> int:
        """Hear UDP and TCP on one address; tells the port (0: any that is free in both).

        Raises OSError if the address is not ours or taken.
        """
        return self._ways.listen(host, port)

    def listen_tls(self, host: str, port: int, tls: ssl.SSLContext) -> int:
        """Hear TLS (see `server_tls`); tells the port. Raises OSError as `listen`."""
        return self._ways.streams.listen(host, port, tls)

    def expect_name(self, remote: Place, name: str) -> None:
        """Before calls go to a TLS server: the configured name that it must prove.

        Raises ChannelError if another name is expected at this address.
        """
        self._ways.streams.expect_name(remote, name)

    def forget_name(self, remote: Place) -> None:
        """The address no longer stands for a name."""
        self._ways.streams.forget_name(remote)

    def websocket(
        self, pages: Pages, local: Place
    ) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        """The handler for the route `/sip`; asked for once. local: our end, for the core."""
        return self._ways.websocket(pages, local)

    async def close_pages(self) -> None:
        """Say goodbye to all browsers; the other sockets go on."""
        await self._ways.close_pages()

    def order(self, order: Order) -> None:
        """Do what the trunk wants; what it leads to is sent before this returns.

        Except when `heard` orders: then right after `heard` has returned. Nothing after `close`.
        """
        if not self._closed:
            self._core.order(order, self._now())
            self._settle()

    async def close(self) -> None:
        """Send what is written, then close all sockets. Nothing is told any more."""
        if self._closed:
            return
        self._closed = True
        if self._timer is not None:
            self._timer.cancel()
        await self._ways.close()

    def _now(self) -> float:
        """The loop's time, which never goes back behind what the core has seen."""
        self._latest_s = max(self._latest_s, self._loop.time())
        return self._latest_s

    def _lost(self, flow: Flow, now: float) -> None:
        if not self._closed:
            self._core.lost(flow, now)

    def _settle_soon(self) -> None:
        """Settle once per pass of the loop, outside the socket: no fault of a call ends it."""
        if not self._will_settle:
            self._will_settle = True
            self._loop.call_soon(self._settle)

    def _settle(self) -> None:
        """Send and tell all that the core has, and set the timer."""
        self._will_settle = False
        if self._settling or self._closed:
            return
        self._settling = True
        try:
            self._hand_out()
        finally:
            self._settling = False
            if self._taken:  # telling one event failed; the others are still to go
                self._settle_soon()
            self._set_timer()

    def _hand_out(self) -> None:
        taken = self._taken
        while True:
            taken.extend(self._core.take())
            if not taken:
                return
            while taken:
                each = taken.popleft()
                if isinstance(each, Send):
                    self._ways.send(each.flow, each.data)
                else:
                    self._heard(each)

    def _set_timer(self) -> None:
        """Keep one timer at the time due or earlier: to move it for each message costs more."""
        due_s = self._core.due()
        if due_s is None or self._closed:
            return
        due_s = max(due_s, self._latest_s + SOONEST_S)
        if self._timer is not None:
            if self._timer_s <= due_s:
                return
            self._timer.cancel()
        self._timer_s = due_s
        self._timer = self._loop.call_at(due_s, self._tick)

    def _tick(self) -> None:
        self._timer = None
        self._latest_s = max(self._latest_s, self._timer_s)  # some loops are early by a fraction
        try:
            self._core.tick(self._now())
        finally:
            self._settle()
