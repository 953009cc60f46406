"""What breaks: callers that vanish, the media worker, the server, the database, ports, speech."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import socket
from contextlib import AsyncExitStack
from functools import partial
from typing import TYPE_CHECKING

import pytest

from ivr.channels.sip import stack
from ivr.channels.sip.sound.client import Workers
from ivr.channels.sip.wire.seams import Options
from tests.fakes.house import AwayStore
from tests.fakes.pause import pause
from tests.fakes.served import Process, said
from tests.fakes.sip_carrier import SipCarrier
from tests.fakes.sip_process import (
    events,
    logged,
    menu_folder,
    sip_folder,
    sip_port,
    stored,
    until_stored,
    with_pbx,
)
from tests.fakes.sip_served import SipServed, need_espeak

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
    from pathlib import Path

    from tests.fakes.sip_phone import Dialog, Message, SipPhone

    Start = Callable[..., Awaitable[SipServed]]
    Serve = Callable[..., Awaitable[Process]]

CALLERS = 20
START_S = 20.0
OPEN = "    open: true "
LIMITS = "    limits: {media: 1s, live: 5000, per_second: 5000}\n"
RATE = {OPEN: "    limits: {per_second: 1000}\n" + OPEN}


@pytest.fixture
async def start(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Start]:
    """Starts a server in this process whose flow `desk` is a menu."""
    monkeypatch.chdir(tmp_path)
    menu_folder(tmp_path)
    sounds = tmp_path_factory.getbasetemp() / "sounds"
    made: list[SipServed] = []

    async def begin(
        limits: str = "", store: AwayStore | None = None, pbx: str = "127.0.0.1:9"
    ) -> SipServed:
        limits = f"    limits: {{per_second: 1000{limits}}}\n"
        changes = {OPEN: f"{limits}{OPEN}", **with_pbx(pbx)}
        made.append(await SipServed.start(tmp_path, sounds, changes, store=store))
        return made[-1]

    yield begin
    for each in made:
        await each.close()


@pytest.fixture
async def serve(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Serve]:
    """Starts real servers in one folder; what still runs at the end of a test is killed."""
    monkeypatch.chdir(tmp_path)
    sounds = tmp_path_factory.getbasetemp() / "sounds"
    sip_folder(tmp_path, sounds, RATE)
    made: list[Process] = []

    async def begin(pbx: str = "") -> Process:
        if pbx:
            sip_folder(tmp_path, sounds, {**RATE, **with_pbx(pbx)})
        made.append(await Process.start(tmp_path, f"serve{len(made)}", START_S, loaded=True))
        return made[-1]

    yield begin
    for each in made:
        await each.kill()


def ends(phone: SipPhone) -> list[Message]:
    """Every different BYE that the phone has got."""
    found = [one for one in phone.heard if not one.status and one.method == "BYE"]
    return list({one["via"]: one for one in found}.values())


def accepts_bye(phone: SipPhone) -> None:
    """From now on the phone answers each BYE."""

    def act(message: Message) -> None:
        if message.method == "BYE":
            phone.reply(message, 200)

    phone.answers = act


async def is_hung_up(phone: SipPhone, within_s: float = 8.0) -> Message:
    """The BYE that the phone gets."""
    await phone.until(lambda: bool(ends(phone)), within_s)
    return ends(phone)[0]


async def rows(sip: SipServed, count: int) -> list[tuple[str, str | None, str | None]]:
    """Outcome, cause and who ended it, of so many interactions, once all of them are closed."""
    async with asyncio.timeout(30.0):
        while True:
            found = await sip.served.rows()
            if len(found) == count and all(row.outcome != "open" for row in found):
                return [(row.outcome, row.cause, row.ended_by) for row in found]
            await pause()


async def call_all(phones: Sequence[SipPhone]) -> list[Dialog]:
    """All of them call at once, and are answered."""
    return list(await asyncio.gather(*(phone.call("desk") for phone in phones)))


async def answered_soon(sip: SipServed) -> float:
    """Calls again and again until it is answered; the seconds that took."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    async with asyncio.timeout(8.0):
        while True:
            async with sip.phone() as phone:
                accepts_bye(phone)
                dialog = phone.invite("desk")
                answer = await phone.response("INVITE")
                if answer.status == 200:
                    phone.acknowledge(dialog, answer)
                    await phone.bye(dialog)
                    return loop.time() - began
                assert answer.status == 503, answer.start
                assert answer.get("retry-after"), answer


# callers


