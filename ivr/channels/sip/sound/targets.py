"""Where sound may never be sent, whatever the far end asks for.

Source: security.md 12 (multicast, broadcast, loopback, our own ports, ports below 1024, names).
"""

from __future__ import annotations

from functools import lru_cache
from ipaddress import ip_address
from typing import TYPE_CHECKING, Final

from ivr.domain.errors import MediaError

if TYPE_CHECKING:
    from collections.abc import Collection

LEAST_PORT: Final = 1024
UNSPECIFIED, SHARED, OURS, OTHER = range(4)
_BROADCAST: Final = ip_address("255.255.255.255")


@lru_cache(maxsize=64)
def is_loopback(address: str) -> bool:
    """Whether an address of ours is one that only this machine can reach."""
    return ip_address(address).is_loopback


@lru_cache(maxsize=4096)
def _kind_of(address: str) -> int:
    try:
        target = ip_address(address)
    except ValueError as wrong:
        raise MediaError("the far end has no numeric address") from wrong
    if target.is_unspecified:
        return UNSPECIFIED
    if target.is_multicast or target == _BROADCAST:
        return SHARED
    return OURS if target.is_loopback else OTHER


def check_target(address: str, port: int, own_ports: Collection[int], *, loopback: bool) -> None:
    """Raises MediaError if nothing may be sent there; no address or port 0 means hold, and is fine.

    own_ports: ports that we listen on at this address. loopback: this machine may be spoken to.
    """
    if not address or port == 0:
        return
    kind = _kind_of(address)
    if kind == UNSPECIFIED:
        return
    if kind == SHARED:
        raise MediaError("sound is not sent to multicast or broadcast addresses")
    if kind == OURS and not loopback:
        raise MediaError("sound is not sent to this machine")
    if not LEAST_PORT <= port <= 0xFFFF:
        raise MediaError("sound is not sent to ports below 1024")
    if port in own_ports:
        raise MediaError("sound is not sent to our own ports")
