"""The listening socket: crowds, those who leave at once, and a machine out of descriptors."""

from __future__ import annotations

import asyncio
import errno
import socket
from typing import TYPE_CHECKING

import pytest

from ivr.channels.sip.endpoint import listener as module
from ivr.channels.sip.endpoint.listener import BATCH, Listener
from tests.fakes.sip_core import PATIENCE_S

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ivr.channels.sip.wire.words import Place


class Hall:
    """Keeps who was let in."""

    def __init__(self) -> None:
        self.guests: list[socket.socket] = []
        self.ends: list[tuple[Place, Place]] = []
        self.came = asyncio.Event()

    def greet(self, sock: socket.socket, local: Place, remote: Place) -> None:
        self.guests.append(sock)
        self.ends.append((local, remote))
        self.came.set()

    async def until(self, guests: int) -> None:
        async with asyncio.timeout(PATIENCE_S):
            while len(self.guests) < guests:
                self.came.clear()
                await self.came.wait()


class Failing:
    """A listening socket that fails before it works."""

    def __init__(self, sock: socket.socket, *errors: int) -> None:
        self._sock = sock
        self._errors = list(errors)

    def accept(self) -> tuple[socket.socket, Place]:
        if self._errors:
            raise OSError(self._errors.pop(0), "no")
        return self._sock.accept()

    def fileno(self) -> int:
        return self._sock.fileno()

    def close(self) -> None:
        self._sock.close()


@pytest.fixture
def hall() -> Iterator[Hall]:
    """Closed at the end, with all who are in it."""
    made = Hall()
    yield made
    for sock in made.guests:
        sock.close()


async def test_each_guest_is_greeted_with_both_ends_and_does_not_block(hall: Hall) -> None:
    listener = Listener("127.0.0.1", 0, hall.greet)
    with socket.create_connection(listener.local) as guest:
        await hall.until(1)
        assert hall.ends == [(listener.local, guest.getsockname())]
        assert not hall.guests[0].getblocking()
    listener.close()


async def test_a_crowd_comes_in_by_and_by(hall: Hall) -> None:
    listener = Listener("127.0.0.1", 0, hall.greet)
    guests = [socket.create_connection(listener.local) for _ in range(BATCH + 2)]
    await hall.until(BATCH + 2)
    listener.close()
    for guest in guests:
        guest.close()


async def test_who_leaves_before_the_greeting_is_no_trouble(hall: Hall) -> None:
    listener = Listener("127.0.0.1", 0, hall.greet)
    listener._sock = Failing(listener._sock, errno.ECONNABORTED)  # type: ignore[assignment]
    with socket.create_connection(listener.local):
        await hall.until(1)
    listener.close()


@pytest.mark.parametrize("end", ["come back", "close"])
async def test_without_free_descriptors_it_rests_and_comes_back(
    hall: Hall, monkeypatch: pytest.MonkeyPatch, end: str
) -> None:
    monkeypatch.setattr(module, "BREATH_S", 0.02)
    listener = Listener("127.0.0.1", 0, hall.greet)
    listener._sock = Failing(listener._sock, errno.EMFILE)  # type: ignore[assignment]
    with socket.create_connection(listener.local):
        if end == "come back":
            await hall.until(1)
            assert listener._pause is None
        else:
            listener._readable()
            assert listener._pause is not None
        listener.close()
    assert len(hall.guests) == (end == "come back")


async def test_ipv6_is_heard_on_its_own(hall: Hall) -> None:
    if not socket.has_ipv6:
        pytest.skip("this machine has no IPv6 loopback")
    try:
        listener = Listener("::1", 0, hall.greet)
    except OSError:
        pytest.skip("this machine has no IPv6 loopback")
    with socket.create_connection(listener.local[:2]):
        await hall.until(1)
        assert hall.ends[0][1][0] == "::1"
    listener.close()


async def test_a_taken_port_is_an_error(hall: Hall) -> None:
    listener = Listener("127.0.0.1", 0, hall.greet)
    with pytest.raises(OSError, match="in use"):
        Listener(*listener.local, hall.greet)
    listener.close()
