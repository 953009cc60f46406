"""One address where SIP is spoken: its sockets, its core, and the trunks that share them."""

from __future__ import annotations

import asyncio
import logging
import secrets
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from aiohttp import web

from ivr.channels.sip.endpoint.door import plain_refusal
from ivr.channels.sip.endpoint.endpoint import Endpoint
from ivr.channels.sip.endpoint.tls import server_tls
from ivr.channels.sip.wire.core import Core
from ivr.channels.sip.wire.orders import Drain
from ivr.channels.sip.wire.seams import Options, Seams
from ivr.channels.sip.wire.words import Offered, Replied

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping

    from ivr.channels import Pages
    from ivr.channels.sip.phones import Phones
    from ivr.channels.sip.who import Identities
    from ivr.channels.sip.wire.messages.message import Response, WireError
    from ivr.channels.sip.wire.orders import Order
    from ivr.channels.sip.wire.peers.bindings import Binding
    from ivr.channels.sip.wire.words import Flow, Heard, Place

    Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

_LOG = logging.getLogger(__name__)
_SECURITY = logging.getLogger("ivr.security")


class Listener(Protocol):
    """A trunk as its stack sees it."""

    name: str

    def heard(self, heard: Heard) -> None:
        """Something happened to one of its calls, or an answer came to one of its requests."""

    async def start(self) -> None:
        """The sockets are open."""

    async def stop(self) -> None:
        """They will be closed."""


class PhoneWatcher(Protocol):
    """Who asks the registered phones whether they live (`PhoneWatch`)."""

    def is_out(self, binding: Binding) -> bool:
        """Whether a phone has been silent for too long."""

    def look(self, bindings: Iterable[Binding], now: float) -> None:
        """Ask whom it is time to ask."""

    def replied(self, answer: Replied) -> bool:
        """Take in an answer; False if it is another's."""


class LogsIn(Protocol):
    """Who answers the challenges of a trunk's servers."""

    def credentials(
        self, challenge: Response, method: str, uri: str, flow: Flow
    ) -> tuple[str, str] | None:
        """The header to add, or None: give up."""


class Guarded:
    """A SIP core behind its guard: a banned source costs one look-up and is never parsed."""

    def __init__(self, core: Core, identities: Identities) -> None:
        self._core = core
        self._identities = identities
        self.order = core.order
        self.tick = core.tick
        self.due = core.due
        self.take = core.take

    def receive(self, data: bytes, flow: Flow, now: float) -> None:
        """Take one message, if its source is worth it. A bug of ours costs that message only."""
        if not self._identities.lets_in(flow, now):
            return
        try:
            self._core.receive(data, flow, now)
        except Exception:
            _LOG.exception("sip_message_broken")

    def lost(self, flow: Flow, now: float) -> None:
        """A way is gone, and with a connection the phones that were reached by it."""
        self._core.lost(flow, now)
        if flow.connection:
            self._identities.lost(flow, now)


@dataclass(frozen=True, slots=True)
class Address:
    """Where a stack listens. advertise: how others see it, "" = as it is."""

    host: str
    port: int
    tls_host: str = ""
    tls_port: int = 0
    cert: str = ""
    key: str = ""
    advertise: str = ""


