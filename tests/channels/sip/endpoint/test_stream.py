"""TCP and TLS: who may connect, whom we call, which names are believed, and the end."""

from __future__ import annotations

import asyncio
import socket
import ssl
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from ivr.channels.sip.endpoint.door import Limits
from ivr.channels.sip.endpoint.tls import server_tls
from ivr.channels.sip.wire.words import Flow
from ivr.domain.errors import ChannelError
from tests.fakes.sip_core import (
    OPTIONS,
    FakeCore,
    connected,
    exactly,
    rest_of,
    rigged,
)

if TYPE_CHECKING:
    from tests.channels.sip.endpoint.conftest import Papers


async def test_the_twenty_first_connection_of_one_source_is_dropped() -> None:
    async with rigged(limits=Limits(per_source=2)) as rig:
        async with connected(rig.port), connected(rig.port) as (kept, writer):
            async with connected(rig.port) as (third, _):
                assert await rest_of(third) == b""
            writer.write(OPTIONS)
            assert await exactly(kept, len(OPTIONS)) == OPTIONS
        await rig.core.until(lambda: len(rig.core.gone) == 2)
        assert rig.away == {"source": 1}
        async with connected(rig.port) as (reader, writer):
            writer.write(OPTIONS)
            assert await exactly(reader, len(OPTIONS)) == OPTIONS


async def test_there_is_room_for_so_many_in_all() -> None:
    async with rigged(limits=Limits(total=1)) as rig, connected(rig.port) as (reader, writer):
        writer.write(OPTIONS)
        await exactly(reader, len(OPTIONS))
        async with connected(rig.port) as (second, _):
            assert await rest_of(second) == b""
        assert rig.away == {"total": 1}


async def test_a_client_that_leaves_is_a_lost_flow_and_its_number_is_not_used_again() -> None:
    async with rigged() as rig:
        for _ in range(2):
            async with connected(rig.port) as (reader, writer):
                writer.write(OPTIONS)
                await exactly(reader, len(OPTIONS))
        await rig.core.until(lambda: len(rig.core.gone) == 2)
        flows = [flow for _, flow in rig.core.received]
        assert rig.core.gone == flows
        rig.send(flows[0], b"too late")
        await rig.core.until(lambda: len(rig.core.gone) == 3)
        assert rig.core.gone[2] == flows[0]


async def test_two_messages_to_one_server_use_one_connection() -> None:
    async with rigged() as ours, rigged() as theirs:
        flow = ours.flow("tcp", ("127.0.0.1", theirs.port))
        ours.send(flow, OPTIONS)
        ours.send(flow, OPTIONS)
        await ours.core.until(lambda: len(ours.core.received) == 2)
        ours.core.echo = False
        ours.send(flow, OPTIONS)
        await theirs.core.until(lambda: len(theirs.core.received) >= 3)
        assert {flow.connection for _, flow in theirs.core.received} == {1}
        # What comes back comes by the very flow that was ordered.
        assert ours.core.received[0] == (OPTIONS, flow)


async def test_a_server_that_is_not_there_is_a_lost_flow() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        remote = closed.getsockname()
    async with rigged() as rig:
        flow = rig.flow("tcp", remote)
        rig.send(flow, OPTIONS)
        await rig.core.until(lambda: rig.core.gone)
        assert rig.core.gone == [flow]
        assert rig.away == {"unreached": 1}


async def test_a_server_that_comes_back_is_connected_to_again() -> None:
    async with rigged() as ours:
        async with rigged(FakeCore(echo=False)) as first:
            flow = ours.flow("tcp", ("127.0.0.1", first.port))
            ours.send(flow, OPTIONS)
            await first.core.until(lambda: first.core.received)
        await ours.core.until(lambda: ours.core.gone)
        with socket.create_server(flow.remote) as again:
            again.setblocking(False)
            ours.send(flow, OPTIONS)
            wire, _ = await asyncio.get_running_loop().sock_accept(again)
            wire.close()


