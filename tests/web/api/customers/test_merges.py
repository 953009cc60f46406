"""Merging customers over HTTP and taking it back, pairs to decide on, official numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.fakes.ticket_door import TicketDoor


async def test_a_supervisor_merges_and_takes_it_back(house: TicketDoor) -> None:
    stays, goes = [await house.customer() for _ in range(2)]
    path = f"/customers/{stays['id']}/merge"
    body = {"loser": goes["number"], "reason": "Aynı kişi"}
    for who in ("ayse", "deniz", "orhan"):
        assert (await house.send("POST", path, who, body)).status == 403
    merged = await house.good("POST", path, "sule", body)
    assert (merged["survivor"], merged["loser"]) == (stays["id"], goes["id"])
    found = await house.good("GET", f"/customers/{goes['number']}", "ayse")
    assert (found["id"], found["asked"]) == (stays["id"], goes["number"])
    assert (await house.send("POST", path, "sule", body)).status == 409
    [row] = (await house.good("GET", f"/customers/{stays['id']}/merges", "ayse"))["items"]
    assert row["reason"] == "Aynı kişi"
    undone = await house.good("POST", f"/customers/merges/{merged['id']}/undo", "sule")
    assert (undone["merge"]["undone_by"], undone["conflicts"]) == ("sule", [])
    assert (await house.good("GET", f"/customers/{goes['number']}", "ayse"))["asked"] == ""
    again = await house.send("POST", f"/customers/merges/{merged['id']}/undo", "sule")
    assert again.status == 409


async def pair(house: TicketDoor) -> str:
    """Two customers with one number."""
    body = {"kind": "phone", "value": "05321112233"}
    added = {}
    for _ in range(2):
        owner = (await house.customer())["id"]
        added = await house.good("POST", f"/customers/{owner}/points", "sule", body)
    return str(added["candidate"])


async def test_a_pair_is_decided_on(house: TicketDoor) -> None:
    name = await pair(house)
    [row] = (await house.good("GET", "/customers/candidates", "ayse"))["items"]
    assert (row["id"], row["state"], row["a"]["full_name"]) == (name, "open", "Işık Çelik")
    [hidden] = (await house.good("GET", "/customers/candidates", "deniz"))["items"]
    assert hidden["b"]["masked"] == ["full_name", "attrs"]
    path = f"/customers/candidates/{name}"
    assert (await house.send("POST", path, "ayse", {"survivor": ""})).status == 403
    assert (await house.send("POST", path, "sule", {"survivor": "77"})).status == 422
    [merged] = (await house.good("POST", path, "sule", {"survivor": row["a"]["id"]}))["items"]
    assert merged["survivor"] == row["a"]["id"]
    assert (await house.send("POST", path, "sule", {"survivor": ""})).status == 409
    found = await house.good("GET", "/customers/candidates?state=merged", "ayse")
    assert [each["id"] for each in found["items"]] == [name]


async def test_two_people_stay_two(house: TicketDoor) -> None:
    name = await pair(house)
    path = f"/customers/candidates/{name}"
    assert (await house.good("POST", path, "sule", {"survivor": ""}))["items"] == []
    assert (await house.good("GET", "/customers/candidates", "ayse"))["items"] == []


async def test_alike_customers_are_looked_for(house: TicketDoor) -> None:
    first, _second = [await house.customer() for _ in range(2)]
    found = await house.good("POST", f"/customers/{first['id']}/candidates", "ayse")
    assert isinstance(found["items"], list)


async def test_an_official_number_is_compared_and_never_read(house: TicketDoor) -> None:
    owner = (await house.customer())["id"]
    path = f"/customers/{owner}/identifiers"
    body = {"scheme": "tckn", "value": "10000000146"}
    added = await house.good("POST", path, "ayse", {**body, "verified": True})
    assert added["identifier"]["last4"] == "0146"
    answer = await house.send("GET", path, "ayse")
    assert "10000000146" not in str(answer.body)
    assert [row["scheme"] for row in answer.body["items"]] == ["tckn"]
    for value, same in (("10000000146", True), ("10000000147", False)):
        asked = {"scheme": "tckn", "value": value}
        assert await house.good("POST", f"{path}/compare", "sule", asked) == {"same": same}
    assert (await house.send("POST", f"{path}/compare", "deniz", body)).status == 403
    rows = await house.door.store.audit.recent(20)
    assert [row.what for row in rows].count("identifier.compare") == 2
    assert "1000" not in str(rows)
