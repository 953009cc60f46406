"""Requests to the provider: what is sent, what is tried again, and what is never sent twice."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest
from aiohttp.test_utils import TestServer

from ivr.channels.twilio.rest import (
    AT_ONCE,
    GoneError,
    Line,
    LostError,
    NewCall,
    RefusedError,
    Rest,
)
from ivr.channels.twilio.wire.forms import CallStatus
from ivr.runtime.memory.clock import VirtualClock, settle
from ivr.runtime.tasks import Tasks
from tests.fakes.twilio import ACCOUNT, TOKEN, Answered, FakeTwilio, Pairs
from tests.fakes.twilio_exchange import Exchange
from tests.fakes.twilio_rest import Fault, RestServer

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from ivr.channels.twilio.rest import Pairs as Fields
    from ivr.channels.twilio.rest import Said

CALL = NewCall("+905551000001", "+902120000000", "https://x/leg", "https://x/status", 20)


async def nobody(_url: str, _form: Pairs, _signature: str) -> Answered:
    """A server that is told nothing here."""
    return Answered(204, b"")


class Bench:
    """A REST interface and its provider on virtual time."""

    def __init__(self) -> None:
        self.clock = VirtualClock()
        provider = FakeTwilio(nobody, "https://x/hooks/main", self.clock.advance)
        self.exchange = Exchange(provider)
        self.server = RestServer(self.exchange, self.clock)
        self.rest = Rest(self.server.send, self.clock)

    def start(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        """Do it while time goes on."""
        return Tasks().start(work, "bench")

    def asked(self) -> list[str]:
        """The kinds of request so far."""
        return [kind for kind, _path, _form in self.server.asked]

    async def after(self, seconds: float, work: asyncio.Task[str]) -> str:
        """What comes of it within this time."""
        await self.clock.advance(seconds)
        assert work.done()
        return work.result()


async def test_over_http_with_account_and_token() -> None:
    bench = Bench()
    async with TestServer(bench.server.app(TOKEN)) as server:
        line = Line(str(server.make_url("/")), ACCOUNT, TOKEN)
        rest = Rest(line.send, bench.clock)
        sid = await rest.create(CALL)
        assert await rest.status(sid) is CallStatus.QUEUED
        with pytest.raises(GoneError):
            await rest.room("nobody-1")
        with pytest.raises(GoneError):
            await rest.status("CA0")
        await line.close()
        stranger = Line(str(server.make_url("/")), ACCOUNT, "wrong")
        with pytest.raises(RefusedError):
            await Rest(stranger.send, bench.clock).status(sid)
        await stranger.close()
    _kind, _path, form = bench.server.asked[0]
    assert form["To"] == "+905551000001"
    assert (form["Url"], form["Timeout"], form["Method"]) == ("https://x/leg", "20", "POST")


async def test_a_server_that_is_not_there_is_a_lost_answer() -> None:
    line = Line("http://127.0.0.1:1", ACCOUNT, TOKEN)
    with pytest.raises(LostError):
        await line.send("GET", "Calls/CA1.json", ())
    await line.close()


async def test_an_answer_that_is_no_json_is_read_as_nothing() -> None:
    async def send(_method: str, _path: str, _form: Fields) -> Said:
        return 201, {}

    with pytest.raises(LostError, match="without a name"):
        await Rest(send, VirtualClock()).create(CALL)


async def test_a_new_call_is_never_asked_for_twice() -> None:
    bench = Bench()
    for fault in (Fault(lost=True), Fault(dropped=True), Fault(status=503)):
        bench.server.fails("create", fault)
        with pytest.raises(LostError):
            await bench.rest.create(CALL)
    assert bench.asked() == ["create"] * 3


async def test_too_many_requests_are_asked_again_for_five_seconds() -> None:
    bench = Bench()
    bench.server.fails("create", *[Fault(status=429)] * 3)
    work = bench.start(bench.rest.create(CALL))
    assert (await bench.after(5, work)).startswith("CA")
    assert bench.asked() == ["create"] * 4
    bench.server.fails("create", *[Fault(status=429)] * 20)
    again = bench.start(bench.rest.create(CALL))
    await bench.clock.advance(6)
    with pytest.raises(RefusedError, match="too many"):
        again.result()


async def test_what_may_be_repeated_is_repeated() -> None:
    bench = Bench()
    sid = await bench.rest.create(CALL)
    bench.server.fails("fetch", Fault(lost=True), Fault(status=500))
    work = bench.start(bench.rest.status(sid))
    assert await bench.after(2, work) == "queued"
    assert bench.asked().count("fetch") == 3
    bench.server.fails("fetch", *[Fault(dropped=True)] * 3)
    lost = bench.start(bench.rest.status(sid))
    await bench.clock.advance(3)
    with pytest.raises(LostError):
        lost.result()


async def test_a_call_that_is_over_is_gone() -> None:
    bench = Bench()
    bench.server.fails("move", Fault(status=400, code=21220))
    with pytest.raises(GoneError):
        await bench.rest.move("CA1", "https://x/ask")


async def test_hanging_up_is_tried_until_it_is_done() -> None:
    bench = Bench()
    sid = await bench.rest.create(CALL)
    bench.server.fails("end", *[Fault(status=400)] * 3)
    work = bench.start(bench.rest.end_surely(sid, ringing=True))
    await bench.clock.advance(6)
    assert work.done()
    assert bench.asked().count("end") == 4
    bench.server.fails("end", *[Fault(status=400)] * 9)
    hopeless = bench.start(bench.rest.end_surely(sid))
    await bench.clock.advance(200)
    assert hopeless.done()


async def test_only_so_many_requests_are_under_way_at_once() -> None:
    clock, under_way, most = VirtualClock(), 0, 0

    async def send(_method: str, _path: str, _form: Fields) -> Said:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        await settle(1)
        under_way -= 1
        return 200, {"status": "ringing"}

    rest = Rest(send, clock)
    await asyncio.gather(*(rest.status(f"CA{n}") for n in range(3 * AT_ONCE)))
    assert most == AT_ONCE


def test_a_page_on_another_host_is_named_if_there_is_one() -> None:
    names = [name for name, _value in CALL.form]
    assert "FallbackUrl" not in names
    assert names.count("StatusCallbackEvent") == 4