async def test_connections_of_ours_have_a_bound_too() -> None:
    async with rigged(limits=Limits(dialled=1)) as ours, rigged() as theirs:
        flow = ours.flow("tcp", ("127.0.0.1", theirs.port))
        other = replace(flow, remote=("127.0.0.1", 9))
        ours.send(flow, OPTIONS)
        ours.send(other, OPTIONS)
        await ours.core.until(lambda: ours.core.gone and ours.core.received)
        assert ours.core.gone == [other]


async def test_a_wildcard_address_leaves_the_choice_to_the_kernel() -> None:
    async with rigged() as ours, rigged() as theirs:
        flow = Flow("tcp", ("0.0.0.0", ours.port), ("127.0.0.1", theirs.port))  # noqa: S104
        ours.send(flow, OPTIONS)
        await ours.core.until(lambda: ours.core.received)
        assert ours.core.received[0][1] == flow


async def test_what_is_written_before_the_end_still_arrives() -> None:
    async with rigged(FakeCore(echo=False)) as theirs:
        async with rigged() as ours:
            ours.send(ours.flow("tcp", ("127.0.0.1", theirs.port)), OPTIONS)
        await theirs.core.until(lambda: theirs.core.received)
        assert ours.core.gone == []


async def test_a_far_end_that_takes_nothing_does_not_hold_up_the_end() -> None:
    core = FakeCore(echo=False)
    limits = Limits(flush_s=0.05, unsent_bytes=1 << 30)
    async with rigged(core, limits=limits) as rig, connected(rig.port) as (_, writer):
        writer.transport.pause_reading()  # type: ignore[attr-defined]  # a real one has it
        writer.write(OPTIONS)
        await core.until(lambda: core.received)
        rig.send(core.received[0][1], b"x" * 30_000_000)
        async with asyncio.timeout(1.0):
            await rig.endpoint.close()
        assert core.gone == []  # nothing is told any more


async def test_tls_carries_messages_both_ways(papers: Papers) -> None:
    async with rigged() as rig:
        port = rig.endpoint.listen_tls("127.0.0.1", 0, papers.server())
        async with connected(port, papers.client()) as (reader, writer):
            writer.write(OPTIONS)
            assert await exactly(reader, len(OPTIONS)) == OPTIONS
            assert rig.core.received[0][1].transport == "tls"
            assert rig.core.received[0][1].local == ("127.0.0.1", port)


async def test_a_client_that_speaks_no_tls_is_dropped_without_a_word(papers: Papers) -> None:
    async with rigged() as rig:
        port = rig.endpoint.listen_tls("127.0.0.1", 0, papers.server())
        async with connected(port) as (reader, writer):
            writer.write(OPTIONS)
            assert b"SIP" not in await rest_of(reader)
        await rig.core.until(lambda: rig.core.gone)
        assert rig.core.received == []
        assert rig.endpoint._ways.door.open == 0


async def test_a_slow_tls_handshake_is_cut_and_counts_as_a_connection(papers: Papers) -> None:
    async with rigged(limits=Limits(message_s=0.1, per_source=1)) as rig:
        port = rig.endpoint.listen_tls("127.0.0.1", 0, papers.server())
        async with connected(port) as (reader, _):
            async with connected(port) as (second, _):
                assert await rest_of(second) == b""
            assert rig.away == {"source": 1}
            assert await rest_of(reader) == b""
        await rig.core.until(lambda: rig.core.gone)
        assert rig.endpoint._ways.door.open == 0


async def test_tls_older_than_1_2_is_refused(papers: Papers) -> None:
    old = papers.client()
    with pytest.warns(DeprecationWarning, match="TLSv1_1"):
        old.minimum_version = ssl.TLSVersion.TLSv1_1
    with pytest.warns(DeprecationWarning, match="TLSv1_1"):
        old.maximum_version = ssl.TLSVersion.TLSv1_1
    async with rigged() as rig:
        port = rig.endpoint.listen_tls("127.0.0.1", 0, papers.server())
        with pytest.raises((ssl.SSLError, ConnectionError)):
            async with connected(port, old):
                pass
    assert server_tls(papers.certificate, papers.key).minimum_version == ssl.TLSVersion.TLSv1_2


