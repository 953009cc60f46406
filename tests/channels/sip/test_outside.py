"""Addresses of the outside: looked up, reached as they ask to be, and known from then on."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import pytest

from ivr.channels.sip.outside import ways_to
from ivr.channels.sip.wire.peers.guard import Kind
from ivr.channels.sip.wire.words import Flow
from ivr.domain.errors import ChannelError
from tests.fakes.sip_rig import US, Rig

if TYPE_CHECKING:
    from ivr.channels.sip.endpoint.resolve import Resolver
    from ivr.channels.sip.wire.orders import Target

PLACE = ("198.51.100.3", 5080)


async def ways(rig: Rig, address: str) -> tuple[Target, ...]:
    rig.resolver.table["pbx.example"] = [PLACE]
    return await ways_to(address, rig.works, cast("Resolver", rig.resolver))


async def test_a_name_is_looked_up(rig: Rig) -> None:
    (target,) = await ways(rig, "sip:101@pbx.example")
    assert target.flow == Flow("udp", (US, 5060), PLACE)
    assert target.uri == "sip:101@pbx.example"


async def test_what_makes_no_sense_leads_nowhere(rig: Rig) -> None:
    assert await ways(rig, "nonsense") == ()
    assert await ways(rig, "http://pbx.example") == ()


@pytest.mark.parametrize(
    ("address", "transport"),
    [
        ("sip:101@pbx.example;transport=tcp", "tcp"),
        ("sip:101@pbx.example;transport=TLS", "tls"),
        ("sips:101@pbx.example", "tls"),
        ("sip:101@pbx.example;transport=carrier-pigeon", "udp"),
    ],
)
async def test_an_address_says_how_it_is_reached(rig: Rig, address: str, transport: str) -> None:
    (target,) = await ways(rig, address)
    assert target.flow.transport == transport
    assert target.flow.local == rig.stack.line(transport)
    assert rig.stack.names == ({PLACE: "pbx.example"} if transport == "tls" else {})


async def test_there_is_no_tls_without_a_way_back_or_another_name(rig: Rig) -> None:
    rig.stack.tls_port = 0
    assert await ways(rig, "sips:101@pbx.example") == ()
    rig.stack.tls_port = 5061

    def expect_name(_remote: tuple[str, int], _name: str) -> None:
        raise ChannelError("another name is expected there")

    rig.stack.expect_name = expect_name  # type: ignore[method-assign, assignment]
    assert await ways(rig, "sips:101@pbx.example") == ()


async def test_who_is_called_is_no_stranger_any_more(rig: Rig) -> None:
    judge, flow = rig.stack.identities.guard.judge, Flow("udp", (US, 5060), (PLACE[0], 40_000))
    assert judge(flow, 0.0).kind is Kind.CHALLENGE
    await ways(rig, "sip:101@pbx.example")
    assert judge(flow, 0.0).kind is Kind.CALLED
