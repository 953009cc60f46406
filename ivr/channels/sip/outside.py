"""Where an address of the outside is reached: its name is looked up, its transport is read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.channels.sip.wire.messages.errors import WireError
from ivr.channels.sip.wire.messages.uri import parse_uri
from ivr.channels.sip.wire.orders import Target
from ivr.channels.sip.wire.words import Flow
from ivr.domain.errors import ChannelError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ivr.channels.sip.endpoint.resolve import Resolver, Server
    from ivr.channels.sip.wire.messages.uri import Uri
    from ivr.channels.sip.works import Works

STREAMS = ("udp", "tcp", "tls")


async def ways_to(address: str, works: Works, resolver: Resolver) -> tuple[Target, ...]:
    """The ways to an address by a trunk, best first; none if it makes no sense or has no place.

    Whoever is called there is no stranger from now on: his answers and his hang-up are the trunk's.
    """
    try:
        uri = parse_uri(address)
    except WireError:
        return ()
    transport = _transport(uri, works.settings.transport)
    servers = await resolver.servers(uri.host, uri.port, transport)
    if transport == "tls" and not _prove(works, uri.host, servers):
        return ()
    for server in servers:
        works.stack.identities.guard.calls(works.name, server.host)
    local = works.stack.line(transport)
    return tuple(
        Target(Flow(transport, local, (server.host, server.port)), address) for server in servers
    )


def _transport(uri: Uri, usual: str) -> str:
    """How an address wants to be reached (RFC 3263 4.1); else as the trunk does."""
    named = (uri.params.get("transport") or "").lower()
    if uri.scheme == "sips":
        return "tls"
    return named if named in STREAMS else usual


def _prove(works: Works, name: str, servers: Sequence[Server]) -> bool:
    """Whether each server can be made to prove this name; there is no TLS without a way back."""
    if not works.stack.tls_port:
        return False
    try:
        for server in servers:
            works.stack.expect_name((server.host, server.port), name)
    except ChannelError:
        return False
    return True
