"""Queues: figures for all who need them, names of callers only for those who may."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.fakes.door import Door


@pytest.fixture
def lines(door: Door) -> Door:
    """Two queues; the supervisor's team serves one of them."""
    door.floor.lines = {"cards": [{"call": "c-1", "caller": "+905321112233"}], "loans": []}
    door.floor.put("ayse", teams=["cards"], queues=["cards"])
    door.floor.put("ali", teams=["loans"], queues=["loans"])
    return door


@pytest.mark.parametrize(
    ("who", "seen"),
    [("ayse", ["cards", "loans"]), ("sule", ["cards"]), ("deniz", ["cards", "loans"])],
)
async def test_everybody_sees_the_queues_of_his_scope(
    lines: Door, who: str, seen: list[str]
) -> None:
    rows = (await lines.send("GET", "/queues", who)).body["items"]
    assert [row["queue"] for row in rows] == seen


async def test_one_queue_is_shown_alone(lines: Door) -> None:
    assert (await lines.send("GET", "/queues/cards", "sule")).body["waiting"] == 1
    for name in ("loans", "nowhere"):
        assert (await lines.send("GET", f"/queues/{name}", "sule")).status == 404


async def test_who_waits_is_for_supervisors_and_its_numbers_not_for_admins(lines: Door) -> None:
    path = "/queues/cards/waiting"
    assert (await lines.send("GET", path, "sule")).body["items"][0]["caller"] == "+905321112233"
    assert (await lines.send("GET", path, "deniz")).body["items"][0]["caller"] == "+90•••••••33"
    assert (await lines.send("GET", path, "ayse")).status == 403
    assert (await lines.send("GET", "/queues/loans/waiting", "sule")).status == 404