async def test_a_caller_that_vanishes_is_ended_once_for_its_silence(start: Start) -> None:
    need_espeak()
    sip = await start(", media: 1s")
    async with sip.phone() as phone:
        accepts_bye(phone)
        await phone.call("desk")
        bye = await is_hung_up(phone)
        assert bye["reason"] == 'SIP;cause=408;text="No sound"'
        assert await rows(sip, 1) == [("left_menu", "media_timeout", "lost")]
        assert len(ends(phone)) == 1


async def test_a_caller_that_is_heard_is_not_ended(start: Start) -> None:
    need_espeak()
    sip = await start(", media: 1s")
    async with sip.phone() as quiet, sip.phone() as loud:
        accepts_bye(quiet)
        await quiet.call("desk")
        dialog = await loud.call("desk")

        def over() -> bool:
            loud.send_rtp(dialog, b"\xd5" * 160)
            return bool(ends(quiet))

        await loud.until(over)  # asked with each packet that comes
        assert not ends(loud)
        await loud.bye(dialog)


async def test_a_caller_that_never_acknowledges_is_lost(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stack, "Options", partial(Options, t1_s=0.02))
    sip = await start()
    async with sip.phone() as phone:
        accepts_bye(phone)
        phone.invite("desk")
        await phone.response("INVITE")
        await is_hung_up(phone)
        finals = [one for one in phone.heard if one.status == 200 and one.method == "INVITE"]
        assert len(finals) >= 3
        assert await rows(sip, 1) == [("left_menu", "signal_lost", "lost")]


# the media worker


async def test_a_killed_media_worker_ends_its_calls_and_no_other_work(start: Start) -> None:
    sip = await start()
    sound = sip.house.sound
    assert isinstance(sound, Workers)
    async with AsyncExitStack() as around:
        phones = [await around.enter_async_context(sip.phone()) for _ in range(CALLERS)]
        for phone in phones:
            accepts_bye(phone)
        await call_all(phones)
        (pid,) = sound.pids
        os.kill(pid, signal.SIGKILL)
        for phone in phones:
            bye = await is_hung_up(phone)
            assert bye["reason"] == 'SIP;cause=500;text="Sound was lost"'
        assert await rows(sip, CALLERS) == [("system_lost", "system_lost", "lost")] * CALLERS
        assert await answered_soon(sip) < 3.0
        assert [len(ends(phone)) for phone in phones] == [1] * CALLERS
        assert not sip.house.works["phones"].dialogs
        assert not sip.house.works["phones"].by_ref


async def test_a_killed_media_worker_ends_both_legs_of_a_talk(start: Start) -> None:
    async with SipCarrier("127.0.0.1", "pbx") as pbx:
        sip = await start(pbx=pbx.written)
        pbx.on["BYE"] = pbx.accept
        async with sip.phone() as phone:
            accepts_bye(phone)
            phone.press(await phone.call("desk"), "2")
            await pbx.picks_up()
            sound = sip.house.sound
            assert isinstance(sound, Workers)
            os.kill(sound.pids[0], signal.SIGKILL)
            await is_hung_up(phone)
            await is_hung_up(pbx)
            assert await rows(sip, 1) == [("system_lost", "system_lost", "lost")]
            assert (len(ends(phone)), len(ends(pbx))) == (1, 1)


# the server


def callers(count: int, server: tuple[str, int]) -> list[SipCarrier]:
    """Phones that answer to where a message came from: a server that starts again moves."""
    found = []
    for _ in range(count):
        phone = SipCarrier("127.0.0.1", "caller")
        phone.server = server
        phone.on["BYE"] = phone.accept
        found.append(phone)
    return found


async def test_a_killed_server_ends_its_calls_when_it_is_back(serve: Serve, tmp_path: Path) -> None:
    first = await serve()
    phones = callers(CALLERS, await sip_port(first))
    async with AsyncExitStack() as around:
        for phone in phones:
            await around.enter_async_context(phone)
        await call_all(phones)
        first.signal(signal.SIGKILL)
        await first.ended()
        second = await serve()
        for phone in phones:
            bye = await phone.next("BYE")
            assert int(bye["cseq"].split()[0]) >= 100
            assert bye["reason"] == 'SIP;cause=500;text="Restarted"'
        question = "SELECT outcome, cause, ended_by FROM interaction"
        assert stored(tmp_path, question) == [("system_lost", "system_lost", "lost")] * CALLERS
        (again,) = callers(1, await sip_port(second))
        async with again:
            await again.bye(await again.call("desk"))
        assert [len(ends(phone)) for phone in phones] == [1] * CALLERS


