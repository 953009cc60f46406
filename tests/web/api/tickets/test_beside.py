"""Links, tags and the checklist of a ticket over HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.fakes.ticket_door import TicketDoor


async def test_two_tickets_are_linked_and_unlinked(house: TicketDoor) -> None:
    one, other = [(await house.ticket(category="card"))["number"] for _ in range(2)]
    body = {"kind": "causes", "other": other}
    for _ in range(2):
        rows = (await house.good("POST", f"/tickets/{one}/links", "ayse", body))["items"]
        assert [(row["kind"], row["other"], row["mine"]) for row in rows] == [
            ("causes", other, True)
        ]
    [back] = (await house.good("GET", f"/tickets/{other}/links", "ayse"))["items"]
    assert (back["other"], back["mine"]) == (one, False)
    gone = await house.good("DELETE", f"/tickets/{one}/links/causes/{other}", "ayse")
    assert gone["items"] == []
    assert (await house.send("DELETE", f"/tickets/{one}/links/moon/{other}", "ayse")).status == 422
    bills = (await house.ticket("ali", category="billing"))["number"]
    wrong = {"kind": "related", "other": bills}
    assert (await house.send("POST", f"/tickets/{one}/links", "ayse", wrong)).status == 404


async def test_tags_are_put_on_and_taken_off(house: TicketDoor) -> None:
    path = f"/tickets/{(await house.ticket(category='card'))['number']}/tags"
    assert await house.good("POST", path, "ayse", {"add": ["vip", "acil"]}) == {
        "tags": ["acil", "vip"]
    }
    assert await house.good("POST", path, "ayse", {"remove": ["vip"]}) == {"tags": ["acil"]}
    assert (await house.send("POST", path, "ayse", {"add": [""]})).status == 422
    assert (await house.send("POST", path, "deniz", {"add": ["x"]})).status == 403


async def test_an_item_is_ticked_off_and_back(house: TicketDoor) -> None:
    path = f"/tickets/{(await house.ticket(category='card.lost'))['number']}/checklist"
    [item] = (await house.good("GET", path, "ayse"))["items"]
    assert (item["text"], item["mandatory"], item["done_by"]) == ("Card blocked", True, "")
    [done] = (await house.good("PUT", f"{path}/1", "ayse", {"done": True}))["items"]
    assert done["done_by"] == "ayse"
    [back] = (await house.good("PUT", f"{path}/1", "ayse", {"done": False}))["items"]
    assert back["done_at"] is None
    assert (await house.send("PUT", f"{path}/9", "ayse", {"done": True})).status == 404
    assert (await house.send("PUT", f"{path}/x", "ayse", {"done": True})).status == 422
