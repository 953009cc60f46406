"""Announcements are shown while they hold, and everybody says once that he has read them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.fakes.article_door import publish

if TYPE_CHECKING:
    from tests.fakes.ticket_door import TicketDoor


async def test_whoever_has_read_it_is_known(house: TicketDoor) -> None:
    made = await publish(house, slug="news", kind="announcement")
    article = await publish(house, slug="no-news")
    await publish(house, slug="old", kind="announcement", valid_until="2020-01-01T00:00:00Z")
    (mine,) = (await house.good("GET", "/announcements", "ayse"))["items"]
    assert (mine["article"]["id"], mine["read_at"]) == (made["id"], None)
    path = f"/announcements/{made['id']}"
    for _time in range(2):
        assert (await house.send("POST", f"{path}/read", "ayse")).status == 204
    (mine,) = (await house.good("GET", "/announcements", "ayse"))["items"]
    assert mine["read_at"] is not None
    (other,) = (await house.good("GET", "/announcements", "ali"))["items"]
    assert other["read_at"] is None
    assert (await house.send("GET", f"{path}/receipts", "ayse")).status == 403
    (receipt,) = (await house.good("GET", f"{path}/receipts", "sule"))["items"]
    assert receipt["person"] == "ayse"
    for what in ("read", "receipts"):
        method = "POST" if what == "read" else "GET"
        answer = await house.send(method, f"/announcements/{article['id']}/{what}", "sule")
        assert answer.status == 404
