"""Consent, erasure, holds and proof over HTTP, and what each role may do there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.runtime.ports.customers import Act, NewPoint

if TYPE_CHECKING:
    from tests.fakes.ticket_door import TicketDoor

PHONE = "+905321112233"
SAID = {"value": PHONE, "medium": "sms", "purpose": "service", "status": "opt_out"}


async def _her(house: TicketDoor) -> str:
    """A customer with a number."""
    made = await house.customer()
    act = Act("ayse", house.desk.at)
    await house.customers.add_point(made["id"], NewPoint("phone", PHONE), act)
    return str(made["id"])


async def test_what_somebody_said_is_kept_and_asked_for(house: TicketDoor) -> None:
    her = await _her(house)
    made = await house.send("POST", "/consents", "ayse", {**SAID, "source": "call"})
    assert (made.status, made.body["status"]) == (201, "opt_out")
    asked = {"value": "0532 111 22 33", "medium": "sms", "purpose": "service"}
    found = await house.good("POST", "/consents/check", "sule", asked)
    assert found == {"allowed": False, "refusal": "opted_out", "from_at": None}
    [row] = (await house.good("GET", f"/consents?customer={her}", "orhan"))["items"]
    assert (row["value"], row["masked"]) == (PHONE, [])
    [row] = (await house.good("GET", f"/consents?customer={her}", "deniz"))["items"]
    assert (row["value"][-2:], row["masked"]) == ("33", ["value"])
    assert PHONE not in str(row)
    assert (await house.send("GET", "/consents?customer=nobody", "sule")).status == 404
    assert (await house.send("GET", f"/consents?customer={her}", "ayse")).status == 403


async def test_what_nobody_can_have_said_is_refused(house: TicketDoor) -> None:
    for wrong in ({"value": "xx"}, {"purpose": "fun"}, {"medium": "smoke"}, {"id": 3}):
        body = {**SAID, "source": "call", **wrong}
        assert (await house.send("POST", "/consents", "ayse", body)).status == 422


async def test_the_registry_is_told_of_consents_for_marketing(house: TicketDoor) -> None:
    said = {**SAID, "purpose": "marketing", "status": "opt_in", "source": "web_form"}
    row = await house.good("POST", "/consents", "sule", said)
    items = (await house.good("GET", "/consents/unregistered", "sule"))["items"]
    assert [each["id"] for each in items] == [row["id"]]
    body = {"ids": [row["id"]]}
    assert (await house.send("POST", "/consents/registered", "sule", body)).status == 403
    assert await house.good("POST", "/consents/registered", "deniz", body) == {"rows": 1}
    assert (await house.good("GET", "/consents/unregistered", "sule"))["items"] == []


async def test_an_erasure_is_asked_for_by_one_and_approved_by_another(house: TicketDoor) -> None:
    her = await _her(house)
    body = {"customer": her, "reason": "dilekçe 12"}
    assert (await house.send("POST", "/erasures", "ayse", body)).status == 403
    made = await house.send("POST", "/erasures", "sule", body)
    assert (made.status, made.body["state"], made.body["customer"]) == (201, "open", her)
    one = f"/erasures/{made.body['id']}"
    assert (await house.send("POST", "/erasures", "sule", body)).status == 409
    assert (await house.send("POST", f"{one}/approve", "deniz")).status == 409
    assert (await house.send("POST", f"{one}/verify", "sule")).body["state"] == "verified"
    counts = (await house.good("GET", f"{one}/preview", "deniz"))["counts"]
    assert (counts["records"], counts["contact_points"]) == (1, 1)
    assert (await house.send("POST", f"{one}/approve", "sule")).status == 403
    approved = await house.good("POST", f"{one}/approve", "deniz")
    assert (approved["state"], approved["approved_by"]) == ("running", "deniz")
    items = (await house.good("GET", "/erasures?state=running", "orhan"))["items"]
    assert [row["id"] for row in items] == [approved["id"]]
    assert (await house.send("GET", "/erasures/nothing", "deniz")).status == 404
    receipt = {"system": "rt", "answer": "gone"}
    assert (await house.send("POST", f"{one}/receipts", "deniz", receipt)).status == 404


async def test_a_request_is_refused_with_a_reason(house: TicketDoor) -> None:
    body = {"customer": await _her(house), "reason": "dilekçe 13"}
    made = await house.good("POST", "/erasures", "sule", body)
    path = f"/erasures/{made['id']}/refuse"
    assert (await house.send("POST", path, "deniz", {"because": " "})).status == 422
    refused = await house.good("POST", path, "deniz", {"because": "fatura davası"})
    assert (refused["state"], refused["refused_because"]) == ("refused", "fatura davası")


async def test_a_hold_stands_until_an_admin_ends_it(house: TicketDoor) -> None:
    her = await _her(house)
    made = await house.good("POST", "/holds", "sule", {"customer": her, "reason": "dava 2026/1"})
    erasure = await house.good("POST", "/erasures", "sule", {"customer": her, "reason": "x"})
    assert erasure["held"]
    await house.good("POST", f"/erasures/{erasure['id']}/verify", "sule")
    assert (await house.send("POST", f"/erasures/{erasure['id']}/approve", "deniz")).status == 409
    [row] = (await house.good("GET", "/holds", "orhan"))["items"]
    assert (row["id"], row["customer"], row["by"]) == (made["id"], her, "sule")
    assert (await house.send("POST", f"/holds/{made['id']}/end", "sule")).status == 403
    ended = await house.good("POST", f"/holds/{made['id']}/end", "deniz")
    assert ended["ended_by"] == "deniz"
    assert (await house.good("GET", "/holds", "orhan"))["items"] == []
    assert len((await house.good("GET", "/holds?ended=true", "orhan"))["items"]) == 1


async def test_everything_about_a_customer_is_given_with_a_reason(house: TicketDoor) -> None:
    her = await _her(house)
    path = f"/customers/{her}/export"
    assert (await house.send("GET", path, "sule")).status == 422
    for who in ("ayse", "kemal", "deniz", "orhan"):
        assert (await house.send("GET", f"{path}?why=istedi", who)).status == 403
    found = await house.good("GET", f"{path}?why=istedi", "sule")
    assert found["contact_points"][0]["value_norm"] == PHONE
    rows = (await house.good("GET", "/audit?what=customer.export", "orhan"))["items"]
    assert [(row["who"], row["about"]) for row in rows] == [("sule", her)]


async def test_exporting_needs_a_fresh_login(house: TicketDoor) -> None:
    her = await _her(house)
    await house.good("GET", f"/customers/{her}/export?why=istedi", "sule")
    await house.door.clock.advance(400)
    answer = await house.send("GET", f"/customers/{her}/export?why=istedi", "sule")
    assert (answer.status, answer.body["code"]) == (403, "fresh-login")


async def test_the_log_is_read_in_pages_and_proven(house: TicketDoor) -> None:
    await _her(house)
    first = await house.good("GET", "/audit?limit=1", "deniz")
    rest = await house.good("GET", f"/audit?limit=200&cursor={first['next']}", "deniz")
    assert rest["next"] is None
    assert first["items"][0]["seq"] == rest["items"][0]["seq"] + 1
    state = await house.good("POST", "/audit/verify", "orhan")
    assert (state["broken"], state["first"]) == (None, 1)
    assert (await house.send("POST", "/audit/verify", "deniz")).status == 403


async def test_what_is_due_is_shown_and_destroyed_by_an_admin(house: TicketDoor) -> None:
    shown = await house.good("GET", "/retention", "orhan")
    assert shown == {"last_run": None, "due": {}, "held": 0}
    assert (await house.send("POST", "/retention/run", "orhan", {})).status == 403
    done = await house.good("POST", "/retention/run", "deniz", {})
    assert done == {"counts": {}, "held": 0}
    assert (await house.good("GET", "/retention", "orhan"))["last_run"] is not None
