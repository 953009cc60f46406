"""All recordings in one list: each sees those that he may hear of, and numbers as he may."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.fakes.message_desk import leave_in, parts_of

if TYPE_CHECKING:
    from pathlib import Path

    from tests.fakes.ticket_door import TicketDoor

NUMBER = "+905321112233"


@pytest.fixture
async def desk(house: TicketDoor, tmp_path: Path) -> TicketDoor:
    """One: ayse's talk and a comment. Two: a message, on a ticket in the pool of cards. Three: the
    talk of ali, who is of another team."""
    parts = parts_of(house)
    parts.folder.root = tmp_path / "recordings"
    at = house.desk.at
    calls = {"one": "ayse", "two": None, "three": "ali"}
    for name, agent in calls.items():
        more: dict[str, Any] = {
            "last_agent": agent,
            "ended_at": at,
            "from_norm": NUMBER,
            "last_queue": "cards",
        }
        await house.desk.add_call(name, **more)
    await house.desk.open(category="card", interaction="two")
    kept = (
        ("one", "R1", "call", "loans"),
        ("one", "R2", "survey_comment", ""),
        ("two", "R3", "voicemail", ""),
        ("three", "R4", "call", "loans"),
    )
    for place, (call, name, kind, queue) in enumerate(kept):
        when = at + timedelta(minutes=place)
        kept_at = {"turn": 3 + place, "at": when, "box": ""}
        await leave_in(house.desk, parts, call, name, kind=kind, queue=queue, **kept_at)
    return house


async def listed(desk: TicketDoor, who: str, query: str = "") -> list[dict[str, Any]]:
    found = await desk.good("GET", f"/recordings{query}", who)
    rows: list[dict[str, Any]] = found["items"]
    return rows


@pytest.mark.parametrize(
    ("who", "seen"),
    [
        ("ayse", ["R3"]),
        ("ali", []),
        ("sule", ["R3", "R2", "R1"]),
        ("kemal", ["R4", "R3", "R2", "R1"]),
        ("orhan", ["R4", "R3", "R1"]),
    ],
)
async def test_everybody_is_told_of_those_that_he_may_know_of_and_of_no_other(
    desk: TicketDoor, who: str, seen: list[str]
) -> None:
    await desk.send("GET", "/me", "ayse")
    await desk.send("GET", "/me", "ali")
    assert [row["id"] for row in await listed(desk, who)] == seen
    for name in ("R1", "R2", "R3", "R4"):
        answer = await desk.send("GET", f"/recordings/{name}", who)
        assert answer.status == (200 if name in seen else 404), name


async def test_an_admin_is_told_of_none(desk: TicketDoor) -> None:
    assert (await desk.send("GET", "/recordings", "deniz")).status == 403
    assert (await desk.send("GET", "/recordings/R1", "deniz")).status == 403


async def test_a_list_can_be_narrowed_and_goes_on_page_by_page(desk: TicketDoor) -> None:
    async def names(query: str) -> list[str]:
        return [row["id"] for row in await listed(desk, "kemal", query)]

    assert await names("?kind=voicemail&kind=survey_comment") == ["R3", "R2"]
    assert await names("?queue=loans") == ["R4", "R1"]
    assert await names("?queue=cards") == ["R3", "R2"]
    assert await names("?agent=ali") == ["R4"]
    since = (desk.desk.at + timedelta(minutes=1)).isoformat().replace("+", "%2B")
    until = (desk.desk.at + timedelta(minutes=3)).isoformat().replace("+", "%2B")
    assert await names(f"?since={since}&until={until}") == ["R3", "R2"]
    first = await desk.good("GET", "/recordings?limit=3", "kemal")
    second = await desk.good("GET", f"/recordings?limit=3&cursor={first['next']}", "kemal")
    assert [row["id"] for row in second["items"]] == ["R1"]
    assert second["next"] is None
    assert (await desk.send("GET", "/recordings?kind=film", "kemal")).status == 422


async def test_an_agent_who_asks_for_talks_gets_none(desk: TicketDoor) -> None:
    assert await listed(desk, "ayse", "?kind=call") == []


async def test_the_caller_is_shown_in_full_only_to_who_may_see_numbers(desk: TicketDoor) -> None:
    for who, is_full in (("kemal", False), ("orhan", True), ("sule", True)):
        row = (await listed(desk, who, "?kind=voicemail"))[0]
        assert (row["sender"] == NUMBER) is is_full, who
        assert row["masked"] == ([] if is_full else ["sender"])
        assert row["sender"].endswith("33")


async def test_a_row_names_contact_tickets_queue_length_and_whether_it_can_be_heard(
    desk: TicketDoor,
) -> None:
    (ticket,) = (await desk.good("GET", "/tickets", "sule"))["items"]
    row = (await listed(desk, "kemal"))[1]
    assert row["tickets"] == [ticket["number"]]
    facts = (row["interaction"], row["queue"], row["seconds"], row["state"], row["may_play"])
    assert facts == ("two", "cards", 1.5, "ready", True)
    assert (await listed(desk, "orhan"))[0]["may_play"] is False


async def test_one_recording_tells_what_happened_on_it(desk: TicketDoor) -> None:
    (one,) = [row for row in await desk.desk.rows("interaction") if row["public_id"] == "one"]
    (kept,) = [row for row in await desk.desk.rows("recording") if row["public_id"] == "R1"]
    begin = kept["at"] - timedelta(milliseconds=kept["counted_ms"])
    for seq, (kind, since, until) in enumerate((("talk", -5, 1), ("hold", 1, 1.4), ("ring", 0, 1))):
        part = {"kind": kind, "detail": "", "agent": "ayse", "seq": seq}
        spans = {
            "started_at": begin + timedelta(seconds=since),
            "ended_at": begin + timedelta(seconds=until),
        }
        await desk.desk.add("interaction_segment", interaction_id=one["id"], **part, **spans)
    told = await desk.good("GET", "/recordings/R1", "kemal")
    assert told["agents"] == ["ayse"]
    assert told["marks"] == [
        {"kind": "talk", "begin": 0, "end": 1, "who": "ayse"},
        {"kind": "hold", "begin": 1, "end": 1.4, "who": "ayse"},
    ]
    assert (await desk.good("GET", "/recordings/R3", "kemal"))["marks"] == []
