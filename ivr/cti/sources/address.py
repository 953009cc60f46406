"""Which network addresses a lookup may connect to: none of our own unless it is listed.

The check stands in front of every single connect, after the name was looked up: a check of the
name alone could be fooled by a name server, and aiohttp asks no resolver for a written address.
Source: security.md section 17; special networks: IANA special-purpose registries, RFC 6890.
"""

from __future__ import annotations

import logging
import socket
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from aiohttp import AddrInfoType

_LOG = logging.getLogger(__name__)
_PRIVATE = tuple(
    ip_network(text) for text in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7")
)
# Global by name, yet they lead inside: IPv4 wrapped in IPv6, tunnels, protocol assignments.
_WRAPPED = tuple(
    ip_network(text)
    for text in (
        *("::/96", "::ffff:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48", "2001::/32", "2002::/16"),
        *("fec0::/10", "192.0.0.0/24", "192.88.99.0/24"),
    )
)
# Where clouds hand out a machine's own credentials, inside a private network.
_METADATA = (ip_address("fd00:ec2::254"), ip_address("fd20:ce::254"))


@dataclass(frozen=True, slots=True)
class Door:
    """What one source may connect to.

    private: our own networks too. loopback: this machine too (development). ports: empty = any.
    """

    private: bool = False
    loopback: bool = False
    ports: tuple[int, ...] = (443,)


def refusal(door: Door, host: str, port: int) -> str:
    """Why this address is refused; empty if it is allowed. host: an address, never a name."""
    if door.ports and port not in door.ports:
        return f"port {port} is not listed"
    address = ip_address(host.partition("%")[0])
    if address.is_loopback:
        return "" if door.loopback or door.private else "it is this machine"
    if _leads_nowhere_good(address):
        return "it is a special address"
    if any(address in network for network in _PRIVATE if network.version == address.version):
        return "" if door.private else "it is inside a private network"
    return "" if address.is_global else "it is not a public address"


def _leads_nowhere_good(address: IPv4Address | IPv6Address) -> bool:
    wrapped = any(address in net for net in _WRAPPED if net.version == address.version)
    special = address.is_multicast or address.is_unspecified or address.is_link_local
    return wrapped or special or address in _METADATA


def guarded_socket(door: Door, source: str) -> Callable[[AddrInfoType], socket.socket]:
    """Makes the socket for each address that a connection tries; OSError for a refused one."""

    def make(info: AddrInfoType) -> socket.socket:
        family, kind, protocol, _, address = info
        host, port = str(address[0]), int(address[1])
        reason = refusal(door, host, port)
        if reason:
            facts = {"source": source, "address": host, "why": reason}
            _LOG.warning("lookup_address_refused", extra={"facts": facts})
            raise PermissionError(f"{host} port {port}: {reason}")
        return socket.socket(family, kind, protocol)

    return make
