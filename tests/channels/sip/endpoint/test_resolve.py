"""Names to servers: records in order, ports, and names without records."""

from __future__ import annotations

import asyncio
import sys
from dataclasses import dataclass, field

import pytest

from ivr.channels.sip.endpoint import resolve
from ivr.channels.sip.endpoint.answers import SrvRecord
from ivr.channels.sip.endpoint.resolve import (
    Resolver,
    Server,
    system_addresses,
    system_srv,
)
from ivr.runtime.tasks import Tasks

A, B = "192.0.2.1", "2001:db8::1"


@dataclass
class Names:
    """A name service in memory. `away`: it knows no records now; `gate`: it waits for this."""

    addresses: dict[str, tuple[str, ...]] = field(default_factory=dict)
    records: dict[str, tuple[SrvRecord, ...]] = field(default_factory=dict)
    away: bool = False
    gate: asyncio.Event | None = None
    asked: list[str] = field(default_factory=list)

    async def address(self, name: str) -> tuple[tuple[str, ...], float]:
        await self._hear(name)
        return self.addresses.get(name, ()), 60.0

    async def srv(self, name: str) -> tuple[tuple[SrvRecord, ...], float]:
        await self._hear(name)
        if self.away:
            raise OSError("nobody there")
        return self.records.get(name, ()), 60.0

    async def _hear(self, name: str) -> None:
        self.asked.append(name)
        if self.gate is not None:
            await self.gate.wait()

    def resolver(self, *, srv: bool = True) -> Resolver:
        return Resolver(self.srv if srv else None, self.address)


async def test_an_address_is_asked_of_nobody() -> None:
    names = Names()
    assert await names.resolver().servers(A) == (Server(A, 5060),)
    assert await names.resolver().servers(B, 5080, "tcp") == (Server(B, 5080),)
    assert await names.resolver().servers(A, None, "tls") == (Server(A, 5061),)
    assert names.asked == []


async def test_a_name_with_a_port_is_not_asked_for_records() -> None:
    names = Names(addresses={"sip.example": (A, B)})
    found = await names.resolver().servers("sip.example", 5070)
    assert found == (Server(A, 5070), Server(B, 5070))
    assert names.asked == ["sip.example"]


@pytest.mark.parametrize(
    ("transport", "service"),
    [("udp", "_sip._udp"), ("tcp", "_sip._tcp"), ("tls", "_sips._tcp")],
)
async def test_records_give_servers_by_priority_then_weight(transport: str, service: str) -> None:
    records = (
        SrvRecord(20, 0, "c.example", 5060),
        SrvRecord(10, 1, "b.example", 5062),
        SrvRecord(10, 9, "a.example", 5064),
    )
    names = Names(
        addresses={"a.example": (A, B), "b.example": (A,), "c.example": ()},
        records={f"{service}.sip.example": records},
    )
    assert await names.resolver().servers("sip.example", None, transport) == (
        Server(A, 5064, 10, 9),
        Server(B, 5064, 10, 9),
        Server(A, 5062, 10, 1),
    )


@pytest.mark.parametrize("srv", [True, False])
async def test_without_records_the_name_itself_is_the_server(*, srv: bool) -> None:
    names = Names(addresses={"sip.example": (A,)})
    assert await names.resolver(srv=srv).servers("sip.example") == (Server(A, 5060),)
    assert await names.resolver(srv=srv).servers("sip.example", None, "tls") == (Server(A, 5061),)


async def test_while_nobody_tells_records_the_name_itself_is_the_server() -> None:
    names = Names(addresses={"sip.example": (A,)}, away=True)
    assert await names.resolver().servers("sip.example") == (Server(A, 5060),)
    assert names.asked == ["_sip._udp.sip.example", "sip.example"]


async def test_a_service_that_is_declared_absent_has_no_servers() -> None:
    names = Names(
        addresses={"sip.example": (A,)},
        records={"_sip._udp.sip.example": (SrvRecord(0, 0, ".", 0),)},
    )
    assert await names.resolver().servers("sip.example") == ()


async def test_closing_stops_the_questions() -> None:
    names = Names(gate=asyncio.Event())
    resolver = names.resolver(srv=False)
    asking = Tasks().start(resolver.addresses("sip.example"), "asking")
    while not names.asked:
        await _turn()
    await resolver.close()
    with pytest.raises(asyncio.CancelledError):
        await asking


async def test_the_machine_knows_localhost() -> None:
    found, hold_s = await system_addresses("localhost")
    assert "127.0.0.1" in found
    assert hold_s == resolve.ADDRESS_S


async def test_a_name_that_cannot_be_one_is_unknown() -> None:
    assert await Names().resolver(srv=False).addresses("") == ()


def test_without_the_library_there_are_no_records(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "ivr.channels.sip.endpoint.srv", raising=False)
    monkeypatch.setitem(sys.modules, "dns", None)
    assert system_srv() is None


def test_a_machine_without_a_name_server_has_no_records(monkeypatch: pytest.MonkeyPatch) -> None:
    srv = pytest.importorskip("ivr.channels.sip.endpoint.srv", reason="needs dnspython (extra srv)")

    def no_server() -> None:
        raise OSError("no name server")

    monkeypatch.setattr(srv, "DnsSrv", no_server)
    assert system_srv() is None
    names = Names()
    monkeypatch.setattr(srv, "DnsSrv", lambda: names.srv)
    assert system_srv() == names.srv


async def _turn() -> None:
    """Let the loop run once."""
    done = asyncio.get_running_loop().create_future()
    asyncio.get_running_loop().call_soon(done.set_result, None)
    await done
