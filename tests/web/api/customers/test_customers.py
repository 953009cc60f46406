"""Customers over HTTP: adding, changing, finding, cards, and what each role may read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ivr.runtime.ports.customers import Act, NewPoint

if TYPE_CHECKING:
    from tests.fakes.ticket_door import TicketDoor

PHONE = "+905321112233"


async def with_phone(house: TicketDoor, owner: str, phone: str = PHONE) -> None:
    """A number of a customer."""
    act = Act("ayse", house.desk.at)
    await house.customers.add_point(owner, NewPoint("phone", phone), act)


async def test_a_customer_is_added_and_read(house: TicketDoor) -> None:
    made = await house.customer(vip_rank=2, attrs={"since": 1999})
    for ref in (made["id"], made["number"]):
        again = await house.send("GET", f"/customers/{ref}", "sule")
        assert (again.status, again.body, again.headers["ETag"]) == (200, made, '"1"')
    assert (made["full_name"], made["vip_rank"], made["masked"]) == ("Işık Çelik", 2, [])
    assert (await house.send("GET", "/customers/nobody", "sule")).status == 404


@pytest.mark.parametrize("body", [{}, {"full_name": "x", "id": "y"}, {"full_name": "x", "kind": 1}])
async def test_what_is_no_customer_is_refused(house: TicketDoor, body: dict[str, object]) -> None:
    assert (await house.send("POST", "/customers", "ayse", body)).status == 422


async def test_a_taken_number_is_refused(house: TicketDoor) -> None:
    await house.customer(number="77")
    answer = await house.send("POST", "/customers", "ayse", {"full_name": "x", "number": "77"})
    assert (answer.status, answer.body["code"]) == (422, "not-valid")


async def test_a_customer_is_changed_by_who_saw_the_last_version(house: TicketDoor) -> None:
    made = await house.customer()
    path, body = f"/customers/{made['id']}", {"segment": "gold"}
    assert (await house.send("PATCH", path, "ayse", body)).status == 428
    assert (await house.send("PATCH", path, "ayse", body, If_Match='"3"')).status == 412
    answer = await house.send("PATCH", path, "ayse", body, If_Match='"1"')
    assert (answer.body["segment"], answer.headers["ETag"]) == ("gold", '"2"')
    for who in ("kemal", "deniz", "orhan"):
        assert (await house.send("PATCH", path, who, body, If_Match='"2"')).status == 403


async def test_lists_come_in_pages_and_by_filter(house: TicketDoor) -> None:
    made = [await house.customer(segment=segment) for segment in ("gold", "silver", "gold")]
    ids = [row["id"] for row in made]
    first = await house.good("GET", "/customers?limit=2", "ayse")
    assert [row["customer"]["id"] for row in first["items"]] == ids[:0:-1]
    rest = await house.good("GET", f"/customers?limit=2&cursor={first['next']}", "ayse")
    assert ([row["customer"]["id"] for row in rest["items"]], rest["next"]) == (ids[:1], None)
    gold = await house.good("GET", "/customers?segment=gold", "ayse")
    assert [row["customer"]["id"] for row in gold["items"]] == [ids[2], ids[0]]
    assert (await house.send("GET", "/customers?limit=500", "ayse")).status == 422


async def test_a_customer_is_found_by_name_and_phone(house: TicketDoor) -> None:
    made = await house.customer()
    await with_phone(house, made["id"])
    for text, by in (("isik", "name"), ("05321112233", "phone"), (made["number"], "number")):
        [hit] = (await house.good("GET", f"/customers?q={text}", "ayse"))["items"]
        assert (hit["customer"]["id"], hit["by"]) == (made["id"], by)
    # Who may read no names must not find out whether somebody is a customer.
    for text, found in (("isik", 0), ("05321112233", 0), (made["number"], 1)):
        hits = (await house.good("GET", f"/customers?q={text}", "deniz"))["items"]
        assert len(hits) == found


async def test_what_a_role_may_not_read_is_not_sent(house: TicketDoor) -> None:
    made = await house.customer(attrs={"note": "Gizli"})
    await with_phone(house, made["id"])
    for who in ("deniz", "kemal"):
        answer = await house.send("GET", f"/customers/{made['id']}/card", who)
        shown = answer.body["customer"]
        assert (shown["full_name"], shown["attrs"]) == (None, None)
        assert shown["masked"] == ["full_name", "attrs"]
        [point] = answer.body["points"]
        assert (point["value"], point["norm"], point["masked"]) == (None, None, ["value", "norm"])
        assert not any(word in str(answer.body) for word in ("Işık", "Gizli", "5321112233"))
    card = await house.good("GET", f"/customers/{made['id']}/card", "orhan")
    assert card["points"][0]["norm"] == PHONE


async def test_an_agent_sees_the_number_while_he_serves_the_customer(house: TicketDoor) -> None:
    made = await house.customer()
    await with_phone(house, made["id"])
    path = f"/customers/{made['id']}/card"
    [point] = (await house.good("GET", path, "ayse"))["points"]
    assert (point["norm"], point["masked"]) == ("+90•••••••33", ["value", "norm"])
    [key] = [row["id"] for row in await house.desk.rows("customer")]
    call = {
        **dict.fromkeys(("trunk", "channel", "provider_ref", "to_norm", "flow"), "x"),
        **dict.fromkeys(("flow_version", "locale", "outcome", "note"), "x"),
    }
    more = {"public_id": "C1", "started_at": house.desk.at, "path": [], "is_test": False}
    await house.desk.add("interaction", **call, **more, customer_id=key, last_agent="ayse")
    [point] = (await house.good("GET", path, "ayse"))["points"]
    assert (point["norm"], point["masked"]) == (PHONE, [])
    [point] = (await house.good("GET", path, "ali"))["points"]
    assert point["masked"] == ["value", "norm"]


async def test_a_number_leads_to_a_card(house: TicketDoor) -> None:
    made = await house.customer()
    await with_phone(house, made["id"])
    await house.ticket("ayse", customer=made["id"], category="card")
    card = await house.good("GET", "/customers/lookup?phone=0532%20111%2022%2033", "sule")
    assert (card["customer"]["id"], card["match"]["how"]) == (made["id"], "exact")
    assert [row["category"] for row in card["tickets"]] == ["card"]
    nobody = await house.good("GET", "/customers/lookup?phone=05329998877", "sule")
    assert (nobody["customer"], nobody["match"]["how"]) == (None, "none")
    second = await house.customer(full_name="Can Çelik")
    await with_phone(house, second["id"])
    card = await house.good("GET", "/customers/lookup?phone=05321112233", "deniz")
    assert (card["match"]["how"], card["match"]["asks_number"]) == ("ambiguous", True)
    assert {each["full_name"] for each in card["match"]["candidates"]} == {None}


async def test_a_card_tells_of_tickets_elsewhere_but_not_what_they_are(house: TicketDoor) -> None:
    owner = (await house.customer())["id"]
    await house.ticket("ali", customer=owner, category="billing", subject="Gizli konu")
    await house.ticket("ayse", customer=owner, category="card", subject="Kart")
    path = f"/customers/{owner}/card"
    seen = {
        who: {
            row["category"]: row["subject"]
            for row in (await house.good("GET", path, who))["tickets"]
        }
        for who in ("ayse", "ali", "sule")
    }
    assert seen["ayse"] == {"billing": None, "card": "Kart"}
    assert seen["ali"] == {"billing": "Gizli konu", "card": None}
    assert seen["sule"] == {"billing": "Gizli konu", "card": "Kart"}
