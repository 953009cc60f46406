"""From a carrier's name to addresses: SRV where a library for it is installed, else A and AAAA.

Sources: RFC 3263 section 4.2 (without NAPTR), RFC 2782.
"""

from __future__ import annotations

import asyncio
import socket
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Final

from ivr.channels.sip.endpoint.answers import Answers
from ivr.channels.sip.endpoint.door import is_number
from ivr.runtime.tasks import Tasks

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ivr.channels.sip.endpoint.answers import Ask, SrvRecord

ADDRESS_S: Final = 30.0  # getaddrinfo tells no time to live
SERVICES: Final = {"udp": "_sip._udp", "tcp": "_sip._tcp", "tls": "_sips._tcp"}
SRV_TARGETS: Final = 16


@dataclass(frozen=True, slots=True)
class Server:
    """One address to try, with the place its record gave it (0, 0 without a record)."""

    host: str
    port: int
    priority: int = 0
    weight: int = 0


async def system_addresses(name: str) -> tuple[tuple[str, ...], float]:
    """The addresses of a name as the machine knows it (hosts file, DNS), best first."""
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(name, None, type=socket.SOCK_DGRAM)
    return tuple(dict.fromkeys(str(each[4][0]) for each in found)), ADDRESS_S


class Resolver:
    """Looks up the servers of a carrier. Each question takes `LOOKUP_S` at most.

    srv: how to ask for SRV records, for instance `system_srv()`; None: only A and AAAA are used.
    """

    def __init__(
        self, srv: Ask[SrvRecord] | None = None, addresses: Ask[str] = system_addresses
    ) -> None:
        self._tasks = Tasks()
        self._addresses = Answers(addresses, self._tasks)
        self._records = Answers(srv, self._tasks) if srv else None

    async def addresses(self, host: str) -> tuple[str, ...]:
        """The IP addresses of a host, best first; empty if it has none or nobody answers."""
        return (host,) if is_number(host) else await self._addresses.get(host)

    async def servers(
        self, name: str, port: int | None = None, transport: str = "udp"
    ) -> tuple[Server, ...]:
        """Where to send requests for this name, best first; empty if nowhere.

        port: given, so SRV is not asked (RFC 3263 section 4.2). transport: udp, tcp or tls.
        """
        if port is None and not is_number(name):
            records = await self._srv(f"{SERVICES[transport]}.{name}")
            if records:
                return await self._places(records)
        usual = 5061 if transport == "tls" else 5060
        hosts = await self.addresses(name)
        return tuple(Server(host, usual if port is None else port) for host in hosts)

    async def close(self) -> None:
        """Stop asking."""
        await self._tasks.close()

    async def _srv(self, service: str) -> tuple[SrvRecord, ...]:
        return await self._records.get(service) if self._records else ()

    async def _places(self, records: Iterable[SrvRecord]) -> tuple[Server, ...]:
        """A lone record with the target `.` says that the service is not there (RFC 2782)."""
        ordered = sorted(records, key=lambda each: (each.priority, -each.weight))[:SRV_TARGETS]
        wanted = [each for each in ordered if each.target not in {"", "."}]
        found = await asyncio.gather(*(self.addresses(each.target) for each in wanted))
        places = (
            [Server(host, each.port, each.priority, each.weight) for host in hosts]
            for each, hosts in zip(wanted, found, strict=True)
        )
        return tuple(dict.fromkeys(chain.from_iterable(places)))


def system_srv() -> Ask[SrvRecord] | None:
    """How this machine asks for SRV records; None without the extra `[srv]` or a name server."""
    try:
        from ivr.channels.sip.endpoint.srv import DnsSrv  # noqa: PLC0415 - an extra, slow to load

        return DnsSrv()
    except (ImportError, OSError):
        return None
