"""One address where SIP is spoken: what it needs to listen, and whom it tells what it heard."""

from __future__ import annotations

import asyncio
import socket
from typing import TYPE_CHECKING, Any, cast

import pytest

from ivr.channels.sip.stack import Address, Guarded, Stack, token
from ivr.channels.sip.who import Entrance, Identities
from ivr.channels.sip.wire.orders import Outside
from ivr.channels.sip.wire.peers.guard import Gate
from ivr.channels.sip.wire.words import Flow, Offered, Replied
from tests.fakes.papers import Papers
from tests.fakes.sip_phone import SipPhone
from tests.fakes.sip_rig import response

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

    from ivr.channels.sip.wire.words import Heard

HOST = "127.0.0.1"


class Ear:
    """A trunk that only listens."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.told: list[Heard] = []
        self.came = asyncio.Event()

    def heard(self, heard: Heard) -> None:
        self.told.append(heard)
        self.came.set()

    async def start(self) -> None:
        """Nothing."""

    async def stop(self) -> None:
        """Nothing."""


class NoPhones:
    """Nobody registers."""

    async def open(self) -> None:
        """Nothing to read."""


def stack(address: Address, *, is_open: bool = True) -> Stack:
    gate = Gate("phones", ((address.host, address.port),), is_open=is_open)
    who = Identities([Entrance(gate)], lambda _user: None, lambda _changes: None, b"k", token)
    made = Stack(address, who, cast("Any", NoPhones()))
    made.trunks["phones"] = Ear("phones")
    return made


@pytest.fixture
async def opened() -> AsyncIterator[Stack]:
    made = stack(Address(HOST, 0))
    await made.open()
    yield made
    await made.close()


async def within(holds: Callable[[], bool], ear: Ear) -> None:
    async with asyncio.timeout(5.0):
        while not holds():
            ear.came.clear()
            await ear.came.wait()


async def test_a_call_is_told_to_the_trunk_that_it_came_by(opened: Stack) -> None:
    ear = opened.trunks["phones"]
    assert isinstance(ear, Ear)
    async with SipPhone((HOST, opened.port)) as phone:
        phone.invite("desk")
        await within(lambda: bool(ear.told), ear)
        assert isinstance(ear.told[0], Offered)
        assert (await phone.response("INVITE", 100)).status == 100


async def test_an_answer_is_told_to_the_trunk_that_asked(opened: Stack) -> None:
    asker = Ear("carrier")
    async with SipPhone((HOST, opened.port)) as far:
        far.answers = lambda message: far.reply(message, 200, tag="x")
        flow = Flow("udp", opened.line("udp"), (HOST, far.sip_port))
        opened.own("q1", asker)
        order = Outside("q1", "OPTIONS", "sip:x@127.0.0.1", flow, "<sip:us@x>", "<sip:x@x>")
        opened.order(order)
        await within(lambda: bool(asker.told), asker)
        opened.disown("q1")
        opened.order(order)
        await far.until(lambda: len(far.heard) > 1)
    (told,) = asker.told
    assert isinstance(told, Replied)
    assert told.status == 200


async def test_strangers_hear_nothing_and_are_written_down(
    caplog: pytest.LogCaptureFixture,
) -> None:
    made = stack(Address(HOST, 0), is_open=False)
    await made.open()
    for number in range(20):
        made.identities.lets_in(Flow("udp", (HOST, made.port), ("203.0.113.5", 5060)), number / 100)
    made.note_security()
    assert [record.name for record in caplog.records if "sip_banned" in record.getMessage()] == [
        "ivr.security"
    ]
    await made.close()


async def test_an_address_that_is_taken_is_named() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind((HOST, 0))
        port = taken.getsockname()[1]
        made = stack(Address(HOST, port))
        with pytest.raises(OSError, match=f"SIP on 127.0.0.1:{port}: .*in use"):
            await made.open()
        await made.close()


async def test_a_certificate_that_is_not_there_is_named(tmp_path: Path) -> None:
    made = stack(Address(HOST, 0, HOST, 0, cert=str(tmp_path / "no.pem"), key="no.key"))
    with pytest.raises(OSError, match=r"certificate .*no\.pem with key no\.key: No such file"):
        await made.open()
    await made.close()


async def test_tls_has_a_place_of_its_own(tmp_path: Path) -> None:
    papers = Papers.write(tmp_path, HOST)
    paths = {"cert": str(papers.certificate), "key": str(papers.key)}
    made = stack(Address(HOST, 0, "127.0.0.2", 0, advertise="203.0.113.10", **paths))
    await made.open()
    assert made.line("udp") == made.line("tcp") == (HOST, made.port)
    assert made.line("tls") == ("127.0.0.2", made.tls_port)
    assert made.port
    assert made.tls_port
    await made.close()


async def test_orders_before_the_sockets_are_open_and_after_they_are_closed_go_nowhere() -> None:
    made = stack(Address(HOST, 0))
    made.drain()
    made.expect_name((HOST, 1), "x")
    await made.close()
    assert (made.port, made.core) == (0, None)
    await made.open()
    core = made.core
    assert core is not None
    sizes = core.sizes
    await made.close()
    made.order(Outside("o", "OPTIONS", "sip:a@b", Flow("udp", (HOST, 1), (HOST, 2)), "x", "y"))
    assert core.sizes == sizes


async def test_challenges_are_answered_by_the_carrier_of_the_trunk(opened: Stack) -> None:
    class Purse:
        def credentials(self, *_words: object) -> tuple[str, str]:
            return ("Authorization", "Digest x")

    opened.carriers["carrier"] = Purse()
    flow = Flow("udp", (HOST, 1), (HOST, 2))
    ask = opened._credentials
    assert ask(response(401), "INVITE", "sip:x", "carrier", flow) == ("Authorization", "Digest x")
    assert ask(response(401), "INVITE", "sip:x", "phones", flow) is None


def test_tokens_are_128_random_bits() -> None:
    found = {token() for _ in range(100)}
    assert len(found) == 100
    assert all(len(each) == 32 and int(each, 16) >= 0 for each in found)


async def test_a_bug_costs_one_message(caplog: pytest.LogCaptureFixture) -> None:
    bystander = stack(Address(HOST, 5060)).identities
    flow = Flow("udp", (HOST, 5060), (HOST, 5061))

    class Buggy:
        """A core that cannot take a message."""

        lost = order = tick = due = take = None

        def receive(self, *_parts: object) -> None:
            raise ValueError("a bug")

    Guarded(cast("Any", Buggy()), bystander).receive(b"x", flow, 1.0)
    assert "sip_message_broken" in caplog.text
