"""Categories, statuses, promises and calendars over HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.fakes.ticket_door import TicketDoor


async def test_categories_come_with_form_and_checklist(house: TicketDoor) -> None:
    rows = (await house.good("GET", "/categories", "ayse"))["items"]
    assert [row["path"] for row in rows] == [
        *("billing", "billing.wrong_amount", "card", "card.lost")
    ]
    one = await house.good("GET", "/categories/billing.wrong_amount", "ayse")
    assert one == rows[1]
    assert one["form"]["required"] == ["invoice_no"]
    assert one["checklist"][0] == {"text": "Invoice checked", "mandatory": True}
    assert (await house.good("GET", "/categories/C-1", "ayse"))["path"] == "card"
    assert (await house.good("GET", "/categories?active=false", "ayse"))["items"] == []
    assert (await house.send("GET", "/categories/moon", "ayse")).status == 404


async def test_statuses_come_in_the_order_of_life(house: TicketDoor) -> None:
    rows = (await house.good("GET", "/statuses", "ayse"))["items"]
    assert [row["code"] for row in rows][:3] == ["new", "open", "waiting_customer"]
    assert (rows[2]["pauses_sla"], rows[2]["public"]["tr"]) == (True, "Sizden bilgi bekliyoruz")


async def test_promises_are_read_by_who_leads(house: TicketDoor) -> None:
    assert (await house.send("GET", "/sla/policies", "ayse")).status == 403
    rows = (await house.good("GET", "/sla/policies", "sule"))["items"]
    assert [(row["name"], row["when"]) for row in rows][:2] == [
        ("urgent", "priority == 'urgent'"),
        ("usual", ""),
    ]
    assert rows[0]["targets"]["first_response"]["seconds"] == 900
    assert rows[0]["escalate"]["resolution"][0]["tell"] == ["assignee"]


async def test_business_time_is_computed(house: TicketDoor) -> None:
    rows = (await house.good("GET", "/calendars", "sule"))["items"]
    assert [row["name"] for row in rows] == ["always", "branch"]
    one = await house.good("GET", "/calendars/branch", "sule")
    assert (one["zone"], len(one["weekly"])) == ("Europe/Istanbul", 7)
    assert one["weekly"][5] == [{"opens": 600, "closes": 840}]
    path = "/calendars/branch/compute?from=2026-05-25T16:40:00%2B03:00"
    found = await house.good("GET", f"{path}&seconds=28800", "sule")
    assert found == {"is_open": True, "elapsed_s": None, "due_at": "2026-06-01T09:10:00Z"}
    found = await house.good("GET", f"{path}&until=2026-05-25T20:00:00%2B03:00", "sule")
    assert found["elapsed_s"] == 4800
    assert (await house.send("GET", "/calendars/moon", "sule")).status == 404


@pytest.mark.parametrize(
    "query",
    [
        *("", "from=now", "from=2026-05-25T16:40:00", "from=0001-01-01T00:00:00Z"),
        *("from=2026-05-25T16:40:00Z&seconds=-1", "from=2026-05-25T00:00:00Z&seconds=99999999999"),
        "from=2001-01-01T00:00:00Z&until=2090-01-01T00:00:00Z",
    ],
)
async def test_what_cannot_be_computed_is_refused(house: TicketDoor, query: str) -> None:
    assert (await house.send("GET", f"/calendars/branch/compute?{query}", "sule")).status == 422
