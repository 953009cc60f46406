"""The worker's end of the cord."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

import pytest

from ivr.channels.sip.sound.cord import MOST_ORDERS, Cord
from ivr.channels.sip.wire.control import (
    MESSAGE_BYTES,
    Beat,
    Drain,
    Stop,
    read,
    singly,
    write,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ivr.channels.sip.wire.control import Message

Pair = tuple[Cord, socket.socket]


@pytest.fixture
def pair() -> Iterator[Pair]:
    near, far = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with near, far:
        far.setblocking(False)
        yield Cord(near), far


def test_orders_come_in_their_order(pair: Pair) -> None:
    cord, server = pair
    assert cord.orders() == []
    server.send(write(Stop(1, 2), 0))
    server.send(write(Drain(), 0))
    assert cord.orders() == [Stop(1, 2), Drain()]


def test_orders_told_in_one_breath_come_one_by_one(pair: Pair) -> None:
    cord, server = pair
    server.send(b"\n".join((write(Stop(1, 2), 0), b"{", write(Drain(), 0))))
    assert cord.orders() == [Stop(1, 2), Drain()]
    assert cord.refused == 1


def test_only_so_many_orders_are_read_between_two_ticks(pair: Pair) -> None:
    cord, server = pair
    for number in range(40):
        server.send(write(Beat(number), 0))
    assert len(cord.orders()) == MOST_ORDERS
    assert len(cord.orders()) == MOST_ORDERS
    assert len(cord.orders()) == 40 - 2 * MOST_ORDERS


def test_what_is_told_in_one_breath_goes_in_one_datagram(pair: Pair) -> None:
    cord, server = pair
    cord.tell(Beat(1))
    cord.tell(Beat(2))
    with pytest.raises(BlockingIOError):
        server.recv(100)
    cord.flush()
    assert [read(line)[1] for line in singly(server.recv(100))] == [Beat(1), Beat(2)]


def test_a_server_that_was_replaced_is_not_obeyed(pair: Pair) -> None:
    cord, server = pair
    server.send(write(Beat(1), 5))
    server.send(write(Beat(2), 4))
    server.send(write(Beat(3), 5))
    assert cord.orders() == [Beat(1), Beat(3)]
    assert cord.refused == 1
    cord.tell(Beat(1))
    cord.flush()
    assert read(server.recv(100)) == (5, Beat(1))


def test_rubbish_is_counted(pair: Pair) -> None:
    cord, server = pair
    server.send(b"{")
    assert cord.orders() == []
    assert cord.refused == 1


def test_a_server_that_reads_nothing_delays_nobody(pair: Pair) -> None:
    cord, server = pair
    told = 5000
    for number in range(told):
        cord.tell(Beat(number))
    got: list[Message] = []
    while len(got) < told:
        try:
            got += [read(line)[1] for line in singly(server.recv(MESSAGE_BYTES))]
        except BlockingIOError:
            cord.flush()
    assert got == [Beat(number) for number in range(told)]


def test_the_end_of_the_server_is_seen(pair: Pair) -> None:
    cord, server = pair
    server.close()
    assert cord.orders() == []
    assert cord.cut


def test_the_end_of_the_server_is_seen_when_telling(pair: Pair) -> None:
    cord, server = pair
    server.close()
    cord.tell(Beat(1))
    cord.flush()
    assert cord.cut
    cord.sock.close()
    assert cord.orders() == []
