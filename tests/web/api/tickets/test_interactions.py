"""Contacts over HTTP: who sees which, numbers, categories and codes, links to tickets."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.fakes.ticket_door import TicketDoor

PHONE = "+905321112233"


async def call(house: TicketDoor, name: str, agent: str = "", **more: object) -> None:
    """A contact that an agent has handled."""
    row: dict[str, object] = {
        **dict.fromkeys(("trunk", "channel", "provider_ref", "to_norm", "flow"), "x"),
        **dict.fromkeys(("flow_version", "locale", "note"), "x"),
        "outcome": "handled",
        "public_id": name,
        "started_at": house.desk.at,
        "ended_at": house.desk.at,
        "path": [],
        "is_test": False,
        "from_norm": PHONE,
        "last_agent": agent or None,
    }
    await house.desk.add("interaction", **{**row, **more})


async def ids(house: TicketDoor, who: str, query: str = "") -> list[str]:
    """The contacts of a list."""
    return [row["id"] for row in (await house.good("GET", f"/interactions{query}", who))["items"]]


async def test_everybody_sees_what_lies_within_his_scope(house: TicketDoor) -> None:
    await call(house, "C-1", "ayse")
    await call(house, "C-2", "ali")
    await call(house, "C-3", "ayse", started_at=house.desk.at - timedelta(days=31))
    await call(house, "C-4", "ayse", is_test=True)
    for who in ("ayse", "ali", "sule"):
        await house.send("GET", "/me", who)
    assert await ids(house, "ayse") == ["C-1"]
    assert await ids(house, "ali") == ["C-2"]
    assert await ids(house, "sule") == ["C-1", "C-3"]
    assert await ids(house, "orhan", "?tests=true") == ["C-4", "C-2", "C-1", "C-3"]
    assert (await house.send("GET", "/interactions/C-2", "ayse")).status == 404


async def test_lists_are_filtered_and_come_in_pages(house: TicketDoor) -> None:
    for number in range(3):
        at = house.desk.at - timedelta(hours=number)
        await call(house, f"C-{number}", "ayse", started_at=at, category="card.lost")
    await call(house, "C-9", medium="email", ended_at=None, outcome="open")
    page = await house.good("GET", "/interactions?agent=ayse&limit=2", "orhan")
    assert [row["id"] for row in page["items"]] == ["C-0", "C-1"]
    assert await ids(house, "orhan", f"?agent=ayse&limit=2&cursor={page['next']}") == ["C-2"]
    assert await ids(house, "orhan", "?medium=email") == ["C-9"]
    assert await ids(house, "orhan", "?open=true") == ["C-9"]
    assert await ids(house, "orhan", "?category=card&limit=1") == ["C-0"]
    assert (await house.send("GET", "/interactions?cursor=eA==", "orhan")).status == 422


async def test_numbers_are_shown_as_to_whom(house: TicketDoor) -> None:
    old = house.desk.at - timedelta(hours=1)
    await call(house, "C-1", "ayse", ended_at=old)
    await call(house, "C-2", "ayse")
    shown = {
        (who, name): await house.good("GET", f"/interactions/{name}", who)
        for who in ("ayse", "deniz", "orhan")
        for name in ("C-1", "C-2")
    }
    seen = {key: (row["sender"], row["masked"]) for key, row in shown.items()}
    assert seen["ayse", "C-2"] == seen["orhan", "C-1"] == (PHONE, [])
    assert seen["ayse", "C-1"] == seen["deniz", "C-2"] == ("+90•••••••33", ["sender"])


async def test_a_contact_is_coded_and_given_to_its_customer(house: TicketDoor) -> None:
    await call(house, "C-1", "ayse")
    owner = await house.customer()
    body = {"category": "card.lost", "wrapup_code": "solved", "customer": owner["number"]}
    row = await house.good("PATCH", "/interactions/C-1", "ayse", body)
    assert (row["category"], row["wrapup_code"], row["customer"], row["match_how"]) == (
        *("card.lost", "solved", owner["id"], "entered"),
    )
    [said] = await house.door.store.wrapups.of("C-1")
    assert (said.agent, said.code) == ("ayse", "solved")
    path = "/interactions/C-1"
    assert (await house.send("PATCH", path, "ali", {"category": "card"})).status == 404
    assert (await house.send("PATCH", path, "ayse", {"category": "moon"})).status == 422
    assert (await house.send("PATCH", path, "orhan", {"category": "card"})).status == 403
    await call(house, "C-2", "ayse", ended_at=None)
    assert (await house.send("PATCH", "/interactions/C-2", "ayse", body)).status == 422


async def test_a_contact_is_linked_with_a_ticket(house: TicketDoor) -> None:
    await call(house, "C-1", "ayse")
    made = await house.ticket(category="card")
    body = {"ticket": made["number"], "role": "resolution"}
    for _ in range(2):
        await house.good("POST", "/interactions/C-1/tickets", "ayse", body)
    items = (await house.good("GET", f"/tickets/{made['number']}/timeline", "ayse"))["items"]
    assert [row["contact"]["role"] for row in items if row["contact"]] == ["resolution"]
    bills = await house.ticket("ali", category="billing")
    wrong = {"ticket": bills["number"]}
    assert (await house.send("POST", "/interactions/C-1/tickets", "ayse", wrong)).status == 404


async def test_the_parts_of_a_contact(house: TicketDoor) -> None:
    await call(house, "C-1", "ayse")
    [key] = [row["id"] for row in await house.desk.rows("interaction")]
    at = house.desk.at
    part = {"interaction_id": key, "seq": 1, "started_at": at, "ended_at": at, "detail": ""}
    await house.desk.add("interaction_segment", **part, kind="talk", agent="ayse")
    [found] = (await house.good("GET", "/interactions/C-1/segments", "ayse"))["items"]
    assert (found["kind"], found["agent"], found["queue"]) == ("talk", "ayse", "")
