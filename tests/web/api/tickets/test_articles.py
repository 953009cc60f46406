"""What is said on a ticket over HTTP, and its whole story."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.fakes.ticket_door import TicketDoor


async def test_a_reply_is_said_to_the_customer_and_a_note_is_not(house: TicketDoor) -> None:
    made = await house.ticket(category="card.lost")
    path = f"/tickets/{made['number']}/articles"
    answer = await house.send("POST", path, "ayse", {"kind": "reply", "body": "Kartınız yolda"})
    assert (answer.status, answer.headers["ETag"]) == (201, f'"{answer.body["version"]}"')
    reply = answer.body["article"]
    assert (reply["internal"], reply["author"], reply["author_kind"]) == (False, "ayse", "agent")
    await house.good("POST", path, "sule", {"kind": "note", "body": "VIP"})
    await house.good("POST", path, "ayse", {"kind": "call", "body": "Aradım", "internal": True})
    found = (await house.good("GET", path, "ayse"))["items"]
    assert [(row["kind"], row["internal"]) for row in found] == [
        *(("reply", False), ("note", True), ("call", True))
    ]


async def test_a_repeat_with_a_key_says_it_once(house: TicketDoor) -> None:
    made = await house.ticket(category="card.lost")
    path, body = f"/tickets/{made['number']}/articles", {"kind": "note", "body": "x"}
    for _ in range(2):
        await house.good("POST", path, "ayse", body, Idempotency_Key="n-1")
    assert len((await house.good("GET", path, "ayse"))["items"]) == 1
    answer = await house.send("POST", path, "ayse", {**body, "body": "y"}, Idempotency_Key="n-1")
    assert (answer.status, answer.body["code"]) == (422, "idempotency-key-reused")


async def test_a_message_on_a_solved_ticket_asks_an_agent(house: TicketDoor) -> None:
    made = await house.ticket(category="card")
    one = f"/tickets/{made['number']}"
    await house.good("POST", f"{one}/transition", "ayse", {"status": "resolved"}, If_Match="1")
    body = {"kind": "message", "body": "Teşekkürler", "sender": "+905321112233"}
    added = await house.good("POST", f"{one}/articles", "sule", body)
    assert added["asks_agent"] is True
    assert (added["article"]["author_kind"], added["article"]["masked"]) == ("customer", [])
    [article] = (await house.good("GET", f"{one}/articles", "deniz"))["items"]
    assert (article["author"], article["masked"]) == ("", ["author"])
    [article] = (await house.good("GET", f"{one}/articles", "ayse"))["items"]
    assert (article["author"], article["masked"]) == ("+90•••••••33", ["author"])


async def test_the_story_holds_everything_in_order(house: TicketDoor) -> None:
    await house.desk.add_call("C-1")
    made = await house.ticket(category="card.lost", interaction="C-1")
    one = f"/tickets/{made['number']}"
    await house.good("PATCH", one, "ayse", {"subject": "Yeni"}, If_Match="1")
    await house.good("POST", f"{one}/articles", "ayse", {"kind": "note", "body": "x"})
    items = (await house.good("GET", f"{one}/timeline", "ayse"))["items"]
    kinds = {
        kind for row in items for kind in ("article", "change", "contact", "clock") if row[kind]
    }
    assert kinds == {"article", "change", "contact", "clock"}
    assert [row["at"] for row in items] == sorted(row["at"] for row in items)
    [change] = [row["change"] for row in items if row["change"]]
    assert (change["field"], change["after"], change["by"]) == ("subject", "Yeni", "ayse")
    [contact] = [row["contact"] for row in items if row["contact"]]
    assert (contact["id"], contact["role"]) == ("C-1", "opened")


@pytest.mark.parametrize(
    "body", [{}, {"kind": "system", "body": "x"}, {"kind": "note", "body": ""}, {"kind": "note"}]
)
async def test_what_is_no_article_is_refused(house: TicketDoor, body: dict[str, str]) -> None:
    made = await house.ticket(category="card")
    path = f"/tickets/{made['number']}/articles"
    assert (await house.send("POST", path, "ayse", body)).status == 422
    good = {"kind": "note", "body": "x"}
    assert (await house.send("POST", path, "ali", good)).status == 404
    assert (await house.send("POST", path, "deniz", good)).status == 403
