"""The clocks of a ticket over HTTP, and a target set by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.fakes.ticket_door import TicketDoor


async def test_the_clocks_show_what_was_promised(house: TicketDoor) -> None:
    made = await house.ticket("sule", category="card.lost")
    rows = (await house.good("GET", f"/tickets/{made['number']}/clocks", "ayse"))["items"]
    found = {row["metric"]: row for row in rows if row["kind"] == "sla"}
    assert {"accept", "first_response", "resolution"} <= set(found)
    assert (found["resolution"]["target_s"], found["resolution"]["state"]) == (28_800, "running")


async def test_a_supervisor_sets_a_target_and_an_agent_does_not(house: TicketDoor) -> None:
    made = await house.ticket(category="card.lost")
    path = f"/tickets/{made['number']}/clocks"
    rows = (await house.good("GET", path, "ayse"))["items"]
    [clock] = [row for row in rows if row["metric"] == "resolution" and row["kind"] == "sla"]
    body = {"target_s": 3600, "reason": "Söz verildi"}
    target = f"{path}/{clock['id']}/target"
    refused = await house.send("PUT", target, "ayse", body)
    assert (refused.status, refused.body["code"]) == (403, "not-allowed")
    rows = (await house.good("PUT", target, "sule", {**body, "recount": True}))["items"]
    assert [row["target_s"] for row in rows if row["id"] == clock["id"]] == [3600]
    assert (await house.send("PUT", target, "sule", {"target_s": 60})).status == 422
    assert (await house.send("PUT", f"{path}/no/target", "sule", body)).status == 404
