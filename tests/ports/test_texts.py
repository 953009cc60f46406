"""The port of text messages on both databases: once, in order, and the highest state stays."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import count, permutations
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from ivr.runtime.ports.deliveries import DONE, Delivery, Outcome, Turn
from ivr.runtime.ports.texts import (
    ARRIVALS,
    LANE,
    Counted,
    Handed,
    Part,
    Report,
    TextIn,
    TextNew,
    TextRow,
)
from ivr.store import open_store
from ivr.store.outside.deliveries import SqlDeliveries
from ivr.store.tables import outbox_event
from ivr.store.texts.repository import SqlTexts
from ivr.store.texts.rows import Desk
from tests.fakes.fresh_store import open_fresh

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from ivr.store import SqlStore

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
HIM, HER, US = "+905321112233", "+905337654321", "+908502220000"
ENGINES = ("sqlite", "postgres")
"""An empty database of each kind."""


class Bench:
    """Texts of one trunk, `main`, and the outbox behind them."""

    def __init__(self, store: SqlStore, first: int = 1) -> None:
        numbers = count(first)
        desk = Desk(
            lambda: f"{next(numbers):026}",
            lambda tenant, number: f"{tenant}-{number}",
        )
        self.store = store
        self.texts = SqlTexts(store.database, desk, self.ready)
        self.port = SqlDeliveries(store.database)

    @staticmethod
    def ready(new: TextNew) -> tuple[TextNew, Counted]:
        price = Counted(2, Decimal("0.7124"), "TRY")
        return replace(new, trunk=new.trunk or "main", sender=new.sender or US), price

    async def queue(self, key: str, **more: Any) -> str:  # noqa: ANN401 - fields of TextNew
        new = TextNew(**{"to": HIM, "body": "Merhaba", "origin_key": key, "at": NOON, **more})
        return (await self.texts.queue(new)).id

    async def sent(self, key: str = "a", provider_id: str = "SM1") -> str:
        """A text that the provider has."""
        text = await self.queue(key)
        await self.texts.trying(text, NOON)
        await self.texts.handed(text, Handed(provider_id), NOON)
        return text

    async def row(self, text: str) -> TextRow:
        row = await self.texts.get(text)
        assert row is not None
        return row

    async def report(self, state: str, text: str = "", **more: Any) -> TextRow | None:  # noqa: ANN401
        made = Report("main", state, NOON + timedelta(minutes=1), text=text, **more)
        return await self.texts.reported(made)

    async def come_in(self, provider_id: str, body: str = "5", **more: Any) -> TextRow | None:  # noqa: ANN401
        row = {"from_": HIM, "to": US, "at": NOON, **more}
        return await self.texts.received(TextIn("main", provider_id, body=body, **row))

    async def due(self, lane: str, *outcomes: Outcome) -> Sequence[Delivery]:
        return await self.port.turn(Turn(lane, NOON + timedelta(days=1), 10, 60.0), outcomes)

    async def events(self, *kinds: str) -> list[str]:
        question = select(outbox_event.c.type).where(outbox_event.c.type.in_(kinds))
        return await self.store.database.read(
            lambda it: list(it.scalars(question.order_by(outbox_event.c.id)))
        )


@pytest.fixture
async def bench(address: str) -> AsyncIterator[Bench]:
    store = open_fresh(address, create=True)
    yield Bench(store)
    await store.close()


async def test_a_text_is_queued_once_for_each_key_and_knows_its_price(bench: Bench) -> None:
    text = await bench.queue("call:1", purpose="service", in_contact=True)
    assert await bench.queue("call:1", body="other") == text
    row = await bench.texts.known("call:1")
    assert row == await bench.row(text)
    assert row is not None
    assert (row.trunk, row.from_, row.to, row.body) == ("main", US, HIM, "Merhaba")
    assert (row.parts, row.price, row.currency) == (2, Decimal("0.7124"), "TRY")
    assert (row.state, row.direction, row.in_contact, row.tries) == ("queued", "out", True, 0)
    assert len(await bench.due(f"{LANE}main")) == 1
    assert await bench.texts.get("none") is None


async def test_many_queue_the_same_text_at_once_and_one_is_kept(bench: Bench) -> None:
    found = await asyncio.gather(*(bench.queue("same") for _ in range(10)))
    assert len(set(found)) == 1


async def test_texts_to_one_person_go_in_order_and_by_purpose(bench: Bench) -> None:
    keys = [
        ("a", HIM, "service"),
        ("b", HIM, "service"),
        ("c", HIM, "survey"),
        ("d", HER, "service"),
    ]
    ids = [await bench.queue(key, to=to, purpose=purpose) for key, to, purpose in keys]
    first = await bench.due(f"{LANE}main")
    assert [one.aggregate_id for one in first] == [ids[0], ids[2], ids[3]]
    done = [Outcome(one.key, one.leased_until, DONE) for one in first]
    assert [one.aggregate_id for one in await bench.due(f"{LANE}main", *done)] == [ids[1]]
    assert HIM not in first[0].data
    answer = await bench.queue("answer", in_contact=True)
    await bench.queue("next")
    assert [one.aggregate_id for one in await bench.due(f"{LANE}main")] == [answer]


async def test_every_order_of_doubled_reports_ends_in_the_same_rows(bench: Bench) -> None:
    reports = [("sent", ""), ("undelivered", "30005"), ("delivered", ""), ("sent", "")]
    ends = set()
    for number, order in enumerate(permutations(reports)):
        text = await bench.sent(f"k{number}", f"SM{number}")
        for state, code in (*order, *order):
            await bench.report(state, text, provider_id=f"SM{number}", code=code)
        row = await bench.row(text)
        ends.add((row.state, row.reason, row.code, row.provider_id == f"SM{number}"))
    assert ends == {("delivered", "", "", True)}


async def test_a_report_before_the_answer_of_the_provider_is_not_lost(bench: Bench) -> None:
    text = await bench.queue("early")
    await bench.texts.trying(text, NOON)
    await bench.report("delivered", text, provider_id="SM9", tries=1)
    await bench.texts.handed(text, Handed("SM9"), NOON)
    row = await bench.row(text)
    assert (row.state, row.provider_id, row.tries) == ("delivered", "SM9", 1)
    assert await bench.texts.trying(text, NOON) is None
    await bench.texts.failed(text, "refused", NOON)
    assert (await bench.row(text)).state == "delivered"


async def test_a_report_finds_its_text_by_the_providers_name_alone(bench: Bench) -> None:
    text = await bench.sent(provider_id="SM7")
    await bench.report("undelivered", provider_id="SM7", reason="unreachable", code="30003")
    row = await bench.row(text)
    assert (row.state, row.reason, row.code) == ("undelivered", "unreachable", "30003")
    assert await bench.report("delivered", provider_id="nobody") is None
    elsewhere = Report("other", "delivered", NOON, text=text)
    assert await bench.texts.reported(elsewhere) is None


async def test_what_did_not_arrive_is_tried_once_more_and_old_reports_change_nothing(
    bench: Bench,
) -> None:
    text = await bench.sent()
    lost = {"provider_id": "SM1", "tries": 1, "code": "30003", "again": True}
    for _ in range(2):
        await bench.report("undelivered", text, **lost)
    await bench.report("sent", text, provider_id="SM1", tries=1)
    row = await bench.row(text)
    assert (row.state, row.again, row.provider_id) == ("queued", 1, "")
    assert await bench.events("text.queued") == ["text.queued"] * 2
    again = await bench.texts.trying(text, NOON)
    assert again is not None
    assert again.tries == 2
    await bench.texts.handed(text, Handed("SM2"), NOON)
    await bench.report("undelivered", text, **{**lost, "provider_id": "SM2", "tries": 2})
    assert (await bench.row(text)).state == "undelivered"
    await bench.report("delivered", text, provider_id="SM1", tries=1)
    assert (await bench.row(text)).state == "delivered"


async def test_a_survey_that_did_not_arrive_is_not_sent_again(bench: Bench) -> None:
    text = await bench.queue("s", purpose="survey")
    await bench.texts.handed(text, Handed("SM1"), NOON)
    await bench.report("undelivered", text, provider_id="SM1", tries=1, again=True)
    assert (await bench.row(text)).state == "undelivered"


async def test_a_text_fails_for_one_reason(bench: Bench) -> None:
    failing = await bench.queue("f")
    await bench.texts.failed(failing, "expired", NOON, code="x")
    await bench.texts.failed(failing, "refused", NOON)
    row = await bench.row(failing)
    assert (row.state, row.reason, row.code) == ("failed", "expired", "x")


async def test_a_text_comes_in_once(bench: Bench) -> None:
    row = await bench.come_in("MO1", "Merhaba")
    assert row is not None
    assert await bench.come_in("MO1", "Merhaba") is None
    assert [one.aggregate_id for one in await bench.due(ARRIVALS)] == [row.id]
    await bench.texts.taken(row.id, "intake", NOON)
    await bench.texts.taken(row.id, "survey", NOON)
    taken = await bench.row(row.id)
    assert (taken.state, taken.reason, taken.from_) == ("taken", "intake", HIM)


@pytest.mark.parametrize("order", [(1, 2, 3), (3, 1, 2), (2, 3, 1)])
async def test_parts_in_any_order_and_doubled_are_one_text(
    bench: Bench, order: tuple[int, ...]
) -> None:
    bodies, found = {1: "Çok ", 2: "uzun ", 3: "bir şey"}, []
    for number in (*order, *order):
        part = Part(77, 3, number)
        found.append(await bench.come_in(f"P{number}", bodies[number], part=part))
    whole = [row for row in found if row is not None]
    assert [row.body for row in whole] == ["Çok uzun bir şey"]
    assert len(await bench.due(ARRIVALS)) == 1


async def test_parts_of_others_and_of_other_texts_do_not_mix(bench: Bench) -> None:
    await bench.come_in("A1", "a1 ", part=Part(5, 2, 1))
    await bench.come_in("B2", "b2", part=Part(5, 2, 2), from_=HER)
    late = NOON + timedelta(hours=7)
    assert await bench.come_in("C2", "c2", part=Part(5, 2, 2), at=late) is None
    row = await bench.come_in("B1", "b1 ", part=Part(5, 2, 1), from_=HER)
    assert row is not None
    assert (row.body, row.from_) == ("b1 b2", HER)


async def test_a_part_that_never_comes_leaves_a_gap_and_loses_nothing(bench: Bench) -> None:
    await bench.come_in("P1", "Başı", part=Part(8, 3, 1))
    await bench.come_in("P3", "sonu", part=Part(8, 3, 3))
    assert await bench.texts.overdue(NOON) == 0
    assert await bench.texts.overdue(NOON + timedelta(minutes=10)) == 1
    assert await bench.texts.overdue(NOON + timedelta(minutes=10)) == 0
    [found] = await bench.due(ARRIVALS)
    assert (await bench.row(found.aggregate_id)).body == "Başı[…]sonu"


async def test_a_thread_shows_what_went_between_two_and_nothing_that_waits(bench: Bench) -> None:
    await bench.sent()
    await bench.queue("waits")
    await bench.come_in("MO1", "Selam")
    await bench.come_in("MO2", "Ben", from_=HER)
    thread = await bench.texts.thread("main", HIM)
    assert [(row.direction, row.body) for row in thread] == [("out", "Merhaba"), ("in", "Selam")]
    assert [row.body for row in await bench.texts.thread("main", HIM, 1)] == ["Selam"]
    assert await bench.texts.thread("other", HIM) == []


async def test_what_waits_for_a_trunk_that_is_gone_goes_by_another(bench: Bench) -> None:
    text = await bench.queue("a", trunk="gone")
    stays = await bench.queue("b")
    assert await bench.texts.adopt((), NOON) == 0
    assert await bench.texts.adopt(("main", "other"), NOON) == 1
    assert (await bench.row(text)).trunk == "main"
    assert [one.aggregate_id for one in await bench.due(f"{LANE}main")] == [text]
    assert (await bench.row(stays)).from_ == US


async def test_parts_that_come_at_once_are_one_text(bench: Bench, address: str) -> None:
    """Each in a transaction of its own; on PostgreSQL, of two servers."""
    is_shared = address.startswith("postgresql")
    other = Bench(open_store(address), first=10_000) if is_shared else bench
    for number in range(20):
        ref = 100 + number
        found = await asyncio.gather(
            bench.come_in(f"{ref}-1", "Başı ", part=Part(ref, 2, 1)),
            other.come_in(f"{ref}-2", "sonu", part=Part(ref, 2, 2)),
        )
        assert [row.body for row in found if row is not None] == ["Başı sonu"]
    if is_shared:
        await other.store.close()


async def test_parts_that_are_late_are_not_torn_from_those_that_came_after(bench: Bench) -> None:
    late = NOON + timedelta(minutes=9)
    await bench.come_in("P1", "Başı", part=Part(8, 3, 1))
    await bench.come_in("P3", "sonu", part=Part(8, 3, 3), at=late)
    assert await bench.texts.overdue(NOON + timedelta(minutes=1)) == 1
    [found] = await bench.due(ARRIVALS)
    assert (await bench.row(found.aggregate_id)).body == "Başı[…]sonu"


async def test_a_try_that_did_not_happen_is_not_counted(bench: Bench) -> None:
    text = await bench.queue("t")
    await bench.texts.trying(text, NOON)
    await bench.texts.untried(text, NOON)
    await bench.texts.untried(text, NOON)
    assert (await bench.row(text)).tries == 0
    await bench.texts.trying(text, NOON)
    await bench.texts.handed(text, Handed("SM1"), NOON)
    await bench.texts.untried(text, NOON)
    assert (await bench.row(text)).tries == 1


async def test_where_no_trunk_has_texts_they_fail_when_their_time_is_over(bench: Bench) -> None:
    over = await bench.queue("over", expires_at=NOON)
    waits = await bench.queue("waits", expires_at=NOON + timedelta(seconds=1))
    assert await bench.texts.stranded(NOON) == 1
    assert await bench.texts.stranded(NOON) == 0
    row = await bench.row(over)
    assert (row.state, row.reason) == ("failed", "no_way")
    assert (await bench.row(waits)).state == "queued"
