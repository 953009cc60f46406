"""Filing calls under tickets over HTTP: who may, what it writes, and that it is done only once."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from ivr.runtime.ports.tickets import ArticleRow, ContactLink

if TYPE_CHECKING:
    from tests.fakes.ticket_door import TicketDoor

CALL = "c-1"


async def talks(house: TicketDoor, who: str = "ayse", call: str = CALL) -> None:
    """Somebody has a caller on the line, or has just had."""
    await house.send("GET", "/me", who)
    await house.desk.add_call(call)
    house.door.floor.put(who, call=call, teams=["cards" if who == "ayse" else "billing"])


async def contact(house: TicketDoor, call: str = CALL) -> Any:  # noqa: ANN401 - JSON
    return await house.good("GET", f"/interactions/{call}", "kemal")


async def of(house: TicketDoor, number: str, kind: type) -> list[Any]:
    """What of a kind stands in the timeline of a ticket."""
    timeline = await house.desk.tickets.timeline(number)
    return [each.what for each in timeline if isinstance(each.what, kind)]


async def test_a_call_follows_up_the_ticket_of_its_customer(house: TicketDoor) -> None:
    await talks(house)
    who = await house.customer(full_name="Ece Kaya")
    row = await house.desk.open(customer=who["id"], category="billing.wrong_amount", by="ali")
    body = {"ticket": row.number, "customer": who["number"], "note": "Yarın aranacak."}
    filed = await house.good("POST", f"/calls/{CALL}/ticket", "ayse", body)
    assert filed == {
        "ticket": row.number,
        "subject": row.subject,
        "status": "new",
        "fresh": False,
    }
    links = await of(house, row.number, ContactLink)
    assert [(one.id, one.role) for one in links] == [(CALL, "follow_up")]
    (note,) = await of(house, row.number, ArticleRow)
    assert (note.kind, note.author, note.body) == ("note", "ayse", "Yarın aranacak.")
    assert (note.internal, note.interaction) == (True, CALL)
    told = await contact(house)
    assert (told["customer"], told["match_how"]) == (who["id"], "entered")
    assert told["category"] == "billing.wrong_amount"


async def test_a_new_ticket_is_opened_by_the_call(house: TicketDoor) -> None:
    await talks(house)
    who = await house.customer()
    new = {"subject": "Kart gelmedi", "category": "card.lost", "priority": "high"}
    body = {"new": new, "customer": who["id"], "note": "Adresi teyit ettim."}
    filed = await house.good("POST", f"/calls/{CALL}/ticket", "ayse", body)
    assert (filed["subject"], filed["fresh"]) == ("Kart gelmedi", True)
    made = await house.good("GET", f"/tickets/{filed['ticket']}", "ayse")
    assert (made["customer"], made["priority"], made["team"]) == (who["id"], "high", "cards")
    assert (made["interaction"], made["opened_by"], made["source"]) == (CALL, "ayse", "voice")
    assert made["contact_count"] == 1
    links = await of(house, filed["ticket"], ContactLink)
    assert [(one.id, one.role) for one in links] == [(CALL, "opened")]
    assert [one.body for one in await of(house, filed["ticket"], ArticleRow)] == [
        "Adresi teyit ettim."
    ]
    assert (await contact(house))["category"] == "card.lost"


async def test_what_is_sent_twice_is_done_once(house: TicketDoor) -> None:
    await talks(house)
    body = {"new": {"subject": "Kart"}, "note": "Bir kez."}
    path = f"/calls/{CALL}/ticket"
    first = await house.good("POST", path, "ayse", body, Idempotency_Key="k")
    again = await house.good("POST", path, "ayse", body, Idempotency_Key="k")
    other = await house.good("POST", path, "ayse", body)
    assert first["ticket"] == again["ticket"] != other["ticket"]
    assert len(await of(house, first["ticket"], ArticleRow)) == 1


async def test_the_category_of_the_call_can_differ_and_is_not_overwritten(
    house: TicketDoor,
) -> None:
    await talks(house)
    row = await house.desk.open(category="card.lost", by="ayse")
    path = f"/calls/{CALL}/ticket"
    await house.good("POST", path, "ayse", {"ticket": row.number, "category": "billing"})
    assert (await contact(house))["category"] == "billing"
    await house.good("POST", path, "ayse", {"ticket": row.number})
    assert (await contact(house))["category"] == "billing"


async def test_a_ticket_that_nobody_owned_becomes_that_of_the_caller(house: TicketDoor) -> None:
    await talks(house)
    who = await house.customer()
    row = await house.desk.open(interaction=CALL, by="ayse", team="cards")
    body = {"ticket": row.number, "customer": who["id"], "note": "Müşteri bulundu."}
    await house.good("POST", f"/calls/{CALL}/ticket", "ayse", body)
    made = await house.good("GET", f"/tickets/{row.number}", "sule")
    links = await of(house, row.number, ContactLink)
    assert [(one.id, one.role) for one in links] == [(CALL, "opened")]
    assert (made["customer"], made["contact_count"]) == (who["id"], 1)


async def test_the_page_hears_what_there_is_to_choose_from(house: TicketDoor) -> None:
    await talks(house)
    who = await house.customer(full_name="Ece Kaya")
    row = await house.desk.open(customer=who["id"], subject="Kart", category="card.lost")
    nobody = await house.good("GET", f"/calls/{CALL}/filing", "ayse")
    assert (nobody["customer"], nobody["tickets"], nobody["filed"]) == (None, [], [])
    paths = {each["path"]: each["titles"] for each in nobody["categories"]}
    assert paths["card.lost"] == {"en": "card › card.lost"}
    his = await house.good("GET", f"/calls/{CALL}/filing?customer={who['number']}", "ayse")
    assert his["customer"]["full_name"] == "Ece Kaya"
    (ticket,) = his["tickets"]
    assert (ticket["number"], ticket["status_titles"]["tr"]) == (row.number, "Yeni")
    body = {"ticket": row.number, "customer": who["id"]}
    await house.good("POST", f"/calls/{CALL}/ticket", "ayse", body)
    after = await house.good("GET", f"/calls/{CALL}/filing", "ayse")
    assert after["customer"]["id"] == who["id"]
    assert [each["number"] for each in after["filed"]] == [row.number]


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "/ticket"),
        ({"ticket": "1", "new": {"subject": "x"}}, "/ticket"),
        ({"new": {"subject": ""}}, "/new/subject"),
        ({"new": {"subject": "x", "category": "moon"}}, "/new/category"),
        ({"new": {"subject": "x"}, "category": "moon"}, "/category"),
        ({"new": {"subject": "x"}, "customer": "nobody"}, "/customer"),
    ],
)
async def test_what_is_wrong_is_named_and_nothing_is_written(
    house: TicketDoor, body: dict[str, Any], pointer: str
) -> None:
    await talks(house)
    answer = await house.send("POST", f"/calls/{CALL}/ticket", "ayse", body)
    assert answer.status == 422
    assert [each["pointer"] for each in answer.body["errors"]] == [pointer]
    assert await house.desk.tickets.of_interaction(CALL) == []


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("ayse", 200),
        ("sule", 200),
        ("ali", 404),
        ("kemal", 403),
        ("deniz", 403),
        ("orhan", 403),
        ("", 401),
    ],
)
async def test_who_may_file_a_call(house: TicketDoor, who: str, status: int) -> None:
    await talks(house)
    row = await house.desk.open(team="cards", by="ayse")
    await house.send("GET", "/me", who)
    answer = await house.send("GET", f"/calls/{CALL}/filing", who)
    assert answer.status == status
    answer = await house.send("POST", f"/calls/{CALL}/ticket", who, {"ticket": row.number})
    assert answer.status == status


async def test_a_strangers_ticket_is_none(house: TicketDoor) -> None:
    await talks(house)
    who = await house.customer()
    theirs = await house.desk.open(customer=who["id"], team="billing", by="ali")
    path, body = f"/calls/{CALL}/ticket", {"ticket": theirs.number}
    assert (await house.send("POST", path, "ayse", body)).status == 404
    assert (await house.send("POST", path, "ayse", {"ticket": "0"})).status == 404
    body["customer"] = who["id"]
    assert (await house.send("POST", path, "ayse", body)).status == 200


async def test_calls_stay_ones_own_after_the_work_and_for_thirty_days(house: TicketDoor) -> None:
    await talks(house)
    took = {"offer": 1, "call": CALL, "agent": "ayse"}
    house.door.floor.put("ayse", call=None, teams=["cards"])
    path, body = f"/calls/{CALL}/ticket", {"new": {"subject": "Kart"}}
    assert (await house.send("POST", path, "ayse", body)).status == 404
    await house.desk.add(
        "interaction_segment",
        interaction_id=(await house.desk.rows("interaction"))[0]["id"],
        seq=1,
        kind="talk",
        detail=took["agent"],
        agent=took["agent"],
        party="agent",
        started_at=house.desk.at,
        ended_at=house.desk.at + timedelta(minutes=1),
    )
    assert (await house.send("POST", path, "ayse", body)).status == 200


async def test_filing_is_written_down(house: TicketDoor) -> None:
    await talks(house)
    await house.good("POST", f"/calls/{CALL}/ticket", "ayse", {"new": {"subject": "Gizli"}})
    rows = await house.desk.rows("audit_log")
    (row,) = [each for each in rows if each["what"] == "call-filed"]
    assert "Gizli" not in str(row)


async def test_what_other_teams_do_for_others_is_told_by_number_alone(house: TicketDoor) -> None:
    await talks(house)
    who = await house.customer()
    await house.desk.open(customer=who["id"], team="billing", by="ali", subject="Gizli")
    path = f"/calls/{CALL}/filing?customer={who['number']}"
    (ticket,) = (await house.good("GET", path, "ayse"))["tickets"]
    assert (ticket["subject"], ticket["masked"]) == (None, ["subject"])
    (ticket,) = (await house.good("GET", path, "sule"))["tickets"]
    assert ticket["subject"] == "Gizli"
    await house.good(
        "POST", f"/calls/{CALL}/ticket", "ayse", {"ticket": ticket["number"], "customer": who["id"]}
    )
    (ticket,) = (await house.good("GET", path, "ayse"))["tickets"]
    assert ticket["subject"] == "Gizli"
