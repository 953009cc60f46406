"""Promises to call back: supervisors see and make those of their queues."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from ivr.acd.callbacks import Step, advance
from ivr.runtime.callbacks.promised import Booking, row_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ivr.runtime.ports.desk import CallbackRow
    from tests.fakes.door import Door

NOW = 1_795_419_000_000_000_000
NUMBER = "+905321112233"


class Books:
    """Implements `Promises` in a dict."""

    def __init__(self) -> None:
        self.rows: dict[str, CallbackRow] = {}

    def now_ns(self) -> int:
        return NOW

    async def book(self, wanted: Booking) -> tuple[CallbackRow, bool]:
        for row in self.rows.values():
            if (row.promise.identity, row.promise.queue) == (wanted.number, wanted.queue):
                return row, True
        names = f"p-{len(self.rows) + 1}", "12345670"
        row = row_of(wanted, names, NOW, lambda _at: False)
        self.rows[row.promise.token] = row
        return row, False

    async def cancel(self, promise: str, why: str) -> CallbackRow:
        row = self.rows[promise]
        over = replace(row, promise=advance(row.promise, Step.CANCEL, why))
        self.rows[promise] = over
        return over

    async def get(self, promise: str) -> CallbackRow | None:
        return self.rows.get(promise)

    def open(self, queue: str) -> Sequence[CallbackRow]:
        rows = [row for row in self.rows.values() if row.promise.queue == queue]
        return [row for row in rows if row.promise.is_open]

    async def recent(self, limit: int) -> Sequence[CallbackRow]:
        return list(self.rows.values())[-limit:]


@pytest.fixture
def books(door: Door) -> Books:
    """Two queues, of which the supervisor has one."""
    made = Books()
    object.__setattr__(door.parts, "promises", made)
    door.floor.lines = {"cards": [], "loans": []}
    door.floor.put("ayse", teams=["cards"], queues=["cards"])
    door.floor.put("ali", teams=["loans"], queues=["loans"])
    return made


async def test_a_supervisor_promises_a_call_and_a_second_time_finds_it(
    door: Door, books: Books
) -> None:
    body = {"queue": "cards", "number": NUMBER, "at": "2026-11-24T09:00:00+03:00", "window": 60}
    first = await door.send("POST", "/callbacks", "sule", body)
    assert (first.status, first.body["state"], first.body["by"]) == (201, "promised", "sule")
    assert first.body["due"] == "2026-11-24T06:00:00+00:00"
    assert first.body["since"] == "2026-11-24T06:00:00+00:00", "also after a try"
    assert first.body["until"] == "2026-11-24T07:00:00+00:00"
    second = await door.send("POST", "/callbacks", "sule", body)
    assert (second.status, second.body["id"]) == (200, first.body["id"])
    assert len(books.rows) == 1
    (row,) = await door.store.audit.recent(1)
    assert (row.who, row.what, row.about) == ("sule", "callback", "+90•••••••33")


async def test_everybody_sees_the_promises_of_his_queues_and_admins_no_numbers(
    door: Door, books: Books
) -> None:
    for queue in ("cards", "loans"):
        await books.book(Booking(NUMBER, queue, "phones", NOW))
    rows = (await door.send("GET", "/callbacks", "sule")).body["items"]
    assert [(row["queue"], row["caller"]) for row in rows] == [("cards", NUMBER)]
    rows = (await door.send("GET", "/callbacks", "deniz")).body["items"]
    assert [row["queue"] for row in rows] == ["cards", "loans"]
    assert {row["caller"] for row in rows} == {"+90•••••••33"}
    assert (await door.send("GET", "/callbacks", "ayse")).status == 403


async def test_those_of_one_queue_that_are_still_to_be_kept_are_listed_alone(
    door: Door, books: Books
) -> None:
    for number, queue in ((NUMBER, "cards"), ("+905321112234", "cards"), (NUMBER, "loans")):
        await books.book(Booking(number, queue, "phones", NOW))
    await books.cancel("p-1", "by sule")
    rows = (await door.send("GET", "/queues/cards/callbacks", "sule")).body["items"]
    assert [(row["id"], row["caller"]) for row in rows] == [("p-2", "+905321112234")]
    [row] = (await door.send("GET", "/queues/cards/callbacks", "deniz")).body["items"]
    assert row["caller"] == "+90•••••••34"
    assert (await door.send("GET", "/queues/loans/callbacks", "sule")).status == 404
    assert (await door.send("GET", "/queues/cards/callbacks", "ayse")).status == 403


async def test_a_promise_is_given_up(door: Door, books: Books) -> None:
    for queue in ("cards", "loans"):
        await books.book(Booking(NUMBER, queue, "phones", NOW))
    assert (await door.send("DELETE", "/callbacks/p-1", "sule")).status == 204
    assert books.rows["p-1"].promise.reason == "by sule"
    for other in ("p-2", "p-9"):
        assert (await door.send("DELETE", f"/callbacks/{other}", "sule")).status == 404


@pytest.mark.parametrize(
    "more",
    [{"number": "0532"}, {"queue": ""}, {"at": "2026-11-24T09:00:00"}, {"window": 1}, {"x": 1}],
)
async def test_a_wish_that_is_none_is_refused(
    door: Door, books: Books, more: dict[str, object]
) -> None:
    body = {"queue": "cards", "number": NUMBER, **more}
    assert (await door.send("POST", "/callbacks", "sule", body)).status == 422
    assert not books.rows


async def test_other_queues_are_not_there(door: Door, books: Books) -> None:
    body = {"queue": "loans", "number": NUMBER}
    assert (await door.send("POST", "/callbacks", "sule", body)).status == 404
    assert not books.rows


async def test_a_server_that_calls_nobody_back_says_so(door: Door) -> None:
    assert (await door.send("GET", "/callbacks", "deniz")).status == 422
