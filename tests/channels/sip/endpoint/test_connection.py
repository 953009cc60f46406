"""One stream connection over real loopback: pieces, pings, slow clients and full pipes."""

from __future__ import annotations

import asyncio
import socket
from typing import TYPE_CHECKING

import pytest

from ivr.channels.sip.endpoint.connection import Connection
from ivr.channels.sip.endpoint.door import Door, Ears, Limits, plain_refusal
from ivr.channels.sip.wire.messages.errors import WireError
from ivr.channels.sip.wire.words import Flow
from tests.fakes.sip_core import (
    OPTIONS,
    PATIENCE_S,
    FakeCore,
    connected,
    exactly,
    rest_of,
    rigged,
)

if TYPE_CHECKING:
    from tests.fakes.sip_core import Rig

QUICK = Limits(message_s=0.1, unanswered_s=0.1, idle_s=0.1, connect_s=0.5, flush_s=0.1)
NO_LENGTH = OPTIONS.replace(b"Content-Length: 0\r\n", b"")


@pytest.mark.parametrize("octets", [1, 7, 64, 5_000])
async def test_messages_in_pieces_of_any_size_are_the_same_messages(octets: int) -> None:
    stream = OPTIONS * 3
    async with rigged() as rig, connected(rig.port) as (reader, writer):
        for start in range(0, len(stream), octets):
            writer.write(stream[start : start + octets])
            await writer.drain()
        assert await exactly(reader, len(stream)) == stream
        assert [data for data, _ in rig.core.received] == [OPTIONS] * 3
        flows = [flow for _, flow in rig.core.received]
        assert flows == flows[:1] * 3
        assert flows[0].transport == "tcp"
        assert flows[0].local == ("127.0.0.1", rig.port)
        assert flows[0].remote == writer.get_extra_info("sockname")
        assert flows[0].connection > 0


async def test_a_ping_gets_a_pong() -> None:
    async with rigged() as rig, connected(rig.port) as (reader, writer):
        writer.write(b"\r\n\r\n" * 2 + OPTIONS)
        assert await exactly(reader, 4 + len(OPTIONS)) == b"\r\n\r\n" + OPTIONS


async def test_several_messages_in_one_read_are_settled_once() -> None:
    async with rigged() as rig, connected(rig.port) as (reader, writer):
        writer.write(OPTIONS * 3)
        await exactly(reader, 3 * len(OPTIONS))
        assert rig.core.takes <= 4  # one read, or two, of two takes each


async def _is_cut(rig: Rig, reader: asyncio.StreamReader, reason: str) -> None:
    assert await rest_of(reader) == b""
    await rig.core.until(lambda: rig.core.gone)
    assert rig.away == {reason: 1}
    assert rig.endpoint._ways.door.open == 0


async def test_who_says_nothing_is_cut() -> None:
    async with rigged(limits=QUICK) as rig, connected(rig.port) as (reader, _):
        await _is_cut(rig, reader, "slow")


async def test_pings_are_no_first_message() -> None:
    async with rigged(limits=QUICK) as rig, connected(rig.port) as (reader, writer):
        writer.write(b"\r\n\r\n")
        assert await exactly(reader, 2) == b"\r\n"
        await _is_cut(rig, reader, "slow")


async def test_one_octet_at_a_time_does_not_buy_more_time() -> None:
    limits = Limits(message_s=0.1)
    async with rigged(limits=limits) as rig, connected(rig.port) as (reader, writer):
        writer.write(OPTIONS)
        await exactly(reader, len(OPTIONS))
        dripping = asyncio.create_task(_drip(writer))  # noqa: TID251 - the other side of the wire
        await _is_cut(rig, reader, "slow")
        dripping.cancel()


async def _drip(writer: asyncio.StreamWriter) -> None:
    never = asyncio.Event()
    for octet in OPTIONS[:-1]:
        writer.write(bytes([octet]))
        try:
            async with asyncio.timeout(0.01):
                await never.wait()
        except TimeoutError:
            continue


async def test_a_connection_that_was_never_answered_is_not_kept() -> None:
    core = FakeCore(echo=False)
    async with rigged(core, limits=QUICK) as rig, connected(rig.port) as (reader, writer):
        writer.write(OPTIONS)
        await _is_cut(rig, reader, "idle")
        assert len(core.received) == 1


async def test_an_answered_connection_may_be_idle_longer() -> None:
    limits = Limits(message_s=0.05, unanswered_s=0.05, idle_s=0.3)
    async with rigged(limits=limits) as rig, connected(rig.port) as (reader, writer):
        begun_s = asyncio.get_running_loop().time()
        writer.write(OPTIONS)
        assert await exactly(reader, len(OPTIONS)) == OPTIONS
        await _is_cut(rig, reader, "idle")
        assert asyncio.get_running_loop().time() - begun_s >= 0.3


async def test_a_far_end_that_reads_nothing_is_cut_when_too_much_waits() -> None:
    core = FakeCore(echo=False)
    async with rigged(core) as rig, connected(rig.port) as (_, writer):
        writer.transport.pause_reading()  # type: ignore[attr-defined]  # a real transport has it
        writer.write(OPTIONS)
        await core.until(lambda: core.received)
        for _ in range(2_000):
            rig.send(core.received[0][1], b"x" * 16_000)
            if core.gone:
                break
        assert rig.away["unsent"] == 1
        assert core.gone == [core.received[0][1]]


