"""SRV records asked of a real, if small, name server on loopback."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, cast

import pytest

from ivr.channels.sip.endpoint.answers import SrvRecord

pytest.importorskip("dns", reason="needs dnspython (extra srv)")

import dns.asyncresolver
import dns.flags
import dns.message
import dns.rcode
import dns.resolver
import dns.rrset

from ivr.channels.sip.endpoint import srv
from ivr.channels.sip.endpoint.srv import DnsSrv

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

SERVICE = "_sip._udp.carrier.example"


class NameServer(asyncio.DatagramProtocol):
    """Knows the records of one service."""

    def __init__(self, *records: str, code: dns.rcode.Rcode = dns.rcode.NOERROR) -> None:
        self._records = records
        self._code = code

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._wire = cast("asyncio.DatagramTransport", transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        reply = dns.message.make_response(dns.message.from_wire(data))
        reply.set_rcode(self._code)
        if self._records:
            reply.answer.append(
                dns.rrset.from_text(f"{SERVICE}.", 300, "IN", "SRV", *self._records)
            )
        self._wire.sendto(reply.to_wire(), addr)


@asynccontextmanager
async def asking(server: asyncio.DatagramProtocol) -> AsyncIterator[DnsSrv]:
    """A lookup that asks this server only."""
    loop = asyncio.get_running_loop()
    wire, _ = await loop.create_datagram_endpoint(lambda: server, local_addr=("127.0.0.1", 0))
    resolver = dns.asyncresolver.Resolver(configure=False)
    resolver.nameservers = ["127.0.0.1"]
    resolver.port = wire.get_extra_info("sockname")[1]
    try:
        yield DnsSrv(resolver)
    finally:
        wire.close()


async def test_records_come_with_their_time() -> None:
    server = NameServer("10 60 5060 a.carrier.example.", "20 0 5070 b.carrier.example.")
    async with asking(server) as lookup:
        records, hold_s = await lookup(SERVICE)
    assert sorted(records, key=lambda each: each.priority) == [
        SrvRecord(10, 60, "a.carrier.example", 5060),
        SrvRecord(20, 0, "b.carrier.example", 5070),
    ]
    assert hold_s == 300.0


async def test_a_service_declared_absent_keeps_its_dot() -> None:
    async with asking(NameServer("0 0 0 .")) as lookup:
        assert (await lookup(SERVICE))[0] == (SrvRecord(0, 0, ".", 0),)


@pytest.mark.parametrize("code", [dns.rcode.NXDOMAIN, dns.rcode.NOERROR])
async def test_no_records_are_an_answer_too(code: dns.rcode.Rcode) -> None:
    async with asking(NameServer(code=code)) as lookup:
        assert await lookup(SERVICE) == ((), srv.NONE_S)


async def test_a_server_that_fails_is_no_answer() -> None:
    async with asking(NameServer(code=dns.rcode.SERVFAIL)) as lookup:
        with pytest.raises(OSError, match="SERVFAIL"):
            await lookup(SERVICE)


async def test_a_server_that_is_silent_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(srv, "LOOKUP_S", 0.05)
    async with asking(asyncio.DatagramProtocol()) as lookup:
        with pytest.raises(OSError, match="timed out"):
            await lookup(SERVICE)


async def test_a_name_that_cannot_be_one_is_no_answer() -> None:
    async with asking(NameServer()) as lookup:
        with pytest.raises(OSError, match="label"):
            await lookup("_sip._udp." + "x" * 64)


def test_a_machine_without_a_name_server_cannot_ask(monkeypatch: pytest.MonkeyPatch) -> None:
    def nothing_configured() -> None:
        raise dns.resolver.NoResolverConfiguration

    monkeypatch.setattr(dns.asyncresolver, "Resolver", nothing_configured)
    with pytest.raises(OSError, match="no nameservers"):
        DnsSrv()
