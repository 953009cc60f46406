"""Numbers and addresses of a customer over HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.fakes.ticket_door import TicketDoor


async def test_a_number_is_added_changed_and_ended(house: TicketDoor) -> None:
    owner = (await house.customer())["id"]
    many = f"/customers/{owner}/points"
    body = {"kind": "phone", "value": "0532 111 22 33", "label": "cep", "origin": "code"}
    answer = await house.send("POST", many, "sule", body)
    assert answer.status == 201
    point = answer.body["point"]
    assert (point["norm"], point["label"], point["masked"]) == ("+905321112233", "cep", [])
    assert point["verified_at"] is None  # only programs say how a number came
    one = f"/contact-points/{point['id']}"
    changed = await house.good("PATCH", one, "sule", {"primary": True, "label": "iş"})
    assert (changed["primary"], changed["label"]) == (True, "iş")
    verified = await house.good("POST", f"{one}/verify", "sule", {"how": "code"})
    assert verified["point"]["verified_how"] == "agent"
    assert (await house.good("POST", f"{one}/confirm", "sule"))["id"] == point["id"]
    assert (await house.good("POST", f"{one}/end", "sule"))["ended_at"] is not None
    [row] = (await house.good("GET", many, "sule"))["items"]
    assert row["ended_at"] is not None


async def test_what_an_agent_types_comes_back_with_dots(house: TicketDoor) -> None:
    owner = (await house.customer())["id"]
    body = {"kind": "phone", "value": "05321112233"}
    point = (await house.good("POST", f"/customers/{owner}/points", "ayse", body))["point"]
    assert (point["norm"], point["masked"]) == ("+90•••••••33", ["value", "norm"])
    mail = {"kind": "email", "value": "Ayse@Example.org"}
    point = (await house.good("POST", f"/customers/{owner}/points", "ayse", mail))["point"]
    assert (point["value"], point["masked"]) == ("Ayse@Example.org", [])


async def test_a_number_of_two_people_is_shared_and_asked_about(house: TicketDoor) -> None:
    owners = [(await house.customer())["id"] for _ in range(2)]
    body = {"kind": "phone", "value": "05321112233"}
    added = [await house.good("POST", f"/customers/{one}/points", "sule", body) for one in owners]
    assert (added[0]["candidate"], bool(added[1]["candidate"])) == ("", True)
    assert added[1]["point"]["shared"] is True


@pytest.mark.parametrize(
    "body", [{}, {"kind": "fax", "value": "1"}, {"kind": "phone", "value": ""}, {"kind": "phone"}]
)
async def test_what_is_no_number_is_refused(house: TicketDoor, body: dict[str, str]) -> None:
    owner = (await house.customer())["id"]
    assert (await house.send("POST", f"/customers/{owner}/points", "ayse", body)).status == 422
    good = {"kind": "phone", "value": "05321112233"}
    assert (await house.send("POST", f"/customers/{owner}/points", "deniz", good)).status == 403
    assert (await house.send("POST", "/customers/nobody/points", "ayse", good)).status == 404
    assert (await house.send("GET", "/customers/nobody/points", "ayse")).status == 404
    assert (await house.send("POST", "/contact-points/nothing/end", "ayse")).status == 404
