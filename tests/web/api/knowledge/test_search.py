"""The search box finds what whoever asks may see, and hides what he may not read."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from tests.fakes.article_door import publish

if TYPE_CHECKING:
    from tests.fakes.ticket_door import TicketDoor


async def found(house: TicketDoor, who: str, text: str, more: str = "") -> list[str]:
    """Kind and number of what somebody finds."""
    answer = await house.good("GET", f"/search?q={quote(text)}{more}", who)
    return [f"{each['kind']} {each['rank']} {each['number']}" for each in answer["items"]]


async def test_tickets_customers_and_articles_are_found_together(house: TicketDoor) -> None:
    ece = await house.customer("ayse", full_name="Işık Modem")
    ticket = await house.ticket("ayse", subject="Modem ışığı", customer=ece["id"], team="cards")
    await publish(house, slug="modem", title="MODEM IŞIKLARI", visibility="internal")
    expected = {
        f"ticket phrase {ticket['number']}",
        f"customer words {ece['number']}",
        "article phrase modem",
    }
    assert {*(await found(house, "sule", "modem ısı"))} == expected
    assert await found(house, "ayse", "modem", "&kind=article") == []
    assert await found(house, "sule", "modem", "&kind=article&limit=1") == ["article words modem"]
    assert await found(house, "ali", "modem ışığı") == []
    assert await found(house, "ayse", ticket["number"]) == [f"ticket ticket {ticket['number']}"]
    assert await found(house, "ayse", "modem status:new -ceviz") == [
        f"ticket words {ticket['number']}"
    ]


async def test_whoever_may_read_no_names_finds_a_customer_by_number_only(
    house: TicketDoor,
) -> None:
    ece = await house.customer("ayse", full_name="Işık Modem")
    for who in ("kemal", "deniz"):
        assert await found(house, who, "modem") == []
        answer = await house.good("GET", f"/search?q={ece['number']}&kind=customer", who)
        (only,) = answer["items"]
        assert (only["number"], only["title"], only["masked"]) == (ece["number"], None, ["title"])
    (row,) = (await house.good("GET", "/search?q=modem", "orhan"))["items"]
    assert (row["title"], row["masked"]) == ("Işık Modem", [])


async def test_what_cannot_be_read_as_a_search_is_said(house: TicketDoor) -> None:
    for text in ('"open', "-only", "statu:x", "kind:moon", "from:yesterday", "a" * 501, "\x00"):
        answer = await house.send("GET", f"/search?q={quote(text)}", "ayse")
        assert answer.status == 422, text
    assert (await house.send("GET", "/search", "ayse")).status == 422
    assert (await house.send("GET", "/search?q=x&kind=moon", "ayse")).status == 422