@dataclass(slots=True, eq=False)
class Stack:
    """SIP on one address. Names of calls and of requests outside calls belong to one trunk each.

    registrar: the trunk whose phones register here, "" = none. pages: how phones in pages of ours
    are known that register here too, None = they do not.
    """

    address: Address
    identities: Identities
    phones: Phones
    trunks: dict[str, Listener] = field(default_factory=dict)
    carriers: dict[str, LogsIn] = field(default_factory=dict)
    registrar: str = ""
    watch: PhoneWatcher | None = None
    pages: Pages | None = None
    port: int = 0
    tls_port: int = 0
    core: Core | None = None
    _owners: dict[str, Listener] = field(default_factory=dict)
    _endpoint: Endpoint | None = None
    _web: Handler | None = None

    async def open(self) -> None:
        """Listen. Raises OSError if the address is taken or not ours."""
        address, lines = self.address, dict[str, "Place"]()
        advertise: dict[tuple[str, str, int], Place] = {}
        options = Options(advertise=advertise, lines=lines, allow=_ALLOW)
        seams = Seams(
            token=token,
            admit=self.identities.admit,
            registrar=self.identities.register,
            credentials=self._credentials,
        )
        self.core = core = Core(options, seams)
        guarded = Guarded(core, self.identities)
        self._endpoint = Endpoint(guarded, self._heard, garbled=self._garbled)
        with _named(f"SIP on {address.host}:{address.port}"):
            self.port = self._endpoint.listen(address.host, address.port)
        lines["udp"] = lines["tcp"] = (address.host, self.port)
        if address.cert:
            with _named(f"certificate {address.cert} with key {address.key}"):
                tls = server_tls(Path(address.cert), Path(address.key))
            with _named(f"SIP by TLS on {address.tls_host}:{address.tls_port}"):
                self.tls_port = self._endpoint.listen_tls(address.tls_host, address.tls_port, tls)
            lines["tls"] = (address.tls_host, self.tls_port)
        if self.pages is not None:
            self._web = self._endpoint.websocket(self.pages, (address.host, self.port))
        if address.advertise:
            ends = {*lines.items(), *((way, lines["udp"]) for way in ("ws", "wss"))}
            for transport, (host, port) in ends:
                advertise[transport, host, port] = (address.advertise, port)
        await self.phones.open()
        _LOG.info("sip_listening", extra={"facts": {"address": f"{address.host}:{self.port}"}})

    def order(self, order: Order) -> None:
        """Give an order to the core; nothing happens before `open` and after `close`."""
        if self._endpoint is not None:
            self._endpoint.order(order)

    def expect_name(self, remote: Place, name: str) -> None:
        """A TLS server at this address must prove this name."""
        if self._endpoint is not None:
            self._endpoint.expect_name(remote, name)

    def own(self, name: str, trunk: Listener) -> None:
        """What happens under this name concerns this trunk."""
        self._owners[name] = trunk

    def disown(self, name: str) -> None:
        """The name is used no more."""
        self._owners.pop(name, None)

    def line(self, transport: str) -> Place:
        """Our own end for requests by this transport."""
        if transport == "tls":
            return self.address.tls_host, self.tls_port
        return self.address.host, self.port

    async def web_phone(self, request: web.Request) -> web.StreamResponse:
        """Serve a phone in a page until it goes; 503 before `open`."""
        return web.Response(status=503) if self._web is None else await self._web(request)

    async def close_pages(self) -> None:
        """Say goodbye to phones in pages; the other sockets go on."""
        if self._endpoint is not None:
            await self._endpoint.close_pages()

    def drain(self) -> None:
        """Let carriers know that we take no more calls."""
        self.order(Drain())

    @property
    def dropped(self) -> Mapping[str, int]:
        """How many messages were dropped or odd since the start, by kind."""
        return {} if self.core is None else self.core.counts

    @property
    def turned_away(self) -> Mapping[str, int]:
        """What the sockets refused, cut or did not send since the start, by reason."""
        return {} if self._endpoint is None else self._endpoint.turned_away

    def note_security(self) -> None:
        """Write what strangers tried; asked about once a second."""
        for event in self.identities.guard.take_events():
            _SECURITY.warning(
                "event=%s src=%s sport=%d trunk=%s code=%d count=%d",
                *(event.event, event.source, event.port, event.trunk, event.code, event.count),
            )

    async def close(self) -> None:
        """Close the sockets."""
        if self._endpoint is not None:
            await self._endpoint.close()

    def _credentials(
        self, challenge: Response, method: str, uri: str, trunk: str, flow: Flow
    ) -> tuple[str, str] | None:
        """Our answer to a challenge: only to one of the trunk's own servers."""
        carrier = self.carriers.get(trunk)
        return None if carrier is None else carrier.credentials(challenge, method, uri, flow)

    def _garbled(self, error: WireError, flow: Flow) -> bytes:
        """A stream that is no SIP is refused if we know who sends it; strangers hear nothing."""
        source = self.identities.guard.judge(flow, asyncio.get_running_loop().time())
        return plain_refusal(error, flow) if source.known else b""

    def _heard(self, heard: Heard) -> None:
        if isinstance(heard, Offered):
            owner: Listener | None = self.trunks.get(heard.trunk)
        else:
            name = heard.name if isinstance(heard, Replied) else heard.call
            owner = self._owners.get(name)
        if owner is not None:
            owner.heard(heard)


_ALLOW = "INVITE, ACK, CANCEL, BYE, OPTIONS, INFO, UPDATE, PRACK, REFER, NOTIFY, REGISTER"


@contextmanager
def _named(what: str) -> Iterator[None]:
    """Whoever reads that the server does not start is told what could not be had."""
    try:
        yield
    except OSError as error:
        raise OSError(error.errno, f"{what}: {error.strerror or error}") from error


def token() -> str:
    """128 random bits as 32 hex digits: branches, tags, nonces."""
    return secrets.token_hex(16)
