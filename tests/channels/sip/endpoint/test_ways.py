"""Which socket a message leaves by, and names as the far end of UDP."""

from __future__ import annotations

import asyncio
import errno
import socket
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from ivr.channels.sip.endpoint.door import Limits
from ivr.channels.sip.endpoint.ways import PORT_TRIES
from tests.fakes.sip_core import PATIENCE_S, rigged

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def phone() -> Iterator[socket.socket]:
    """A far end on loopback."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as made:
        made.bind(("127.0.0.1", 0))
        made.settimeout(PATIENCE_S)
        yield made


async def test_a_datagram_to_a_name_waits_for_its_address(phone: socket.socket) -> None:
    async with rigged() as rig:
        rig.send(rig.flow("udp", ("localhost", phone.getsockname()[1])), b"hello")
        heard = await asyncio.to_thread(phone.recvfrom, 100)
        assert heard == (b"hello", ("127.0.0.1", rig.port))


async def test_a_name_that_is_none_is_a_lost_way() -> None:
    async with rigged() as rig:
        flow = rig.flow("udp", ("no name", 5060))
        rig.endpoint._ways._resolver._addresses._ask = _nobody
        rig.send(flow, b"hello")
        await rig.core.until(lambda: rig.core.gone)
        assert rig.core.gone == [flow]


async def test_only_so_many_names_are_looked_up_at_a_time() -> None:
    async with rigged(limits=Limits(lookups=1)) as rig:
        flow = rig.flow("udp", ("localhost", 9))
        rig.send(flow, b"first")
        rig.send(replace(flow, remote=("localhost", 10)), b"second")
        await rig.core.until(lambda: rig.core.gone)
        assert rig.core.gone == [replace(flow, remote=("localhost", 10))]


async def test_a_port_that_is_free_in_udp_only_is_not_taken(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with rigged() as rig:
        streams, refusals = rig.endpoint._ways.streams, [errno.EADDRINUSE] * 2
        listen = streams.listen

        def reluctant(host: str, port: int) -> int:
            if refusals:
                raise OSError(refusals.pop(), "taken in TCP")
            return listen(host, port)

        monkeypatch.setattr(streams, "listen", reluctant)
        assert rig.endpoint.listen("127.0.0.1", 0) > 0
        refusals += [errno.EADDRINUSE] * PORT_TRIES
        with pytest.raises(OSError, match="taken in TCP"):
            rig.endpoint.listen("127.0.0.1", 0)
        refusals[:] = [errno.EADDRNOTAVAIL]
        with pytest.raises(OSError, match="taken in TCP"):
            rig.endpoint.listen("127.0.0.1", 0)
        assert refusals == []


async def _nobody(name: str) -> tuple[tuple[str, ...], float]:
    raise OSError(name)