async def test_a_stream_that_is_no_sip_is_closed_in_silence() -> None:
    async with rigged() as rig, connected(rig.port) as (reader, writer):
        writer.write(NO_LENGTH)
        await _is_cut(rig, reader, "malformed")
        assert rig.core.received == []


async def test_a_trunk_is_told_why_its_stream_is_closed() -> None:
    async with rigged(garbled=plain_refusal) as rig, connected(rig.port) as (reader, writer):
        writer.write(OPTIONS + NO_LENGTH + OPTIONS)
        heard = await rest_of(reader)
        assert heard.count(b"SIP/2.0 400 ") == 1
        assert [data for data, _ in rig.core.received] == [OPTIONS]


async def test_a_fault_in_the_core_costs_one_connection_at_most() -> None:
    faults = list[object]()
    asyncio.get_running_loop().set_exception_handler(lambda _, what: faults.append(what))

    def broken(data: bytes) -> None:
        raise RuntimeError(data)

    async with rigged() as rig:
        rig.core.on_receive = broken
        async with connected(rig.port) as (reader, writer):
            writer.write(OPTIONS)
            assert await rest_of(reader) == b""
        rig.core.on_receive = None
        async with connected(rig.port) as (reader, writer):
            writer.write(OPTIONS)
            assert await exactly(reader, len(OPTIONS)) == OPTIONS
    assert len(faults) == 1


async def test_what_cannot_be_delivered_to_a_server_that_is_slow_to_answer_is_bounded() -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=1) as silent:
        async with rigged(limits=Limits(unsent_bytes=1_000)) as rig:
            flow = rig.flow("tcp", silent.getsockname())
            for _ in range(3):
                rig.send(flow, b"x" * 400)
            await rig.core.until(lambda: rig.core.gone)
            assert rig.core.gone == [flow]
            assert rig.away == {"unsent": 1}


def _connection(gone: list[Connection], **limits: float) -> Connection:
    """A connection that is not open yet, outside any endpoint."""
    core = FakeCore()
    now = asyncio.get_running_loop().time
    ears = Ears(core.receive, core.lost, lambda: None, now, plain_refusal)
    door = Door(Limits(**limits))  # type: ignore[arg-type]  # all that is given is a time
    flow = Flow("tcp", ("127.0.0.1", 1), ("127.0.0.1", 2))
    return Connection(flow, ears, door, gone.append, dialled=True)


async def _open(connection: Connection, port: int) -> asyncio.Transport:
    loop = asyncio.get_running_loop()
    wire, _ = await loop.create_connection(lambda: connection, "127.0.0.1", port)
    return wire


async def test_a_connection_given_up_while_opening_is_dropped_when_open() -> None:
    gone = list[Connection]()
    async with rigged() as rig:
        connection = _connection(gone)
        connection.cut("unreached")
        wire = await _open(connection, rig.port)
        assert wire.is_closing()
        connection.data_received(OPTIONS)
        connection.cut("again")
        assert gone == [connection]


async def test_a_connection_closed_while_opening_first_says_what_it_has() -> None:
    gone = list[Connection]()
    async with rigged() as rig:
        connection = _connection(gone)
        connection.send(OPTIONS)
        connection.close()
        assert (await _open(connection, rig.port)).is_closing()
        await rig.core.until(lambda: rig.core.gone)
        assert [data for data, _ in rig.core.received] == [OPTIONS]
        assert gone == [connection]


async def test_closing_does_not_wait_for_ever() -> None:
    ended = asyncio.Event()
    core = FakeCore(echo=False)
    async with rigged(core, limits=Limits(unsent_bytes=1 << 30)) as rig:
        connection = _connection([], flush_s=0.05, unsent_bytes=1 << 30)
        connection._gone = lambda _: ended.set()
        with socket.create_server(("127.0.0.1", 0)) as silent:
            await _open(connection, silent.getsockname()[1])
            connection.send(b"x" * 30_000_000)
            connection.close()
            async with asyncio.timeout(PATIENCE_S):
                await ended.wait()
        assert rig.away == {}
        assert connection._door.turned_away == {"unsent": 1}


async def test_a_malformed_answer_that_cannot_leave_is_no_second_fault() -> None:
    gone = list[Connection]()
    connection = _connection(gone)
    connection.cut("unreached")
    connection._refuse(WireError(400, "anything"))
    assert connection._door.turned_away == {"unreached": 1}


async def test_a_far_end_that_vanishes_is_noticed_by_the_kernel(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with rigged() as rig, connected(rig.port) as (reader, writer):
        writer.write(OPTIONS)
        await exactly(reader, len(OPTIONS))
        (connection,) = rig.endpoint._ways.streams._accepted.values()
        assert connection._open is not None
        sock = connection._open.get_extra_info("socket")
        assert sock.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE) == 1
        assert sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) == 32_000
        monkeypatch.delattr(socket, "TCP_USER_TIMEOUT")
        async with connected(rig.port) as (second, again):
            again.write(OPTIONS)
            assert await exactly(second, len(OPTIONS)) == OPTIONS