async def test_a_listed_authority_keeps_clients_without_its_certificate_out(
    papers: Papers,
) -> None:
    strict = server_tls(papers.certificate, papers.key, callers=papers.certificate)
    async with rigged() as rig:
        port = rig.endpoint.listen_tls("127.0.0.1", 0, strict)
        async with connected(port, papers.client()) as (reader, writer):
            writer.write(OPTIONS)
            assert await rest_of(reader) == b""
        shown = papers.client()
        shown.load_cert_chain(papers.certificate, papers.key)
        async with connected(port, shown) as (reader, writer):
            writer.write(OPTIONS)
            assert await exactly(reader, len(OPTIONS)) == OPTIONS
        assert len(rig.core.received) == 1


async def test_a_server_must_prove_the_name_that_was_configured(papers: Papers) -> None:
    async with rigged() as theirs, rigged(trusted=papers.client()) as ours:
        port = theirs.endpoint.listen_tls("127.0.0.1", 0, papers.server())
        flow = ours.flow("tls", ("127.0.0.1", port))
        ours.endpoint.expect_name(flow.remote, "sip.other.example")
        ours.send(flow, OPTIONS)
        await ours.core.until(lambda: ours.core.gone)
        assert ours.away == {"unreached": 1}
        assert theirs.core.received == []
        ours.endpoint.forget_name(flow.remote)
        ours.endpoint.expect_name(flow.remote, "localhost")
        ours.send(flow, OPTIONS)
        await ours.core.until(lambda: ours.core.received)
        assert ours.core.received == [(OPTIONS, flow)]


async def test_without_a_configured_name_the_host_itself_must_be_proved(papers: Papers) -> None:
    async with rigged() as theirs, rigged(trusted=papers.client()) as ours:
        port = theirs.endpoint.listen_tls("127.0.0.1", 0, papers.server())
        bare, named = (ours.flow("tls", (host, port)) for host in ("127.0.0.1", "localhost"))
        ours.send(bare, OPTIONS)
        await ours.core.until(lambda: ours.core.gone)
        assert ours.core.gone == [bare]  # the certificate names localhost only
        ours.send(named, OPTIONS)
        await ours.core.until(lambda: ours.core.received)
        assert ours.core.received == [(OPTIONS, named)]


async def test_an_authority_that_nobody_knows_is_not_believed(papers: Papers) -> None:
    async with rigged() as theirs, rigged() as ours:
        port = theirs.endpoint.listen_tls("127.0.0.1", 0, papers.server())
        flow = ours.flow("tls", ("localhost", port))
        ours.send(flow, OPTIONS)
        await ours.core.until(lambda: ours.core.gone)
        assert theirs.core.received == []


async def test_one_address_stands_for_one_name() -> None:
    async with rigged() as rig:
        rig.endpoint.expect_name(("192.0.2.1", 5061), "a.example")
        rig.endpoint.expect_name(("192.0.2.1", 5061), "a.example")
        with pytest.raises(ChannelError, match=r"is a\.example already"):
            rig.endpoint.expect_name(("192.0.2.1", 5061), "b.example")


def test_the_faster_loop_carries_all_the_same(papers: Papers) -> None:
    uvloop = pytest.importorskip("uvloop")
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(test_tls_carries_messages_both_ways(papers))
        runner.run(test_a_slow_tls_handshake_is_cut_and_counts_as_a_connection(papers))
        runner.run(test_a_server_must_prove_the_name_that_was_configured(papers))
        runner.run(test_two_messages_to_one_server_use_one_connection())


async def test_ipv6_carries_streams_too() -> None:
    async with rigged() as rig:
        try:
            port = rig.endpoint.listen("::1", 0)
        except OSError:
            pytest.skip("this machine has no IPv6 loopback")
        flow = Flow("tcp", ("::1", port), ("::1", port))
        rig.send(flow, OPTIONS)
        await rig.core.until(lambda: len(rig.core.received) >= 2)
        there, back = (each for _, each in rig.core.received[:2])
        assert (there.remote[0], there.connection) == ("::1", 1)
        assert back == flow
