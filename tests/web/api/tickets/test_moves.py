"""The life of a ticket over HTTP: moves with their guards, opening again, merging and back."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.fakes.ticket_door import TicketDoor


async def test_a_move_that_cannot_be_made_says_which_can(house: TicketDoor) -> None:
    made = await house.ticket(category="card")
    path = f"/tickets/{made['number']}/transition"
    assert (await house.send("POST", path, "ayse", {"status": "open"})).status == 428
    answer = await house.send("POST", path, "ayse", {"status": "closed"}, If_Match="1")
    assert (answer.status, answer.body["code"]) == (409, "ticket-state")
    assert answer.body["allowed"] == made["moves"]
    assert (await house.send("POST", path, "ayse", {"status": "moon"}, If_Match="1")).status == 422
    moved = await house.send("POST", path, "ayse", {"status": "open"}, If_Match="1")
    assert (moved.body["state"], moved.headers["ETag"]) == ("open", '"2"')
    assert (await house.send("POST", path, "ayse", {"status": "new"}, If_Match="1")).status == 412


async def test_everything_that_keeps_it_from_being_solved_is_told(house: TicketDoor) -> None:
    made = await house.ticket("ali", category="billing.wrong_amount")
    path = f"/tickets/{made['number']}/transition"
    answer = await house.send("POST", path, "ali", {"status": "resolved"}, If_Match="1")
    assert (answer.status, answer.body["code"]) == (409, "ticket-not-resolvable")
    assert [each["code"] for each in answer.body["failures"]] == ["form", "checklist", "root-cause"]
    assert answer.body["failures"][0]["details"] == ["invoice_no"]


async def test_a_solved_ticket_is_opened_again(house: TicketDoor) -> None:
    made = await house.ticket(category="card")
    one = f"/tickets/{made['number']}"
    await house.good("POST", f"{one}/transition", "ayse", {"status": "resolved"}, If_Match="1")
    again = await house.good("POST", f"{one}/reopen", "ayse", {"reason": "Hâlâ bozuk"})
    assert (again["state"], again["reopen_count"]) == ("open", 1)
    refused = await house.send("POST", f"{one}/reopen", "ayse", {})
    assert refused.status == 409


async def test_only_a_supervisor_takes_a_cancelled_one_up(house: TicketDoor) -> None:
    made = await house.ticket(category="card")
    path = f"/tickets/{made['number']}/transition"
    await house.good("POST", path, "ayse", {"status": "cancelled"}, If_Match="1")
    back = {"status": "open", "reason": "Yanlışlıkla"}
    assert (await house.send("POST", path, "ayse", back, If_Match="2")).status == 403
    assert (await house.good("POST", path, "sule", back, If_Match="2"))["state"] == "open"


async def test_a_merge_and_back(house: TicketDoor) -> None:
    loser, stays = [await house.ticket(category="card") for _ in range(2)]
    one, other = f"/tickets/{loser['number']}", f"/tickets/{stays['number']}"
    merged = await house.good("POST", f"{one}/merge", "ayse", {"into": stays["number"]})
    assert merged["number"] == stays["number"]
    seen = await house.good("GET", one, "ayse")
    assert (seen["number"], seen["asked"]) == (stays["number"], loser["number"])
    again = await house.send("POST", f"{one}/merge", "ayse", {"into": stays["number"]})
    assert again.status == 409
    assert (await house.send("POST", f"{other}/unmerge", "ayse", {})).status == 409
    back = await house.good("POST", f"{one}/unmerge", "ayse", {"reason": "Başka konu"})
    assert (back["number"], back["state"], back["merged_into"]) == (loser["number"], "new", "")


async def test_nobody_merges_into_a_ticket_that_he_does_not_see(house: TicketDoor) -> None:
    mine = await house.ticket(category="card")
    bills = await house.ticket("ali", category="billing")
    path = f"/tickets/{mine['number']}/merge"
    assert (await house.send("POST", path, "ayse", {"into": bills["number"]})).status == 404
    assert (
        await house.send("POST", f"/tickets/{bills['number']}/unmerge", "ayse", {})
    ).status == 404
    assert (await house.send("POST", "/tickets/260999999/unmerge", "sule", {})).status == 404


async def test_a_callback_is_promised_and_tried(house: TicketDoor) -> None:
    made = await house.ticket(category="card")
    path = f"/tickets/{made['number']}"
    await house.good("POST", f"{path}/callback", "ayse", {"opens_at": "2026-11-24T09:00:00+03:00"})
    await house.good("POST", f"{path}/callback", "ayse", {"reached": True})
    clocks = (await house.good("GET", f"{path}/clocks", "ayse"))["items"]
    assert [each["state"] for each in clocks if each["metric"] == "callback"] == ["finished"]
