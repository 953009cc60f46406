"""The pool over the API: who sees what, who takes what, and who gives it to whom."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.fakes.intake import Pool

if TYPE_CHECKING:
    from tests.fakes.ticket_door import TicketDoor


def pool_of(house: TicketDoor) -> Pool:
    """What arrives there."""
    return Pool(house.desk.store, at=house.desk.at)


async def arrive(house: TicketDoor, **more: Any) -> str:  # noqa: ANN401 - fields of NewItem
    """The id of a new item."""
    pool = getattr(house, "pool", None) or pool_of(house)
    return (await pool.arrive(**more)).id


async def test_agents_see_items_of_their_teams_and_of_none(house: TicketDoor) -> None:
    pool = pool_of(house)
    mine = [(await pool.arrive(team=team)).id for team in ("", "cards")]
    foreign = (await pool.arrive(team="billing")).id
    seen = await house.good("GET", "/intake", "ayse")
    assert [row["id"] for row in seen["items"]] == mine
    assert (await house.send("GET", f"/intake/{foreign}", "ayse")).status == 404
    assert (await house.send("POST", f"/intake/{foreign}/claim", "ayse")).status == 404
    every = await house.good("GET", "/intake", "orhan")
    assert len(every["items"]) == 3
    for who in ("deniz", "kemal"):
        assert (await house.send("GET", "/intake", who)).status == 403


async def test_an_item_is_shown_with_its_message(house: TicketDoor) -> None:
    item = (await pool_of(house).arrive()).id
    shown = await house.good("GET", f"/intake/{item}", "ayse")
    assert (shown["body"], shown["sender"]) == ("Merhaba, faturam yanlış.", "ali@example.com")
    assert (shown["masked"], shown["mine"], shown["files"]) == ([], False, [])
    hidden = await house.good("GET", f"/intake/{item}", "orhan")
    assert hidden["id"] == item


async def test_of_two_agents_one_is_told_who_was_faster(house: TicketDoor) -> None:
    item = (await pool_of(house).arrive()).id
    claimed = await house.good("POST", f"/intake/{item}/claim", "ayse")
    assert (claimed["state"], claimed["mine"]) == ("claimed", True)
    answer = await house.send("POST", f"/intake/{item}/claim", "ali")
    assert (answer.status, answer.body["code"]) == (409, "already-claimed")
    assert answer.body["holder"] == "ayse"
    again = await house.good("POST", f"/intake/{item}/claim", "ayse")
    assert again["mine"]
    mine = await house.good("GET", "/intake?mine=true&state=claimed", "ayse")
    assert [row["id"] for row in mine["items"]] == [item]
    back = await house.good("POST", f"/intake/{item}/release", "ayse", {})
    assert back["state"] == "new"


async def test_supervisors_give_items_to_their_own_people(house: TicketDoor) -> None:
    item = (await pool_of(house).arrive()).id
    for who in ("ayse", "ali"):
        await house.send("GET", "/me", who)
    path = f"/intake/{item}/assign"
    assert (await house.send("POST", path, "ayse", {"to": "ayse"})).status == 403
    assert (await house.send("POST", path, "sule", {"to": "ali"})).status == 403
    assert (await house.send("POST", path, "sule", {"to": "nobody"})).status == 422
    given = await house.good("POST", path, "sule", {"to": "ayse"})
    assert (given["claimed_by"], given["assigned_by"]) == ("ayse", "sule")
    answer = await house.send("POST", f"/intake/{item}/release", "ayse", {})
    assert answer.status == 422
    await house.good("POST", f"/intake/{item}/release", "ayse", {"reason": "not mine"})


async def test_new_items_are_given_out_to_who_is_there(house: TicketDoor) -> None:
    pool = pool_of(house)
    items = [(await pool.arrive(team="cards")).id for _ in range(2)]
    await pool.arrive(team="billing")
    for who in ("ayse", "ali"):
        await house.send("GET", "/me", who)
    await house.door.add("can", "agent", teams=("cards",))
    house.door.floor.put("can", state="break", teams=["cards"])
    given = await house.good("POST", "/intake/distribute", "sule", {})
    assert [(row["id"], row["claimed_by"]) for row in given["items"]] == [
        (item, "ayse") for item in items
    ]
    answer = await house.send("POST", "/intake/distribute", "sule", {"people": ["ali"]})
    assert answer.status == 422


async def test_pages_follow_each_other(house: TicketDoor) -> None:
    pool = pool_of(house)
    items = [(await pool.arrive()).id for _ in range(3)]
    first = await house.good("GET", "/intake?limit=2", "ayse")
    second = await house.good("GET", f"/intake?limit=2&cursor={first['next']}", "ayse")
    assert [row["id"] for row in (*first["items"], *second["items"])] == items
    assert second["next"] is None
    assert (await house.send("GET", "/intake?cursor=x", "ayse")).status == 422
