"""Queues: figures for all who need them, names of callers only for those who may."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from tests.web.api.test_calls import record

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


def wait(number: int, **more: object) -> dict[str, object]:
    at = datetime(2026, 11, 23, 9, number, tzinfo=UTC)
    return {
        "ticket": f"c-{number}:1",
        "call": f"c-{number}",
        "joined_at": at,
        "ended_at": at,
        "waited_s": 7,
        "end": "answered",
        "in_time": number > 1,
        **more,
    }


async def test_a_figure_opens_its_waits_page_by_page_and_says_how_many_they_are(
    lines: Door,
) -> None:
    lines.floor.over["cards", "answered"] = [wait(number) for number in (5, 4, 3, 2, 1)]
    path = "/queues/cards/waits?figure=answered&limit=2"
    first = (await lines.send("GET", path, "sule")).body
    assert (first["count"], first["in_time"], first["next"]) == (5, 4, "2")
    assert [row["ticket"] for row in first["items"]] == ["c-5:1", "c-4:1"]
    last = (await lines.send("GET", f"{path}&cursor=4", "sule")).body
    assert ([row["ticket"] for row in last["items"]], last["next"]) == (["c-1:1"], None)
    other = (await lines.send("GET", "/queues/cards/waits?figure=abandoned", "sule")).body
    assert (other["count"], other["items"]) == (0, [])


async def test_the_last_half_hour_has_waits_that_go_on(lines: Door) -> None:
    lines.floor.late = [wait(2, ended_at=None, end="waiting", in_time=False)]
    path = "/queues/cards/waits?figure=service_level&span=30m"
    found = (await lines.send("GET", path, "sule")).body
    assert (found["count"], found["items"][0]["ended_at"]) == (1, None)


async def test_a_wait_names_its_caller_and_who_answered(lines: Door) -> None:
    await record(lines, "c-2", "ayse", ended=False)
    lines.floor.over["cards", "answered"] = [wait(2)]
    path = "/queues/cards/waits?figure=answered"
    [seen] = (await lines.send("GET", path, "sule")).body["items"]
    assert (seen["caller"], seen["agent"], seen["end"]) == ("+905321112233", "ayse", "answered")
    [dotted] = (await lines.send("GET", path, "deniz")).body["items"]
    assert dotted["caller"] == "+90•••••••33"


@pytest.mark.parametrize(
    ("who", "path", "status"),
    [
        ("ayse", "/queues/cards/waits?figure=answered", 403),
        ("sule", "/queues/loans/waits?figure=answered", 404),
        ("sule", "/queues/cards/waits?figure=mood", 422),
        ("sule", "/queues/cards/waits", 422),
        ("sule", "/queues/cards/waits?figure=answered&span=week", 422),
        ("sule", "/queues/cards/waits?figure=answered&cursor=-1", 422),
        ("sule", "/queues/cards/waits?figure=answered&cursor=x", 422),
    ],
)
async def test_waits_are_for_whoever_may_see_who_waits_and_asked_for_properly(
    lines: Door, who: str, path: str, status: int
) -> None:
    assert (await lines.send("GET", path, who)).status == status
