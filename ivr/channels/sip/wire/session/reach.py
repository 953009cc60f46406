"""Says whether sound may be sent to an address that somebody else wrote down.

An IVR that sends where it is told can be turned against others, or against itself. So: never to
multicast, broadcast, reserved or unset addresses, a port below 1024, or a name that would need a
look-up; to loopback only if configured (design: security 12). Our own ports are barred where they
are known (`sound/targets.py`).
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias

from ivr.channels.sip.wire.session.sdp import Connection, family_of, ip_of, number

if TYPE_CHECKING:
    from ivr.channels.sip.wire.session.sdp import Media
    from ivr.channels.sip.wire.words import Place

PORT_LEAST = 1024
HOLD = ("0.0.0.0", "::")  # noqa: S104 - written by a far end that wants no sound (RFC 2543)
Ip: TypeAlias = "ipaddress.IPv4Address | ipaddress.IPv6Address"
PRIVATE = tuple(
    ipaddress.ip_network(text)
    for text in (
        *("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"),
        *("100.64.0.0/10", "169.254.0.0/16", "127.0.0.0/8"),
        *("fc00::/7", "fe80::/10", "::1/128"),
    )
)
UNSET = ipaddress.ip_network("0.0.0.0/8")
GLOBAL_V6 = (ipaddress.ip_network("2000::/3"), ipaddress.ip_network("fc00::/7"))


@dataclass(frozen=True, slots=True)
class Rules:
    """What this trunk may reach.

    `loopback`: sound to 127.0.0.0/8 and ::1 is allowed. `nat_source`: the address the message came
    from, taken instead of a private one (a trunk with `nat: true`); "" = the description is taken
    at its word.
    """

    loopback: bool = False
    nat_source: str = ""


STRICT = Rules()


def rtp_place(connection: Connection, port: int, family: str, rules: Rules) -> Place | str:
    """The place to send sound to, or why it must not be. `family` is IP4 or IP6: ours."""
    address, why = _judged(connection.address, family, rules.loopback, rules.nat_source)
    if port < PORT_LEAST:
        return "the port is below 1024"
    return why or (address, port)


def rtcp_place(media: Media, rtp: Place, family: str, rules: Rules) -> Place | None:
    """Where reports go: what `a=rtcp` says (RFC 3605), else the next port; None if it may not be.

    `a=rtcp:53020` or `a=rtcp:53020 IN IP4 192.0.2.4`.
    """
    words = next(iter(media.values("rtcp")), "").split()
    port = number(words[0], 65535) if words else rtp[1] + 1
    address = words[3] if len(words) == 4 else rtp[0]
    if port is None or port > 65535:
        return None
    place = rtp_place(Connection(family, address), port, family, rules)
    return None if isinstance(place, str) else place


@lru_cache(maxsize=4096)
def _judged(written: str, family: str, loopback: bool, nat_source: str) -> tuple[str, str]:
    """The address that is meant, and why sound must not go there ("": it may)."""
    address = ip_of(written)
    if address is None:
        return "", "the address is a name"
    if nat_source and any(address in network for network in PRIVATE):
        address = ip_of(nat_source) or address
    text = str(address)
    if family_of(text) != family:
        return text, "the address is of another family than ours"
    return text, _refusal(address, loopback=loopback)


def _refusal(address: Ip, *, loopback: bool) -> str:
    if address.is_loopback:
        return "" if loopback else "the address is loopback"
    if address.is_multicast or address in UNSET:
        return "the address is multicast or unset"
    if address.version == 4:
        return "the address is broadcast or reserved" if address.is_reserved else ""
    return "" if any(address in network for network in GLOBAL_V6) else "the address is reserved"
