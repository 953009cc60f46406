"""Keys of screens: who makes them, for which queues, and that they are told once."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from ivr.web.auth.tokens import digest

if TYPE_CHECKING:
    from tests.web.screens.conftest import Walls


async def test_the_address_is_told_once_and_only_the_hash_is_kept(walls: Walls) -> None:
    made = await walls.makes("deniz", queues=["loans", "cards", "loans"])
    assert made.status == 201
    base, _, key = made.body["url"].partition("#")
    assert base == "http://127.0.0.1/tv"
    assert re.fullmatch(r"ivrs_[A-Za-z0-9]{8}_[A-Za-z0-9_-]{43}", key)
    [row] = await walls.door.store.screens.all()
    assert (row.digest, row.queues, row.created_by) == (digest(key), ("loans", "cards"), "deniz")
    listed = await walls.door.send("GET", "/screens", "deniz")
    assert key not in str(listed.body)
    assert listed.body["items"][0]["open"] == 0


async def test_a_supervisor_shows_and_sees_the_queues_of_his_teams_only(walls: Walls) -> None:
    assert (await walls.makes("sule")).status == 201
    refused = await walls.makes("sule", queues=["cards", "loans"])
    assert refused.status == 422
    other, _ = await walls.key(queues=["loans"])
    items = (await walls.door.send("GET", "/screens", "sule")).body["items"]
    assert [row["queues"] for row in items] == [["cards"]]
    assert (await walls.door.send("DELETE", f"/screens/{other}", "sule")).status == 404
    assert len((await walls.door.send("GET", "/screens", "deniz")).body["items"]) == 2


async def test_agents_have_no_screens(walls: Walls) -> None:
    assert (await walls.makes("ayse")).status == 403
    assert (await walls.door.send("GET", "/screens", "ayse")).status == 403


@pytest.mark.parametrize(
    "wrong",
    [
        *({"queues": []}, {"queues": ["nowhere"]}, {"queues": ["cards"] * 51}),
        *({"language": "de"}, {"name": ""}, {"name": "  "}, {"name": "a\x01b"}, {"more": 1}),
    ],
)
async def test_what_makes_no_screen_is_refused(walls: Walls, wrong: dict[str, object]) -> None:
    assert (await walls.makes("deniz", **wrong)).status == 422
    assert await walls.door.store.screens.all() == []


async def test_making_and_taking_back_are_written_down(walls: Walls) -> None:
    screen, key = await walls.key()
    assert (await walls.door.send("DELETE", f"/screens/{screen}", "deniz")).status == 204
    assert (await walls.door.send("DELETE", f"/screens/{screen}", "deniz")).status == 404
    rows = await walls.door.store.audit.recent(10)
    told = {row.what: row for row in rows}
    assert told["screen_added"].about == told["screen_revoked"].about == screen
    assert told["screen_added"].facts == {"name": "Salon", "queues": ["cards"]}
    assert key not in str(rows)
