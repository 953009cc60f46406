"""Live news of signed-in pages, over real sockets."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from aiohttp import WSServerHandshakeError

from ivr.domain.errors import StoreError
from ivr.runtime.memory.clock import settle

if TYPE_CHECKING:
    from tests.web.desk.conftest import House

STORM = 100
"""Sockets at once; 500 without sockets in tests/runtime/test_streams.py."""


async def test_a_page_is_welcomed_gets_a_snapshot_and_then_the_news(house: House) -> None:
    page = await house.hello("ayse:agent", topics=("me", "queues"))
    assert await page.read() == {"welcome": {"seq": 0, "resumed": False, "heartbeat_s": 10}}
    assert await page.read() == {"snapshot": {"me": "ayse", "topics": ["me", "queues"]}}
    await house.streams.tell("ayse", "call.changed", {"call": "ş"})
    house.streams.topic("queues", "queue.stats", {"queue": "cards", "waiting": 3})
    first, second = await page.read(), await page.read()
    assert (first["seq"], first["type"], first["data"]) == (1, "call.changed", {"call": "ş"})
    assert (second["rev"], second["topic"], "seq" in second) == (1, "queues", False)
    assert house.live.online("ayse")


async def test_a_page_that_comes_back_gets_what_it_missed_and_no_snapshot(house: House) -> None:
    for number in range(5):
        await house.streams.tell("ayse", "x", {"n": number})
    page = await house.hello("ayse:agent", last_seq=3)
    assert (await page.welcomed()) == {"seq": 5, "resumed": True, "heartbeat_s": 10}
    assert [(await page.read())["seq"] for _ in range(2)] == [4, 5]


async def test_who_says_nothing_for_five_seconds_is_sent_away(house: House) -> None:
    from tests.web.desk.conftest import Page  # noqa: PLC0415 - a class, not a fixture

    page = Page(await house.page())
    await settle()
    await house.clock.advance(5)
    assert await page.code() == 4400


@pytest.mark.parametrize("text", ["hello", '{"ack": 1}', '{"accept": "o1"}', "[]"])
async def test_who_says_something_else_first_is_sent_away(house: House, text: str) -> None:
    from tests.web.desk.conftest import Page  # noqa: PLC0415 - a class, not a fixture

    page = Page(await house.page())
    await page.socket.send_str(text)
    assert await page.code() == 4400
    assert ("connected", "ayse") not in house.told


async def test_a_ticket_opens_once(house: House) -> None:
    first = await house.hello("ayse:agent")
    await first.welcomed()
    assert await (await house.hello("ayse:agent")).code() == 4401
    assert await (await house.hello("nonsense")).code() == 4401


async def test_a_topic_of_others_is_refused(house: House) -> None:
    assert await (await house.hello("ayse:agent", topics=("me", "agents"))).code() == 4403
    page = await house.hello("bora:supervisor", topics=("agents",))
    assert (await page.welcomed())["seq"] == 0


async def test_within_a_topic_a_person_sees_only_what_is_his(house: House) -> None:
    house.sees = lambda _topic, data: data["agent"] == "ayse"
    page = await house.hello("bora:supervisor", topics=("agents",))
    await page.welcomed()
    house.streams.topic("agents", "agent.changed", {"agent": "can"})
    house.streams.topic("agents", "agent.changed", {"agent": "ayse"})
    assert (await page.read())["data"] == {"agent": "ayse"}


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:1"])
async def test_a_page_of_somebody_else_is_not_let_in(house: House, origin: str) -> None:
    with pytest.raises(WSServerHandshakeError) as refused:
        await house.page(origin)
    assert refused.value.status == 403


async def test_a_page_without_an_origin_is_no_page_and_a_listed_one_is(house: House) -> None:
    with pytest.raises(WSServerHandshakeError):
        await house.http.ws_connect(f"{house.url}/events")
    await (await house.page("https://desk.example")).close()


async def test_two_devices_both_get_it_and_presence_is_told_once(house: House) -> None:
    one, two = await house.hello("ayse:agent"), await house.hello("ayse:agent#2")
    await one.welcomed()
    await two.welcomed()
    await house.streams.tell("ayse", "pop.open", {"pop_id": "p1"})
    assert (await one.read())["seq"] == (await two.read())["seq"] == 1
    await one.socket.close()
    await house.streams.tell("ayse", "pop.close", {"pop_id": "p1"})
    assert (await two.read())["seq"] == 2
    assert [each for each in house.told if each[0] in {"connected", "gone"}] == [
        ("connected", "ayse")
    ]
    await two.socket.close()
    await house.until("gone", "ayse")
    assert not house.live.online("ayse")


async def test_acknowledgements_and_pops_are_passed_on(house: House) -> None:
    page = await house.hello("ayse:agent")
    await page.welcomed()
    await house.streams.tell("ayse", "pop.open", {"pop_id": "p1"})
    await page.read()
    await page.socket.send_json({"ack": 1})
    await page.socket.send_json({"pop": {"pop_id": "p1", "rev": 0, "stage": "rendered"}})
    await house.until("seen", "ayse", "p1", 0, "rendered")
    assert house.streams.acked("ayse") == 1


async def test_a_second_hello_and_binary_frames_break_the_protocol(house: House) -> None:
    page = await house.hello("ayse:agent")
    await page.welcomed()
    await page.socket.send_json({"hello": {"ticket": "x"}})
    assert await page.code() == 4400
    other = await house.hello("can:agent")
    await other.welcomed()
    await other.socket.send_bytes(b"\x00")
    assert await other.code() == 4400


async def test_a_frame_over_64_kb_ends_the_connection(house: House) -> None:
    page = await house.hello("ayse:agent")
    await page.welcomed()
    await page.socket.send_str("x" * (64 * 1024 + 1))
    assert await page.code() == 1009


async def test_more_than_20_frames_a_second_are_too_many(house: House) -> None:
    page = await house.hello("ayse:agent")
    await page.welcomed()
    for _ in range(25):
        await page.socket.send_json({"ack": 0})
    assert await page.code() == 4400


async def test_the_heartbeat_comes_every_ten_seconds(house: House) -> None:
    page = await house.hello("ayse:agent")
    await page.welcomed()
    for _ in range(3):
        await house.clock.advance(10)
        assert await page.read() == {"hb": 1}
        await page.socket.send_json({"ack": 0})
        await house.streams.tell("ayse", "x", {})
        assert (await page.read())["type"] == "x"
        await settle()


async def test_a_page_that_is_dead_for_20_seconds_is_cut_off(house: House) -> None:
    page = await house.hello("ayse:agent")
    await page.welcomed()
    await house.clock.advance(10)
    await house.clock.advance(10)
    await house.until("gone", "ayse")


async def test_the_end_of_a_session_ends_its_pages(house: House) -> None:
    page = await house.hello("ayse:agent")
    await page.welcomed()
    house.over = {"ayse:agent"}
    await house.clock.advance(10)
    assert await page.code() == 4401


async def test_the_end_of_a_session_ends_no_pages_of_the_same_persons_other_one(
    house: House,
) -> None:
    desk, laptop = await house.hello("ayse:agent#1"), await house.hello("ayse:agent#2")
    await desk.welcomed()
    await laptop.welcomed()
    house.over = {"ayse:agent#1"}
    await house.clock.advance(10)
    assert await desk.code() == 4401
    assert await laptop.read() == {"hb": 1}


async def test_a_page_beats_on_while_the_store_is_away_and_ends_with_its_session(
    house: House,
) -> None:
    page = await house.hello("ayse:agent")
    await page.welcomed()
    house.away = True
    for _ in range(2):
        await house.clock.advance(10)
        assert await page.read() == {"hb": 1}
        await page.socket.send_json({"ack": 0})
        await house.streams.tell("ayse", "x", {})
        await page.read()
    house.away, house.over = False, {"ayse:agent"}
    await house.clock.advance(10)
    assert await page.code() == 4401


async def test_the_end_of_the_server_asks_pages_to_come_back(house: House) -> None:
    page = await house.hello("ayse:agent")
    await page.welcomed()
    await house.live.close()
    assert await page.code() == 1012
    assert await (await house.hello("can:agent")).code() == 1012


async def test_the_sixth_page_of_a_person_ends_the_oldest(house: House) -> None:
    pages = []
    for number in range(6):
        pages.append(await house.hello(f"ayse:agent#{number}"))
        await pages[-1].welcomed()
    assert await pages[0].code() == 4400
    await house.streams.tell("ayse", "x", {})
    assert [(await page.read())["seq"] for page in pages[1:]] == [1] * 5


async def test_a_page_that_reads_too_slowly_is_sent_away_and_goes_on_later(house: House) -> None:
    page = await house.hello("ayse:agent")
    await page.welcomed()
    for _ in range(300):
        house.streams.tell("ayse", "x", {"big": "x" * 30_000})
    await settle(700)
    assert await page.code() == 4408
    assert house.streams.listening("ayse") == 0
    back = await house.hello("ayse:agent#2", last_seq=300)
    assert (await back.welcomed())["resumed"] is True


async def test_while_the_store_is_away_pages_come_back_later(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(_agent: str) -> int:
        raise StoreError("away")

    monkeypatch.setattr(house.pops, "last_seq", away)
    assert await (await house.hello("ayse:agent")).code() == 1012
    assert not house.live.online("ayse")


async def test_a_storm_of_reconnects_loses_nothing(house: House) -> None:
    """All pages are sent away at once, news go on, and all come back at once."""
    people = [f"agent{number}" for number in range(STORM)]
    pages = await asyncio.gather(*[house.hello(f"{person}:agent") for person in people])
    await asyncio.gather(*[page.welcomed() for page in pages])
    house.streams.close()
    assert set(await asyncio.gather(*[page.code() for page in pages])) == {1012}
    for person in people:
        for number in range(3):
            house.streams.tell(person, "x", {"n": number})
    house.streams.tell("agent0", "x", {"n": 3})
    await settle(100)
    back = await asyncio.gather(*[house.hello(f"{person}:agent#2", 1) for person in people])
    assert all([(await page.welcomed())["resumed"] for page in back])
    for page in back:
        assert [(await page.read())["seq"] for _ in range(2)] == [2, 3]
    assert (await back[0].read())["seq"] == 4
