"""Tickets over HTTP: who sees which, who may change which, pages, versions, repeats."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.fakes.ticket_door import TicketDoor


async def test_a_ticket_is_opened_and_read(house: TicketDoor) -> None:
    answer = await house.send(
        "POST", "/tickets", "ayse", {"subject": "İade gecikti", "category": "card.lost"}
    )
    assert answer.status == 201
    made = answer.body
    assert (made["team"], made["priority"], made["status"]) == ("cards", "normal", "new")
    assert (made["source"], made["opened_by"], made["can_change"]) == ("voice", "ayse", True)
    assert made["moves"] == [
        *("open", "waiting_customer", "waiting_supplier", "resolved", "cancelled")
    ]
    assert answer.headers["ETag"] == '"1"'
    assert "origin_key" not in made
    for ref in (made["id"], made["number"]):
        again = await house.send("GET", f"/tickets/{ref}", "ayse")
        assert (again.status, again.body, again.headers["ETag"]) == (200, made, '"1"')


async def test_an_idempotency_key_opens_one_ticket(house: TicketDoor) -> None:
    body = {"subject": "Kart"}
    first = await house.send("POST", "/tickets", "ayse", body, Idempotency_Key="k-1")
    second = await house.send("POST", "/tickets", "ayse", body, Idempotency_Key="k-1")
    other = await house.send("POST", "/tickets", "ali", body, Idempotency_Key="k-1")
    assert first.body["number"] == second.body["number"] != other.body["number"]


async def test_everybody_sees_what_lies_within_his_scope(house: TicketDoor) -> None:
    cards = (await house.ticket("ayse", category="card.lost"))["number"]
    bills = (await house.ticket("ali", category="billing"))["number"]
    seen = {
        who: {row["number"] for row in (await house.good("GET", "/tickets", who))["items"]}
        for who in ("ayse", "ali", "sule", "kemal", "deniz", "orhan")
    }
    assert (seen["ayse"], seen["ali"]) == ({cards}, {bills})
    assert all(seen[who] == {cards, bills} for who in ("sule", "kemal", "deniz", "orhan"))
    assert (await house.good("GET", "/tickets/count", "ayse"))["count"] == 1
    hidden = await house.send("GET", f"/tickets/{bills}", "ayse")
    missing = await house.send("GET", "/tickets/260999999", "ayse")
    assert hidden.status == missing.status == 404
    assert {**hidden.body, "request_id": ""} == {**missing.body, "request_id": ""}


async def test_who_handled_the_contact_sees_the_ticket(house: TicketDoor) -> None:
    await house.desk.add_call("C-1")
    made = await house.ticket("ali", category="billing", interaction="C-1")
    assert (await house.send("GET", f"/tickets/{made['number']}", "ayse")).status == 404
    row = {"key": "o1", "shard": "g", "live": False, "ring_group": "r", "slot": "s", "body": "{}"}
    await house.desk.add("acd_shard", id="g", owner="x")
    await house.desk.add("offer", **row, agent="ayse", call="C-1", state="accepted")
    assert (await house.send("GET", f"/tickets/{made['number']}", "ayse")).status == 200


async def test_a_ticket_is_changed_by_who_may_and_saw_its_last_version(house: TicketDoor) -> None:
    made = await house.ticket("ayse", category="card.lost")
    path, body = f"/tickets/{made['number']}", {"subject": "Yeni başlık"}
    assert (await house.send("PATCH", path, "ayse", body)).status == 428
    assert (await house.send("PATCH", path, "ayse", body, If_Match='"7"')).status == 412
    answer = await house.send("PATCH", path, "sule", body, If_Match='"1"')
    assert (answer.status, answer.body["subject"], answer.headers["ETag"]) == (
        200,
        "Yeni başlık",
        '"2"',
    )
    for who in ("kemal", "deniz", "orhan"):
        assert (await house.send("PATCH", path, who, body, If_Match='"2"')).status == 403
    assert (await house.send("PATCH", path, "ali", body, If_Match='"2"')).status == 404


async def test_an_agent_takes_a_ticket_of_his_team_and_no_more(house: TicketDoor) -> None:
    made = await house.ticket("sule", category="card.lost")
    path = f"/tickets/{made['number']}"
    seen = await house.good("GET", path, "ayse")
    assert (seen["assignee"], seen["can_change"]) == ("", False)
    refused = await house.send("PATCH", path, "ayse", {"subject": "x"}, If_Match="1")
    assert (refused.status, refused.body["code"]) == (403, "not-allowed")
    both = {"assignee": "ayse", "subject": "x"}
    assert (await house.send("PATCH", path, "ayse", both, If_Match="1")).status == 403
    taken = await house.good("PATCH", path, "ayse", {"assignee": "ayse"}, If_Match="1")
    assert (taken["assignee"], taken["can_change"]) == ("ayse", True)


@pytest.mark.parametrize(
    ("field", "value"),
    [("assignee", "nobody"), ("team", "moon"), ("category", "no.such"), ("customer", "42")],
)
async def test_what_is_not_there_is_refused(house: TicketDoor, field: str, value: str) -> None:
    made = await house.ticket("ayse", category="card.lost")
    answer = await house.send(
        "PATCH", f"/tickets/{made['number']}", "ayse", {field: value}, If_Match="1"
    )
    assert (answer.status, answer.body["code"]) == (422, "not-valid")


async def test_a_priority_is_changed_with_a_reason(house: TicketDoor) -> None:
    made = await house.ticket("ayse", category="card.lost")
    path = f"/tickets/{made['number']}"
    urgent = {"priority": "urgent"}
    assert (await house.send("PATCH", path, "ayse", urgent, If_Match="1")).status == 422
    row = await house.good("PATCH", path, "ayse", {**urgent, "reason": "VIP"}, If_Match="1")
    assert row["priority"] == "urgent"


async def test_lists_are_filtered_and_come_in_pages(house: TicketDoor) -> None:
    made = [await house.ticket("ayse", category="card.lost", priority=p) for p in ("low", "urgent")]
    made.append(await house.ticket("ayse", category="card", subject="IŞIK sönük", tags=["vip"]))
    numbers = [row["number"] for row in made]
    by_priority = await house.good("GET", "/tickets?sort=priority&limit=2", "sule")
    assert [row["priority"] for row in by_priority["items"]] == ["urgent", "normal"]
    rest = await house.good(
        "GET", f"/tickets?sort=priority&limit=2&cursor={by_priority['next']}", "sule"
    )
    assert ([row["number"] for row in rest["items"]], rest["next"]) == ([numbers[0]], None)
    for query, found in (
        ("priority=low&priority=urgent", numbers[:2]),
        ("category=card", numbers),
        ("category=card.lost", numbers[:2]),
        ("q=isik", numbers[2:]),
        ("tag=vip", numbers[2:]),
        ("status=open", []),
        ("open=true&unassigned=true", numbers),
        ("opened_since=2100-01-01T00:00:00Z", []),
    ):
        rows = (await house.good("GET", f"/tickets?sort=number&{query}", "sule"))["items"]
        assert [row["number"] for row in rows] == found, query


@pytest.mark.parametrize(
    "query", ["limit=201", "sort=moon", "priority=5", "cursor=x", "moon=1", "open=perhaps"]
)
async def test_a_list_that_cannot_be_made_is_refused(house: TicketDoor, query: str) -> None:
    assert (await house.send("GET", f"/tickets?{query}", "sule")).status == 422


async def test_a_child_stands_below_its_ticket(house: TicketDoor) -> None:
    made = await house.ticket("ayse", category="card.lost")
    body = {"subject": "Kart basımı", "category": "card"}
    child = await house.good("POST", f"/tickets/{made['number']}/children", "ayse", body)
    assert child["parent"] == made["number"]
    found = await house.good("GET", f"/tickets/{made['number']}/children", "ayse")
    assert [row["number"] for row in found["items"]] == [child["number"]]


async def test_names_and_numbers_are_not_shown_to_everybody(house: TicketDoor) -> None:
    owner = (await house.customer())["id"]
    act = house.desk.at
    from ivr.runtime.ports.customers import Act, NewPoint  # noqa: PLC0415

    await house.customers.add_point(owner, NewPoint("phone", "05321112233"), Act("x", act))
    made = await house.ticket("ayse", customer=owner, contact="+905321112233")
    path = f"/tickets/{made['number']}"
    shown = {who: await house.good("GET", path, who) for who in ("ayse", "sule", "deniz", "orhan")}
    seen = {
        who: (row["customer_name"], row["contact"], row["masked"]) for who, row in shown.items()
    }
    assert seen["ayse"] == ("Işık Çelik", "+90•••••••33", ["contact"])
    assert seen["sule"] == seen["orhan"] == ("Işık Çelik", "+905321112233", [])
    assert seen["deniz"] == (None, None, ["customer_name", "contact"])


async def test_an_opening_that_names_a_ticket_not_seen_is_refused(house: TicketDoor) -> None:
    bills = (await house.ticket("ali", category="billing"))["number"]
    body = {"subject": "x", "follows": bills}
    assert (await house.send("POST", "/tickets", "ayse", body)).status == 404
    for wrong in ({"subject": " "}, {"subject": "x", "tenant": 2}, {"subject": "x", "assignee": 1}):
        assert (await house.send("POST", "/tickets", "ayse", wrong)).status == 422
