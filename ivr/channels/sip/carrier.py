"""Our side towards the servers of a carrier: where calls go, who lives, our registration."""

from __future__ import annotations

import logging
import random
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import quote

from ivr.channels.sip.stack import token
from ivr.channels.sip.wire.messages.errors import WireError
from ivr.channels.sip.wire.messages.uri import parse_uri
from ivr.channels.sip.wire.orders import Outside, Target
from ivr.channels.sip.wire.peers.auth import Account, Visitor
from ivr.channels.sip.wire.peers.register import Line, Registration
from ivr.channels.sip.wire.peers.servers import Ping, Server, Servers
from ivr.channels.sip.wire.words import Flow
from ivr.domain.errors import ChannelError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ivr.channels.sip.wire.messages.message import Response
    from ivr.channels.sip.wire.messages.uri import Uri
    from ivr.channels.sip.wire.peers.register import LineTurned
    from ivr.channels.sip.wire.peers.servers import ServerTurned
    from ivr.channels.sip.wire.words import Replied, ServerOut
    from ivr.channels.sip.works import Works

_LOG = logging.getLogger(__name__)
LOOK_UP_S = 30.0
"""How often names of servers are looked up again."""
ROUND = timedelta(seconds=1)


class Carrier:
    """The servers of one trunk. host: how they are called in addresses."""

    def __init__(self, works: Works) -> None:
        settings = works.settings
        name = _split(settings.servers[0])[0]
        self.host = f"[{name}]" if ":" in name else name
        self._works = works
        self._servers = Servers(random.random)
        self._known: Sequence[Server] = ()
        self._pings: dict[str, Ping] = {}
        login = settings.login
        self.visitor = None
        self._registration: Registration | None = None
        if login is not None:
            account = Account(login.user, login.password.reveal())
            self.visitor = Visitor(account, token)

    def targets(self, address: str) -> tuple[Target, ...]:
        """The servers to try for a call, best first; none while all are down."""
        order = self._servers.order(self._works.house.now())
        return tuple(Target(self._flow(server), address) for server in order)

    def among(self, addresses: Sequence[str]) -> tuple[Target, ...]:
        """Those of some addresses that are on one of our servers; a call goes nowhere else."""
        order = self._servers.order(self._works.house.now())
        found = ((server, uri) for uri in map(_readable, addresses) if uri for server in order)
        return tuple(
            Target(self._flow(server), str(uri))
            for server, uri in found
            if uri.host in (server.name, server.address) and uri.port in (None, server.port)
        )

    def credentials(
        self, challenge: Response, method: str, uri: str, flow: Flow
    ) -> tuple[str, str] | None:
        """Our answer to a challenge, if it came from one of our servers."""
        known = any(server.address == flow.remote[0] for server in self._known)
        if self.visitor is None or not known:
            return None
        return self.visitor.reply(challenge, method, uri)

    def rest(self, event: ServerOut) -> None:
        """A server did not serve a call."""
        if event.status == 503 and event.retry_after_s:
            address, port = event.flow.remote
            now = self._works.house.now()
            self._servers.rest(address, port, event.retry_after_s, now)

    async def run(self) -> None:
        """Look names up, ask whether servers live, keep our registration; for ever."""
        login = self._works.settings.login
        if login is not None and login.register_:
            self._registration = Registration(self._line(login.user), random.random, self.visitor)
            self._registration.start(self._works.house.now())
        looked_up, clock = -LOOK_UP_S, self._works.switch.ports.clock
        while True:
            now = self._works.house.now()
            try:
                if now - looked_up >= LOOK_UP_S:
                    looked_up = now
                    await self._renew(now)
                self._round(self._works.house.now())
            except Exception:  # a bug of ours costs one round, not the trunk
                _LOG.exception("carrier_round_failed")
            await clock.sleep_until(clock.now() + ROUND)

    async def _renew(self, now: float) -> None:
        """Where the servers are now; a look-up that fails takes none away."""
        self._known = await self._look_up() or self._known
        addresses = (server.address for server in self._known)
        self._works.stack.identities.guard.served_by(self._works.name, addresses)
        self._told(self._servers.update(self._known, now))

    def replied(self, answer: Replied) -> None:
        """The answer to one of our requests outside calls."""
        now = self._works.house.now()
        self._works.stack.disown(answer.name)
        ping = self._pings.pop(answer.name, None)
        if ping is not None:
            self._told(self._servers.answered(ping, answer.status))
        elif self._registration is not None:
            self._turned(self._registration.replied(answer, now))

    def stop(self) -> None:
        """Take our registration away."""
        if self._registration is not None:
            now = self._works.house.now()
            self._registration.stop(now)
            self._register(now)

    def _round(self, now: float) -> None:
        pings, turned = self._servers.pings(now)
        self._told(turned)
        for ping in pings:
            self._ping(ping)
        if self._registration is not None:
            self._turned(self._registration.lapsed(now))
            self._register(now)

    def _register(self, now: float) -> None:
        servers = self._servers.order(now) or self._known  # a REGISTER may find one alive again
        if self._registration is None or not servers:
            return
        order = self._registration.order(self._flow(servers[0]), now)
        if order is not None:
            self._send(order)

    def _ping(self, ping: Ping) -> None:
        name = token()
        self._pings[name] = ping
        us = f"<sip:{self._works.domain}>"
        uri = f"sip:{self.host}"
        flow = self._flow(ping.server)
        self._send(Outside(name, "OPTIONS", uri, flow, us, f"<{uri}>", trunk=self._works.name))

    def _send(self, order: Outside) -> None:
        self._works.stack.own(order.name, self._works.listener)
        self._works.order(order)

    def _flow(self, server: Server) -> Flow:
        local = self._works.stack.line(server.transport)
        return Flow(server.transport, local, (server.address, server.port))

    async def _look_up(self) -> Sequence[Server]:
        found: list[Server] = []
        settings = self._works.settings
        for place, written in enumerate(settings.servers):
            name, port = _split(written)
            records = await self._works.house.resolver.servers(name, port, settings.transport)
            for record in records:
                if not self._proves(name, record.host, record.port):
                    continue
                priority = place * 65_536 + record.priority
                found.append(
                    Server(
                        *(name, record.host, record.port, settings.transport),
                        priority=priority,
                        weight=record.weight,
                    )
                )
        return found

    def _proves(self, name: str, host: str, port: int) -> bool:
        """By TLS a server must prove its name, and one address can prove one name only."""
        if self._works.settings.transport != "tls":
            return True
        try:
            self._works.stack.expect_name((host, port), name)
        except ChannelError as error:
            facts = {"trunk": self._works.name, "reason": str(error)}
            _LOG.warning("sip_server_left_out", extra={"facts": facts})
            return False
        return True

    def _line(self, user: str) -> Line:
        works, transport = self._works, self._works.settings.transport
        host, port = works.domain, works.stack.line(transport)[1]
        way = "" if transport == "udp" else f";transport={transport}"
        user = quote(user, safe="+")
        return Line(
            name=token(),
            registrar=f"sip:{self.host}",
            address=f"<sip:{user}@{self.host}>",
            contact=f"sip:{user}@{host}:{port}{way}",
            call_id=token(),
            trunk=works.name,
        )

    def _told(self, turned: Sequence[ServerTurned]) -> None:
        for turn in turned:
            facts = {
                "trunk": self._works.name,
                "server": turn.server.address if turn.server else "all",
                "turn": turn.turn,
            }
            _LOG.warning("sip_server", extra={"facts": facts})

    def _turned(self, turned: Sequence[LineTurned]) -> None:
        for turn in turned:
            facts = {"trunk": self._works.name, "turn": turn.turn, "status": turn.status}
            _LOG.warning("sip_registration", extra={"facts": facts})


def _readable(address: str) -> Uri | None:
    """An address without what a click on it would add."""
    try:
        return replace(parse_uri(address), headers={})
    except WireError:
        return None


def _split(written: str) -> tuple[str, int | None]:
    name, colon, port = written.rpartition(":")
    if not colon or written.endswith("]"):
        return written.strip("[]"), None
    return name.strip("[]"), int(port)
