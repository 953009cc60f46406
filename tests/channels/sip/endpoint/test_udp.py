"""One UDP socket: what is read, what dies there, and how many are read at a time."""

from __future__ import annotations

import asyncio
import socket
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from ivr.channels.sip.endpoint import udp
from ivr.channels.sip.endpoint.door import MESSAGE_BYTES, Ears, in_silence
from ivr.channels.sip.endpoint.udp import BATCH, Datagrams, bind
from ivr.channels.sip.wire.words import Flow
from tests.fakes.sip_core import PATIENCE_S, FakeCore, Rig, rigged

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator


@pytest.fixture
def phone() -> Iterator[socket.socket]:
    """A far end on loopback."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as made:
        made.bind(("127.0.0.1", 0))
        made.settimeout(PATIENCE_S)
        yield made


@pytest.fixture
async def rig() -> AsyncIterator[Rig]:
    """An endpoint that sends all back."""
    async with rigged() as made:
        yield made


def _say(rig: Rig, phone: socket.socket, *messages: bytes) -> None:
    for message in messages:
        phone.sendto(message, ("127.0.0.1", rig.port))


async def test_a_datagram_goes_to_the_core_and_its_answer_back(
    rig: Rig, phone: socket.socket
) -> None:
    _say(rig, phone, b"hello")
    await rig.core.until(lambda: rig.core.received)
    flow = Flow("udp", ("127.0.0.1", rig.port), phone.getsockname())
    assert rig.core.received == [(b"hello", flow)]
    assert phone.recv(100) == b"hello"


async def test_one_wake_up_reads_a_batch_and_takes_from_the_core_once(
    rig: Rig, phone: socket.socket
) -> None:
    _say(rig, phone, *(b"%05d" % number for number in range(BATCH + 1)))
    await rig.core.until(lambda: len(rig.core.received) > BATCH)
    # Each settling takes until nothing is left: twice for what there is, in two wake-ups.
    assert rig.core.takes == 4
    assert [data for data, _ in rig.core.received] == [b"%05d" % n for n in range(BATCH + 1)]


@pytest.mark.parametrize(
    ("datagram", "reason"),
    [
        (b"", "udp_noise"),
        (b"\r\n\r\n", "udp_noise"),
        (b"\0\0\0\0", "udp_noise"),
        (b"\x00\x01\x00\x00\x21\x12\xa4\x42", "udp_noise"),
        (b"\x80\x08" + bytes(170), "udp_noise"),
        (b"O" * (MESSAGE_BYTES + 1), "udp_large"),
        (b"O" * 60_000, "udp_large"),
    ],
)
async def test_what_is_no_message_dies_counted(
    rig: Rig, phone: socket.socket, datagram: bytes, reason: str
) -> None:
    _say(rig, phone, datagram, b"after")
    await rig.core.until(lambda: rig.core.received)
    assert [data for data, _ in rig.core.received] == [b"after"]
    assert rig.away == {reason: 1}


async def test_a_message_of_just_the_longest_length_passes(rig: Rig, phone: socket.socket) -> None:
    _say(rig, phone, b"O" * MESSAGE_BYTES)
    await rig.core.until(lambda: rig.core.received)
    assert len(rig.core.received[0][0]) == MESSAGE_BYTES


async def test_a_fault_in_the_core_does_not_stop_the_socket(rig: Rig, phone: socket.socket) -> None:
    faults = list[object]()
    asyncio.get_running_loop().set_exception_handler(lambda _, what: faults.append(what))

    def break_once(data: bytes) -> None:
        if data == b"break":
            raise RuntimeError(data)

    rig.core.on_receive = break_once
    _say(rig, phone, b"break", b"after")
    await rig.core.until(lambda: len(rig.core.received) == 2)
    assert phone.recv(100) == b"after"
    assert len(faults) == 1


async def test_an_unreachable_far_end_is_counted_and_harms_nobody(
    rig: Rig, phone: socket.socket
) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as gone:
        gone.bind(("127.0.0.1", 0))
        dead = gone.getsockname()
    rig.send(rig.flow("udp", dead), b"nobody there")
    rig.send(rig.flow("udp", ("127.0.0.1", 0)), b"no such port")
    rig.send(rig.flow("udp", phone.getsockname()), b"O" * 66_000)
    _say(rig, phone, b"hello")
    await rig.core.until(lambda: rig.core.received)
    assert phone.recv(100) == b"hello"
    assert rig.away == {"udp_unsent": 2}


async def test_the_flow_of_a_source_is_made_once_and_memory_is_bounded(
    phone: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(udp, "KNOWN_FLOWS", 2)
    async with rigged() as rig:
        datagrams = next(iter(rig.endpoint._ways._udp.values()))
        flows = [datagrams._flow(("127.0.0.1", port)) for port in (1, 2, 3, 1, 4, 5, 6)]
        assert flows[0] is flows[3]
        assert len(datagrams._flows) + len(datagrams._older_flows) <= 4
        _say(rig, phone, b"first", b"again")
        await rig.core.until(lambda: len(rig.core.received) == 2)
        first, again = (flow for _, flow in rig.core.received)
        assert first is again


async def test_a_full_socket_drops_and_goes_on() -> None:
    core, away = FakeCore(), Counter[str]()
    ears = Ears(core.receive, core.lost, lambda: None, lambda: 0.0, in_silence)
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    with ours, theirs, bind("127.0.0.1", 0) as sock:
        datagrams = Datagrams(sock, ears, away)
        datagrams.close()
        ours.setblocking(False)
        datagrams._sock = _Sendto(ours)  # type: ignore[assignment]  # loopback is never full
        while not away:
            datagrams.send(b"x" * 1_000, ("127.0.0.1", 9))
    assert away == {"udp_full": 1}


async def test_ipv6_is_heard_and_answered_and_has_a_socket_of_its_own() -> None:
    try:
        phone = bind("::1", 0)
    except OSError:
        pytest.skip("this machine has no IPv6 loopback")
    with phone:
        async with rigged() as rig:
            port = rig.endpoint.listen("::1", 0)
            phone.sendto(b"hello", ("::1", port))
            await rig.core.until(lambda: rig.core.received)
            assert rig.core.received[0][1].remote == phone.getsockname()[:2]
            assert phone.recv(100) == b"hello"


def test_a_link_local_address_keeps_its_interface() -> None:
    assert udp._place(("fe80::1", 5060, 0, 2)) == ("fe80::1%2", 5060)
    assert udp.needs_no_lookup("fe80::1%2")


def test_no_second_program_can_take_our_port() -> None:
    with bind("127.0.0.1", 0) as sock:
        assert not sock.getsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR)
        with pytest.raises(OSError, match="in use"):
            bind(*sock.getsockname())


class _Sendto:
    """A connected socket that takes an address, as one for many far ends does."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock

    def sendto(self, data: bytes, remote: object) -> int:
        return self._sock.send(data)
