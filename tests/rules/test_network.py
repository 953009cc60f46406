"""No test leaves the machine: the guard of tests/conftest.py, tried on itself.

192.0.2.1 and example.com are set aside for documentation (RFC 5737, RFC 2606).
"""

from __future__ import annotations

import asyncio
import socket

import pytest

FAR = ("192.0.2.1", 9)
LOCAL_HOSTS = ["127.0.0.1", "127.8.8.8", "::1", "localhost", None]


def test_a_connection_to_another_machine_is_refused(refused: list[str]) -> None:
    with pytest.raises(PermissionError, match="loopback only"):
        socket.create_connection(FAR, timeout=1)
    assert len(refused) == 1
    refused.clear()


def test_a_datagram_to_another_machine_is_refused(refused: list[str]) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        with pytest.raises(PermissionError):
            sender.sendto(b"x", FAR)
        with pytest.raises(PermissionError):
            sender.sendmsg([b"x"], [], 0, FAR)
    assert len(refused) == 2
    refused.clear()


async def test_a_name_is_looked_up_nowhere(refused: list[str]) -> None:
    with pytest.raises(PermissionError, match="localhost only"):
        await asyncio.open_connection("example.com", 80)
    assert len(refused) == 1
    refused.clear()


@pytest.mark.parametrize("host", LOCAL_HOSTS)
def test_this_machine_may_be_looked_up(host: str | None) -> None:
    assert socket.getaddrinfo(host, 80, type=socket.SOCK_STREAM)


def test_a_datagram_on_loopback_arrives() -> None:
    with (
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as receiver,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender,
    ):
        receiver.bind(("127.0.0.1", 0))
        receiver.settimeout(5)
        sender.sendto(b"hello", receiver.getsockname())
        assert receiver.recv(16) == b"hello"
