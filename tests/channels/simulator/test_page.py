"""The JSON WebSocket of the simulator, over a real connection."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from aiohttp import WSMsgType, WSServerHandshakeError

from ivr.channels.simulator.page import MESSAGE_BYTES, STATIC
from ivr.channels.simulator.trunk import GRACE_S
from ivr.runtime.memory.clock import settle
from tests.fakes.house import NUMBER

if TYPE_CHECKING:
    from tests.channels.simulator.conftest import Exchange
    from tests.fakes.served import Phone

MENU = "Kayıt için 1, şifre için 2, çıkmak için 3."


async def gone(exchange: Exchange, phone: Phone) -> None:
    """Wait until the server has seen that a phone is gone."""
    await phone.socket.close()
    async with asyncio.timeout(5):
        while len(exchange.pages._open) >= len(exchange.phones):
            await settle()
    exchange.phones.remove(phone)
    await settle()


async def test_a_call_from_the_ring_to_goodbye(exchange: Exchange) -> None:
    phone = await exchange.phone()
    await phone.send(dial=NUMBER, **{"from": "0532 111 22 33"})
    await phone.until("listens")
    assert phone.call
    assert phone.heard == ["one_moment", "main_menu"]
    said = next(message["hears"] for message in phone.messages if "hears" in message)
    assert said[1]["text"] == MENU
    assert said[1]["language"] == "tr"
    assert said[1]["seconds"] > 1
    await phone.quiet()
    await phone.send(press="3")
    assert await phone.until("ended") == {"ended": "hangup", "outcome": "left_menu"}
    row = await exchange.house.row(phone.call)  # type: ignore[arg-type]
    assert (row.ani, row.dnis, row.channel) == ("+905321112233", NUMBER, "simulator")


@pytest.mark.parametrize("withheld", ["", "anonymous"])
async def test_a_withheld_number_is_no_number(exchange: Exchange, withheld: str) -> None:
    phone = await exchange.phone()
    await phone.send(dial=NUMBER, **{"from": withheld})
    await phone.until("listens")
    assert (await exchange.house.row(phone.call)).ani is None  # type: ignore[arg-type]


async def test_a_number_may_be_dialled_as_people_write_it(exchange: Exchange) -> None:
    phone = await exchange.phone()
    await phone.send(dial="0850 222 00 00")
    await phone.until("listens")


async def test_words_are_taken_like_keys(exchange: Exchange) -> None:
    phone = await exchange.ringing()
    await phone.quiet()
    await phone.send(say="hiç bilmiyorum " * 100)
    await phone.send(press="2")
    assert (await phone.until("hears"))["hears"]


async def test_a_key_cuts_the_prompt_and_keys_during_a_notice_do_not(exchange: Exchange) -> None:
    phone = await exchange.ringing()
    await phone.send(press="2")
    await settle()
    with pytest.raises(TimeoutError):
        await phone.socket.receive(timeout=0.1)
    await exchange.house.clock.advance(2.5)  # the notice is over, the menu sounds
    await phone.send(press="2")
    await phone.until("cut")
    message = await phone.until("listens")
    assert message["secret"] is True
    assert phone.heard[-1] == "pin_prompt"


async def test_a_secret_is_announced_so_that_it_can_be_hidden(exchange: Exchange) -> None:
    phone = await exchange.ringing()
    await phone.quiet()
    await phone.send(press="2")
    assert (await phone.until("listens"))["secret"] is True
    for key in "9753":
        await phone.send(press=key)
    assert (await phone.until("listens"))["secret"] is False
    assert "9753" not in str(phone.messages)


async def test_silence_runs_its_course(exchange: Exchange) -> None:
    phone = await exchange.ringing()
    assert (await phone.until("ended"))["outcome"] == "left_menu"
    assert phone.heard.count("main_menu") == 2


async def test_hanging_up_ends_the_call_at_once(exchange: Exchange) -> None:
    phone = await exchange.ringing()
    await phone.send(hang_up=True)
    assert (await phone.until("ended"))["ended"] == "caller"


# --- connections come and go ----------------------------------------------------------------------


async def test_a_phone_that_comes_back_goes_on_where_it_was(exchange: Exchange) -> None:
    first = await exchange.ringing()
    await first.quiet()
    await first.send(press="2")
    await first.until("listens")
    await gone(exchange, first)
    second = await exchange.phone()
    await second.send(resume=first.call)
    message = await second.until("listens")
    assert message["secret"] is True
    assert (second.call, second.heard) == (first.call, ["pin_prompt"])
    await second.quiet()
    await exchange.house.clock.advance(0)
    await second.send(hang_up=True)
    await second.until("ended")


async def test_a_phone_that_stays_away_has_lost_its_call(exchange: Exchange) -> None:
    phone = await exchange.ringing()
    await exchange.house.clock.advance(1)
    await gone(exchange, phone)
    assert phone.call in exchange.house.switch.calls
    await exchange.house.clock.advance(GRACE_S + 1)
    row = await exchange.house.row(phone.call)  # type: ignore[arg-type]
    assert row.outcome in {"system_lost", "left_menu"}
    assert exchange.house.switch.calls == {}


async def test_the_old_connection_cannot_take_the_call_from_the_new_one(
    exchange: Exchange,
) -> None:
    first = await exchange.ringing()
    second = await exchange.phone()
    await second.send(resume=first.call)
    await second.until("call")
    await gone(exchange, first)
    phone = exchange.trunk._talks[first.call].caller  # type: ignore[index]
    assert phone.tell is not None
    await second.quiet()
    await second.send(press="3")
    await second.until("ended")


async def test_a_call_that_is_over_cannot_be_resumed(exchange: Exchange) -> None:
    phone = await exchange.ringing()
    await phone.send(hang_up=True)
    await phone.until("ended")
    await phone.send(resume=phone.call)
    assert await phone.until("problem") == {"problem": "this call is over"}
    await phone.send(press="1")
    assert await phone.until("problem") == {"problem": "dial first"}


async def test_a_phone_can_dial_again_after_a_call_but_not_within_one(exchange: Exchange) -> None:
    phone = await exchange.ringing()
    first = phone.call
    await phone.send(dial=NUMBER)
    assert await phone.until("problem") == {"problem": "this phone is in a call"}
    await phone.send(hang_up=True)
    await phone.until("ended")
    await phone.send(dial=NUMBER)
    await phone.until("listens")
    assert phone.call != first


# --- what is not wanted ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "http://127.0.0.1", "http://127.0.0.1.evil.example"]
)
async def test_a_page_of_somebody_else_is_refused(exchange: Exchange, origin: str) -> None:
    with pytest.raises(WSServerHandshakeError) as told:
        await exchange.phone(headers={"Origin": origin})
    assert told.value.status == 403


async def test_our_own_page_and_no_page_at_all_are_welcome(exchange: Exchange) -> None:
    server = exchange.client.server
    origin = f"http://{server.host}:{server.port}"
    for headers in ({"Origin": origin}, {}):
        phone = await exchange.phone(headers=headers)
        await phone.send(dial=NUMBER)
        await phone.until("call")


@pytest.mark.parametrize(
    "garbage",
    ["", "x", "[]", "1", "null", '"dial"', "{", '{"x": 1}', '{"press": "1"}', "[" * 3000, "NaN"],
)
async def test_garbage_gets_a_word_and_breaks_nothing(exchange: Exchange, garbage: str) -> None:
    phone = await exchange.phone()
    await phone.socket.send_str(garbage)
    assert await phone.until("problem") == {"problem": "dial first"}
    await phone.send(dial=NUMBER)
    await phone.until("listens")


@pytest.mark.parametrize("message", [{"press": "12"}, {"press": ""}, {"press": "E"}, {"x": 1}])
async def test_what_is_no_key_is_told_and_costs_nothing(
    exchange: Exchange, message: dict[str, str]
) -> None:
    phone = await exchange.ringing()
    await phone.quiet()
    await phone.send(**message)
    told = await phone.until("problem")
    assert told == {"problem": "press, say or hang_up is wanted"}
    assert len(exchange.house.store.entries) == 1


async def test_a_number_that_nobody_answers_is_told_shortly(exchange: Exchange) -> None:
    phone = await exchange.phone()
    await phone.send(dial="9" * 1000)
    assert await phone.until("problem") == {"problem": f"no flow answers {'9' * 40}"}


async def test_a_frame_too_large_ends_the_connection_and_no_other(exchange: Exchange) -> None:
    other = await exchange.ringing()
    phone = await exchange.phone()
    await phone.socket.send_str("x" * (MESSAGE_BYTES + 1))
    frame = await phone.socket.receive(timeout=5)
    assert (frame.type, frame.data) == (WSMsgType.CLOSE, 1009)
    await other.quiet()
    await other.send(press="3")
    await other.until("ended")


async def test_bytes_are_no_messages(exchange: Exchange) -> None:
    phone = await exchange.phone()
    await phone.socket.send_bytes(b'{"dial": "1"}')
    await phone.send(dial=NUMBER)
    await phone.until("listens")


async def test_new_calls_are_refused_while_draining(exchange: Exchange) -> None:
    phone = await exchange.phone()
    exchange.house.switch.draining = True
    await phone.send(dial=NUMBER)
    assert await phone.until("problem") == {"problem": "no new calls are taken now"}


async def test_a_store_that_is_away_is_a_problem_and_not_the_end(exchange: Exchange) -> None:
    phone = await exchange.phone()
    exchange.house.store.away = 1
    await phone.send(dial=NUMBER)
    assert await phone.until("problem") == {"problem": "that did not work, try again"}
    await phone.send(dial=NUMBER)
    await phone.until("listens")


async def test_a_stopping_server_says_goodbye_to_every_phone(exchange: Exchange) -> None:
    phones = [await exchange.phone() for _n in range(3)]
    closing = exchange.house.tasks.start(exchange.pages.close(), "close")
    for phone in phones:
        frame = await phone.socket.receive(timeout=5)
        assert (frame.type, frame.data) == (WSMsgType.CLOSE, 1012)
    await closing


# --- the page -------------------------------------------------------------------------------------


async def test_the_page_and_its_files_come_with_safe_headers(exchange: Exchange) -> None:
    for path, kind in (
        ("/simulator", "text/html"),
        ("/simulator/phone.js", "text/javascript"),
        ("/simulator/phone.css", "text/css"),
    ):
        response = await exchange.client.get(path)
        assert response.status == 200
        assert response.content_type == kind
        policy = response.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert response.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("path", ["/simulator/page.py", "/simulator/..%2fpage.py", "/simulator/x"])
async def test_nothing_else_is_served(exchange: Exchange, path: str) -> None:
    assert (await exchange.client.get(path)).status == 404


async def test_the_numbers_that_can_be_called_are_listed(exchange: Exchange) -> None:
    response = await exchange.client.get("/simulator/numbers")
    assert await response.json() == {NUMBER: "desk"}


def test_the_page_loads_nothing_from_elsewhere() -> None:
    texts = "".join(path.read_text(encoding="utf-8") for path in STATIC.iterdir())
    assert "//" not in texts.replace("://${location.host}", "").replace("// The", "").replace(
        "// the", ""
    )
    assert "innerHTML" not in texts
