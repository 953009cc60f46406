"""Articles by the API: agents draft, supervisors publish, everybody reads what is his to read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.fakes.article_door import RETURNS, draft, publish

if TYPE_CHECKING:
    from tests.fakes.ticket_door import TicketDoor

NOWHERE = "0" * 26


async def test_an_agent_drafts_a_supervisor_publishes_and_the_next_version_takes_its_place(
    house: TicketDoor,
) -> None:
    made = await draft(house, ivr_answer="Kargoya verin.", visibility="public")
    assert (made["state"], made["author"], made["version"]) == ("draft", "ayse", 1)
    path = f"/kb/{made['id']}"
    answer = await house.send("PATCH", path, "ayse", {"title": "İade süresi"}, If_Match='"1"')
    assert (answer.status, answer.headers["ETag"]) == (200, '"2"')
    refused = await house.send("POST", f"{path}/publish", "ayse", If_Match='"2"')
    assert (refused.status, refused.body["code"]) == (403, "not-allowed")
    assert (await house.send("POST", f"{path}/publish", "sule")).status == 428
    assert (await house.send("POST", f"{path}/publish", "sule", If_Match='"1"')).status == 412
    first = await house.good("POST", f"{path}/publish", "sule", If_Match='"2"')
    assert (first["state"], first["title"]) == ("published", "İade süresi")
    again = await house.send("POST", "/kb", "ayse", RETURNS)
    assert (again.status, again.body["version"]) == (201, 2)
    twice = await house.send("POST", "/kb", "ayse", RETURNS)
    assert (twice.status, twice.body["code"]) == (409, "article-state")
    late = await house.send("PATCH", path, "sule", {"title": "x"}, If_Match='"3"')
    assert (late.status, late.body["code"]) == (409, "article-state")
    second = await house.good("POST", f"/kb/{again.body['id']}/publish", "deniz", If_Match='"1"')
    assert second["state"] == "published"
    old = await house.good("GET", path, "sule")
    assert old["state"] == "archived"
    assert (await house.send("GET", path, "ali")).status == 404
    gone = await house.send("POST", f"/kb/{second['id']}/archive", "sule", If_Match='"2"')
    assert gone.body["state"] == "archived"


async def test_agents_change_their_own_drafts_only(house: TicketDoor) -> None:
    hers, theirs = await draft(house), await draft(house, "ali", slug="other")
    assert (await house.send("GET", f"/kb/{theirs['id']}", "ayse")).status == 404
    answer = await house.send(
        "PATCH", f"/kb/{theirs['id']}", "ayse", {"title": "x"}, If_Match='"1"'
    )
    assert answer.status == 404
    public = await publish(house, slug="third")
    answer = await house.send(
        "PATCH", f"/kb/{public['id']}", "ayse", {"title": "x"}, If_Match='"2"'
    )
    assert answer.status == 403
    listed = await house.good("GET", "/kb", "ayse")
    assert [each["id"] for each in listed["items"]] == [public["id"], hers["id"]]
    listed = await house.good("GET", "/kb?state=draft&q=kargo&locale=tr&valid=true", "sule")
    assert [each["id"] for each in listed["items"]] == [theirs["id"], hers["id"]]
    first = await house.good("GET", "/kb?limit=1", "sule")
    rest = await house.good("GET", f"/kb?limit=5&cursor={first['next']}", "sule")
    assert len(rest["items"]) == 2
    assert (await house.send("GET", "/kb?cursor=x", "sule")).status == 422


async def test_only_an_admin_throws_a_draft_away(house: TicketDoor) -> None:
    made = await draft(house)
    assert (await house.send("DELETE", f"/kb/{made['id']}", "sule")).status == 403
    assert (await house.send("DELETE", f"/kb/{made['id']}", "deniz")).status == 204
    assert (await house.send("DELETE", f"/kb/{made['id']}", "deniz")).status == 404
    shown = await publish(house)
    assert (await house.send("DELETE", f"/kb/{shown['id']}", "deniz")).status == 409


async def test_mistakes_are_told(house: TicketDoor) -> None:
    for more in (
        {"slug": "İade"},
        {"ivr_answer": "a" * 400},
        {"categories": ["moon"]},
        {"title": ""},
        {"valid_from": "2026-11-24T10:00:00Z", "valid_until": "2026-11-23T10:00:00Z"},
        {"valid_from": "0001-01-01T00:00:00+05:00"},
        {"extra": 1},
    ):
        answer = await house.send("POST", "/kb", "sule", {**RETURNS, **more})
        assert answer.status == 422, more
    for path in ("publish", "archive"):
        answer = await house.send("POST", f"/kb/{NOWHERE}/{path}", "sule", If_Match='"1"')
        assert answer.status == 404


async def test_a_draft_is_made_from_a_ticket_and_counts_what_it_was_good_for(
    house: TicketDoor,
) -> None:
    ticket = await house.ticket(category="card.lost", description="Kart yutuldu")
    body = {"slug": "card", "locale": "tr", "ticket": ticket["number"]}
    made = await house.good("POST", "/kb", "ayse", body)
    assert (made["title"], made["body"]) == (ticket["subject"], "Kart yutuldu")
    assert made["categories"] == ["card.lost"]
    other = {**body, "slug": "card2"}
    assert (await house.send("POST", "/kb", "ali", other)).status == 404
    path = f"/kb/{made['id']}/uses"
    solved = {"kind": "solved", "ticket": ticket["number"]}
    assert (await house.send("POST", path, "ayse", solved)).status == 204
    assert (await house.send("POST", path, "ayse", {"kind": "helpful"})).status == 204
    assert (await house.send("POST", path, "ayse", {"kind": "read"})).status == 422
    uses = await house.good("GET", path, "ayse")
    assert uses == {"shown": 0, "helpful": 1, "solved": 1, "sent": 0, "read": 0}
