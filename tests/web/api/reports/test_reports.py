"""Reports over HTTP: the registry, one of a time, as text, and what each role may see."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import insert

from ivr.reports.kinds import REPORTS
from ivr.store.tables import METADATA

if TYPE_CHECKING:
    from tests.fakes.ticket_door import TicketDoor

TELLING = {"R21", "R22"}
"""They would tell an agent who of his callers was chosen, or has answered."""
PERSONAL = sorted(each.id for each in REPORTS.values() if each.personal and each.id not in TELLING)


async def clock(house: TicketDoor, assignee: str, verdict: str, team: str = "cards") -> None:
    """A ticket of somebody with a clock that finished an hour ago."""
    now = house.door.clock.now()
    made = await house.ticket("sule")
    tickets, clocks = METADATA.tables["ticket"], METADATA.tables["sla_clock"]
    row = {
        "metric": "resolution", "instance": 1, "policy": "p", "kind": "sla", "state": "finished",
        "verdict": verdict, "calendar": "c", "paused_by": [], "counted_s": 60, "target_s": 90,
        "started_at": now - timedelta(hours=2), "finished_at": now - timedelta(hours=1),
        "last_seq": 2,
    }  # fmt: skip

    def work(connection: Any) -> None:  # noqa: ANN401 - of SQLAlchemy
        whose = tickets.c.number == made["number"]
        values = {"assignee": assignee, "team": team}
        connection.execute(tickets.update().where(whose).values(values))
        key = connection.execute(tickets.select().where(whose)).one().id
        connection.execute(insert(clocks).values(ticket_id=key, **row))

    await house.desk.store.database.change(work)


async def read(house: TicketDoor, path: str, who: str) -> Any:  # noqa: ANN401 - any JSON
    return await house.good("GET", f"/reports/{path}", who)


async def test_the_registry_says_what_may_be_asked(house: TicketDoor) -> None:
    items = (await house.good("GET", "/reports", "kemal"))["items"]
    assert [each["id"] for each in items] == list(REPORTS)
    (first,) = [each for each in items if each["id"] == "R11"]
    assert first["columns"][0] == {
        "name": "attainment",
        "title": {"tr": "Tutulan", "en": "Attainment"},
        "unit": "share",
    }
    assert set(first["title"]) == {"tr", "en"}
    mine = (await house.good("GET", "/reports", "ayse"))["items"]
    assert sorted(each["id"] for each in mine) == PERSONAL
    without = (await house.good("GET", "/reports", "deniz"))["items"]
    assert [each["id"] for each in without if "agent" in each["by"] + each["filters"]] == []


async def test_a_share_brings_its_n_and_its_interval(house: TicketDoor) -> None:
    await clock(house, "ayse", "met")
    await clock(house, "ayse", "breached_closed")
    told = await read(house, "R11?by=agent", "kemal")
    assert told["zone"] == "Europe/Istanbul"
    assert told["report"]["version"] == 1
    (row,) = told["rows"]
    assert row["labels"] == ["ayse"]
    assert row["cells"][0] == {"percent": 50.0, "num": 1, "n": 2, "low": 9.45, "high": 90.55}
    nothing = await read(house, "R14", "kemal")
    assert nothing["total"]["cells"][2] == {
        "percent": None, "num": 0, "n": 0, "low": None, "high": None,
    }  # fmt: skip


async def test_each_role_sees_its_own_part(house: TicketDoor) -> None:
    await clock(house, "ayse", "met")
    await clock(house, "ali", "met", team="billing")
    assert [row["labels"] for row in (await read(house, "R11?by=agent", "ayse"))["rows"]] == [
        ["ayse"]
    ]
    for who, finished in (("ayse", 1), ("sule", 1), ("kemal", 2), ("deniz", 2), ("orhan", 2)):
        assert (await read(house, "R11?by=metric", who))["total"]["cells"][1] == finished, who
    answer = await house.send("GET", "/reports/R1", "ayse")
    assert (answer.status, answer.body["code"]) == (403, "not-allowed")


@pytest.mark.parametrize("path", ["R11?by=agent", "R11?agent=ayse", "R4?by=agent,category"])
async def test_an_administrator_sees_no_single_people(house: TicketDoor, path: str) -> None:
    assert (await house.send("GET", f"/reports/{path}", "deniz")).status == 403
    usual = await read(house, "R4", "deniz")
    assert usual["by"] == ["category"]


async def test_the_same_comes_as_text(house: TicketDoor) -> None:
    await clock(house, "=ayse", "met")
    await house.good("GET", "/reports", "kemal")
    door = house.door
    path = "/api/v1/reports/R11?by=agent&format=csv"
    async with door.client.get(path, headers=door.tokens["kemal"]) as answer:
        text = await answer.text()
        assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
        assert "R11.csv" in answer.headers["Content-Disposition"]
    assert text.split("\r\n")[:2] == [
        "agent,attainment_percent,attainment_num,attainment_n,attainment_low,attainment_high,"
        "finished,met,breached,counted_s",
        "'=ayse,100.00,1,1,20.65,100.00,1,1,0,60.0",
    ]


async def test_days_are_those_of_the_house(house: TicketDoor) -> None:
    await clock(house, "ayse", "met")
    told = await read(house, "R11?by=day", "kemal")
    assert len(told["rows"]) in {8, 9}
    assert sum(row["cells"][1] for row in told["rows"]) == 1


@pytest.mark.parametrize(
    "path",
    [
        "R11?by=moon",
        "R11?by=day,month",
        "R11?by=metric,metric",
        "R13?by=day",
        "R11?queue=cards",
        "R11?since=2026-01-01T00:00:00Z&until=2025-01-01T00:00:00Z",
        "R11?since=2020-01-01T00:00:00Z&until=2026-01-01T00:00:00Z",
        "R11?since=yesterday",
        "R11?format=pdf",
        "R11?unknown=1",
    ],
)
async def test_what_cannot_be_asked_is_told(house: TicketDoor, path: str) -> None:
    answer = await house.send("GET", f"/reports/{path}", "kemal")
    assert (answer.status, answer.body["code"]) == (422, "not-valid")
    assert answer.body["errors"]


async def test_an_unknown_report_is_not_there(house: TicketDoor) -> None:
    assert (await house.send("GET", "/reports/R99", "kemal")).status == 404


async def test_every_report_can_be_read_by_whoever_is_shown_it(house: TicketDoor) -> None:
    for who in ("ayse", "sule", "kemal", "deniz", "orhan"):
        for each in (await house.good("GET", "/reports", who))["items"]:
            told = await read(house, each["id"], who)
            assert told["by"] == each["default"]
            assert len(told["total"]["cells"]) == len(each["columns"])