async def test_a_killed_server_ends_both_legs_of_a_talk(serve: Serve, tmp_path: Path) -> None:
    async with SipCarrier("127.0.0.1", "pbx") as pbx:
        first = await serve(pbx.written)
        pbx.on["BYE"] = pbx.accept
        (phone,) = callers(1, await sip_port(first))
        async with phone:
            phone.press(await phone.call("desk"), "2")
            leg = await pbx.picks_up()
            await until_stored(tmp_path, "SELECT count(*) FROM journal WHERE event LIKE '%LegAns%'")
            first.signal(signal.SIGKILL)
            await first.ended()
            await serve()
            for side in (phone, pbx):
                assert (await side.next("BYE"))["reason"].endswith('text="Restarted"')
            assert pbx.asked("BYE")[0]["call-id"] == leg.call_id
            assert int(pbx.asked("BYE")[0]["cseq"].split()[0]) > 100
    question = "SELECT outcome, cause FROM interaction"
    assert stored(tmp_path, question) == [("system_lost", "system_lost")]


async def test_a_stopping_server_takes_no_call_and_ends_none(serve: Serve, tmp_path: Path) -> None:
    need_espeak()
    server = await serve()
    where = await sip_port(server)
    first, late = callers(2, where)
    async with first, late:
        dialog = await first.call("desk")
        server.signal(signal.SIGTERM)
        await logged(server, "draining")
        late.invite("desk")
        refused = await late.response("INVITE")
        assert (refused.status, refused["retry-after"]) == (503, "5")
        late.send(late.request("OPTIONS", late.dialog("x")))
        assert (await late.response("OPTIONS")).status == 503
        seen = len(first.rtp)
        await first.until(lambda: len(first.rtp) > seen + 10)
        assert not ends(first)
        await first.bye(dialog)
        assert await server.ended() == 0
    assert stored(tmp_path, "SELECT outcome, ended_by FROM interaction") == [
        ("left_menu", "caller")
    ]


async def test_a_server_that_must_go_at_once_says_goodbye(serve: Serve, tmp_path: Path) -> None:
    server = await serve()
    (phone,) = callers(1, await sip_port(server))
    async with phone:
        await phone.call("desk")
        server.signal(signal.SIGTERM)
        await logged(server, "draining")
        server.signal(signal.SIGTERM)
        await phone.next("BYE")
        assert await server.ended() == 0
    question = "SELECT outcome, cause FROM interaction"
    assert stored(tmp_path, question) == [("system_lost", "system_lost")]


async def test_a_sip_port_that_is_taken_is_named(serve: Serve, tmp_path: Path) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        path = tmp_path / "config.yaml"
        text = path.read_text(encoding="utf-8")
        head, mark, tail = text.partition("provider: sip\n")
        tail = tail.replace("127.0.0.1:0", f"127.0.0.1:{port}", 1)
        path.write_text(head + mark + tail, encoding="utf-8")
        code, _out, errors = await said(tmp_path, "serve")
    assert code == 2
    assert f"SIP on 127.0.0.1:{port}" in errors
    assert "in use" in errors
    assert "Traceback" not in errors


# the database


async def test_a_call_that_cannot_be_stored_is_refused_and_the_next_one_is_taken(
    start: Start,
) -> None:
    store = AwayStore()
    sip = await start(store=store)
    store.away = 1
    async with sip.phone() as phone, sip.phone() as second:
        phone.invite("desk")
        refused = await phone.response("INVITE")
        assert (refused.status, refused["retry-after"]) == (503, "5")
        await second.bye(await second.call("desk"))
    works = sip.house.works["phones"]
    assert (works.by_ref, works.dialogs) == ({}, {})


async def test_a_key_waits_for_a_database_that_comes_back(start: Start) -> None:
    need_espeak()
    store = AwayStore()
    sip = await start(store=store)
    async with sip.phone() as phone:
        accepts_bye(phone)
        dialog = await phone.call("desk")
        await phone.until(lambda: len(phone.rtp) > 5)
        store.away = 2
        phone.press(dialog, "1")
        await is_hung_up(phone)
    assert (await sip.ended()).path[-1] == "bye"


# speech


async def test_without_a_speech_engine_the_server_says_so_and_hangs_up_on_callers(
    serve: Serve, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "config.yaml"
    text = path.read_text(encoding="utf-8")
    start_of = text.index("media: {sounds: ")
    end_of = text.index("}", start_of)
    path.write_text(text[:start_of] + "media: {sounds: mute" + text[end_of:], encoding="utf-8")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert shutil.which("espeak-ng") is None
    server = await serve()
    told = await logged(server, "prompts_without_sound")
    assert "no speech engine: install espeak-ng or record the " in told["reason"]
    (phone,) = callers(1, await sip_port(server))
    async with phone:
        await phone.call("desk")
        await phone.next("BYE")
    assert stored(tmp_path, "SELECT outcome, result FROM interaction") == [
        ("failed", "server_error")
    ]
    assert not events(server, "task_failed")
