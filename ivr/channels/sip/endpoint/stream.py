"""Signalling over TCP and TLS: who connects to us, and whom we connect to.

A connection made to us has a number of its own and is answered on itself (RFC 3261 section 18.2.2);
ours are found by transport and both ends, so a second message to a server uses the one open to it.
"""

from __future__ import annotations

import asyncio
import ipaddress
from functools import partial
from typing import TYPE_CHECKING

from ivr.channels.sip.endpoint.connection import Connection
from ivr.channels.sip.endpoint.door import source_of
from ivr.channels.sip.endpoint.listener import Listener
from ivr.channels.sip.endpoint.tls import client_tls
from ivr.channels.sip.wire.words import Flow
from ivr.domain.errors import ChannelError

if TYPE_CHECKING:
    import socket
    import ssl

    from ivr.channels.sip.endpoint.door import Door, Ears
    from ivr.channels.sip.wire.words import Place
    from ivr.runtime.tasks import Tasks


class Streams:
    """All TCP and TLS connections of an endpoint, and the ports it listens on."""

    def __init__(
        self, ears: Ears, door: Door, tasks: Tasks, trusted: ssl.SSLContext | None = None
    ) -> None:
        self._ears = ears
        self._door = door
        self._tasks = tasks
        self._trusted = trusted
        self._names: dict[Place, str] = {}
        self._listeners: list[Listener] = []
        self._accepted: dict[int, Connection] = {}
        self._dialled: dict[tuple[Flow, str], Connection] = {}
        self._empty = asyncio.Event()
        self._empty.set()

    def listen(self, host: str, port: int, tls: ssl.SSLContext | None = None) -> int:
        """Accept connections; tells the port really bound. Raises OSError if it is taken."""
        listener = Listener(host, port, partial(self._greet, tls))
        self._listeners.append(listener)
        return listener.local[1]

    def expect_name(self, remote: Place, name: str) -> None:
        """Whoever answers at this address must show a certificate for this name.

        The name is the configured one, not that of an SRV target. Unasked for, it is the host of
        the address. Raises ChannelError if another name is expected there already: a connection
        is shared by all who talk to one address, and proves one name only.
        """
        if self._names.setdefault(remote, name) != name:
            known = self._names[remote]
            raise ChannelError(f"{remote[0]}:{remote[1]} is {known} already, not {name}")

    def forget_name(self, remote: Place) -> None:
        """The address no longer stands for a name; a connection open under it is used no more."""
        self._names.pop(remote, None)

    def send(self, flow: Flow, data: bytes) -> bool:
        """Write on the connection of this flow, or open one; False if that cannot be."""
        if flow.connection:
            connection = self._accepted.get(flow.connection)
        else:
            key = flow, self._name_at(flow)
            connection = self._dialled.get(key) or self._dial(key)
        if connection is None:
            return False
        connection.send(data)
        return True

    async def close(self) -> None:
        """Stop listening and end all connections; each cuts itself if it takes over `flush_s`."""
        for listener in self._listeners:
            listener.close()
        for connection in [*self._accepted.values(), *self._dialled.values()]:
            connection.close()
        await self._empty.wait()

    def _greet(
        self, tls: ssl.SSLContext | None, sock: socket.socket, local: Place, remote: Place
    ) -> None:
        """Somebody has connected: let him in, or drop him before TLS costs anything."""
        source = source_of(remote[0])
        if not self._door.admit(source):
            sock.close()
            return
        flow = Flow("tls" if tls else "tcp", local, remote, next(self._door.numbers))
        connection = Connection(flow, self._ears, self._door, partial(self._left, source))
        self._accepted[flow.connection] = connection
        self._empty.clear()
        connection.begin()
        self._tasks.start(self._let_in(connection, sock, tls), "sip_accept")

    async def _let_in(
        self, connection: Connection, sock: socket.socket, tls: ssl.SSLContext | None
    ) -> None:
        """Agree on TLS with who has connected; whoever cannot is gone without a word."""
        loop = asyncio.get_running_loop()
        limit_s = self._door.limits.message_s if tls else None
        try:
            await loop.connect_accepted_socket(
                lambda: connection, sock, ssl=tls, ssl_handshake_timeout=limit_s
            )
        except OSError:
            connection.cut("tls")

    def _name_at(self, flow: Flow) -> str:
        """The name that the far end must prove; empty without TLS."""
        return self._names.get(flow.remote, flow.remote[0]) if flow.transport == "tls" else ""

    def _dial(self, key: tuple[Flow, str]) -> Connection | None:
        """Open a connection of ours in the background; what is sent meanwhile waits in it."""
        if len(self._dialled) >= self._door.limits.dialled:
            self._door.turned_away["dialled"] += 1
            return None
        gone = partial(self._hung_up, key)
        connection = Connection(key[0], self._ears, self._door, gone, dialled=True)
        self._dialled[key] = connection
        self._empty.clear()
        self._tasks.start(self._connect(connection, key[1]), "sip_connect")
        return connection

    async def _connect(self, connection: Connection, name: str) -> None:
        """A remote that is a name is looked up on the way, within the same time."""
        flow, loop = connection.flow, asyncio.get_running_loop()
        try:
            async with asyncio.timeout(self._door.limits.connect_s):
                await loop.create_connection(
                    lambda: connection,
                    *flow.remote,
                    ssl=self._trust() if name else None,
                    server_hostname=name or None,
                    local_addr=_own_address(flow),
                )
        except OSError:  # TimeoutError and ssl.SSLError are among them
            connection.cut("unreached")

    def _trust(self) -> ssl.SSLContext:
        if self._trusted is None:
            self._trusted = client_tls()
        return self._trusted

    def _left(self, source: str, connection: Connection) -> None:
        self._accepted.pop(connection.flow.connection, None)
        self._door.leave(source)
        self._say_lost(connection.flow)

    def _hung_up(self, key: tuple[Flow, str], connection: Connection) -> None:
        del self._dialled[key]
        self._say_lost(connection.flow)

    def _say_lost(self, flow: Flow) -> None:
        if not self._accepted and not self._dialled:
            self._empty.set()
        self._ears.lost(flow, self._ears.now())
        self._ears.settle()


def _own_address(flow: Flow) -> Place | None:
    """The address of ours to connect from, so that the far end's list of sources knows us."""
    host = flow.local[0]
    if ipaddress.ip_address(host).is_unspecified:
        return None
    return host, 0
