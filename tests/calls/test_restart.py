"""Real processes: killed between two webhooks, told to stop, edited while they run."""

from __future__ import annotations

import asyncio
import json
import signal
import sqlite3
from typing import TYPE_CHECKING

from tests.fakes.pause import pause
from tests.fakes.served import BANK, PHARMACY, Phone, Process, said

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    Start = Callable[[], Awaitable[Process]]

PATIENCE_S = 30.0


def count(folder: Path, question: str) -> int:
    """A number out of the database, read beside the server."""
    connection = sqlite3.connect(folder / "var" / "ivr.db")
    try:
        return int(connection.execute(question).fetchone()[0])
    finally:
        connection.close()


async def test_a_server_killed_between_two_webhooks_goes_on(folder: Path, start: Start) -> None:
    first = await start()
    provider = first.provider(repeats=1)
    call = provider.call(to=BANK)
    await call.ring()
    await call.until_listening()
    await call.press("1")
    await call.until_listening()
    rows = count(folder, "SELECT count(*) FROM journal")
    url, form = call.requests[-1]
    first.signal(signal.SIGKILL)
    await first.ended()

    second = await start()
    provider.post = second.web.post
    repeat = await second.web.signed(url, form)
    assert repeat.body == call.documents[-1]
    assert count(folder, "SELECT count(*) FROM journal") == rows + 1  # the recovery
    await call.press("1234")
    await call.until_listening()
    await call.press("2")
    await call.wait(30)
    assert call.ended == "hangup"
    assert any("bin beş yüz yirmi lira" in words for words in call.words)
    assert count(folder, "SELECT count(*) FROM interaction WHERE outcome = 'self_served'") == 1
    assert count(folder, "SELECT count(*) FROM interaction") == 1


async def test_a_phone_finds_its_call_again_after_a_kill(folder: Path, start: Start) -> None:
    first = await start()
    phone = Phone(await first.web.talk())
    await phone.send(dial=PHARMACY)
    await phone.until("listens")
    first.signal(signal.SIGKILL)
    await first.ended()
    second = await start()
    again = Phone(await second.web.talk())
    await again.send(resume=phone.call)
    await again.until("listens")
    assert again.call == phone.call
    await again.send(press="1")
    message = await again.until("hears")
    assert message["hears"][0]["name"] == "anatolian_menu"
    await again.send(hang_up=True)
    await again.until("ended")
    await again.socket.close()
    assert count(folder, "SELECT count(*) FROM interaction WHERE ended_by = 'caller'") == 1


async def test_a_stopping_server_finishes_its_calls_and_ends_well(
    folder: Path, start: Start
) -> None:
    server = await start()
    call = server.provider().call(to=PHARMACY)
    await call.ring()
    server.signal(signal.SIGTERM)
    async with asyncio.timeout(PATIENCE_S):
        while (await server.web.get("/readyz")).status != 503:
            await pause()
    late = server.provider().call(to=PHARMACY)
    late.sid = "CA-late"
    await late.ring()
    assert b'<Reject reason="busy"' in late.documents[0]
    assert server.running.returncode is None
    await call.until_listening()
    await call.hang_up()
    assert await server.ended() == 0
    assert count(folder, "SELECT count(*) FROM interaction WHERE outcome <> 'open'") == 1


async def test_a_second_signal_ends_at_once_and_keeps_the_call(folder: Path, start: Start) -> None:
    server = await start()
    call = server.provider().call(to=PHARMACY)
    await call.ring()
    server.signal(signal.SIGTERM)
    async with asyncio.timeout(PATIENCE_S):
        while (await server.web.get("/readyz")).status != 503:
            await pause()
    server.signal(signal.SIGTERM)
    assert await server.ended(4.0) == 0
    again = await start()
    call.provider.post = again.web.post
    await call.until_listening()
    await call.press("1")
    await call.until_listening()
    assert not call.ended


async def test_an_edit_is_live_for_the_next_call_and_a_broken_one_is_not(
    folder: Path, start: Start
) -> None:
    server = await start()
    path = folder / "flows" / "pharmacy.prompts.yaml"
    good = path.read_text(encoding="utf-8")
    assert "welcome:" in good

    async def words(ref: str) -> str:
        call = server.provider().call(to=PHARMACY)
        call.sid = ref
        await call.ring()
        heard = " ".join(call.words)
        await call.hang_up()
        return heard

    before = await words("CA-0")
    first = next(each for each in good.splitlines() if each.startswith("welcome:"))
    start_of = first.index('"') + 1
    changed = first[:start_of] + "Bambaşka bir söz." + first[first.index('"', start_of) :]
    told = server.log

    async def problem() -> bool:
        return "flow_problem" in told.read_text(encoding="utf-8")

    await edited(path, good.replace(first, "welcome: ["), problem)
    assert await words("CA-1") == before
    numbers = iter(range(2, 100_000))

    async def new_words() -> bool:
        return "Bambaşka bir söz." in await words(f"CA-{next(numbers)}")

    await edited(path, good.replace(first, changed), new_words)
    assert count(folder, 'SELECT count(DISTINCT flow_hash) FROM "call"') == 2


async def edited(path: Path, text: str, seen: Callable[[], Awaitable[bool]]) -> None:
    """Write until it was seen: when the server begins to look is not for us to know."""
    loop = asyncio.get_running_loop()
    async with asyncio.timeout(PATIENCE_S):
        while True:
            await asyncio.to_thread(path.write_text, text, encoding="utf-8")
            again_at = loop.time() + 2.0
            while loop.time() < again_at:
                if await seen():
                    return
                await pause()


async def test_a_broken_first_start_says_everything_and_exits_with_1(folder: Path) -> None:
    path = folder / "flows" / "pharmacy.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("giveup: goodbye", "giveup: goodby"), encoding="utf-8")
    code, out, errors = await said(folder, "serve")
    assert (code, out) == (1, "")
    lines = [line for line in errors.splitlines() if line.startswith("flows/pharmacy.yaml:")]
    assert len([line for line in lines if " F201 error " in line]) == text.count("giveup: goodbye")
    assert "Traceback" not in errors


async def test_a_taken_port_is_a_start_that_cannot_be(folder: Path, start: Start) -> None:
    server = await start()
    config = folder / "config.yaml"
    port = server.web.url.rpartition(":")[2]
    text = config.read_text(encoding="utf-8").replace("127.0.0.1:0", f"127.0.0.1:{port}")
    config.write_text(text, encoding="utf-8")
    code, _out, errors = await said(folder, "serve")
    assert code == 2
    assert "in use" in errors
    assert "Traceback" not in errors


async def test_every_line_of_the_log_is_json_and_names_no_caller(
    folder: Path, start: Start
) -> None:
    server = await start()
    call = server.provider().call(sender="+905321112233", to=BANK)
    await call.ring()
    await call.until_listening()
    await call.press("1")
    await call.hang_up()
    server.signal(signal.SIGTERM)
    assert await server.ended() == 0
    lines = server.log.read_text(encoding="utf-8").splitlines()
    events = [json.loads(line)["event"] for line in lines]
    assert {"call_node", "call_lookup", "draining", "stopping"} <= set(events)
    assert "5321112233" not in "".join(lines)
