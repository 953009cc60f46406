"""What agents did with their time, from what the routing group stored, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from ivr.acd.words import Row
from ivr.reports.kinds import REPORTS
from ivr.reports.model import Question, Within
from ivr.reports.tabulating import tabulate
from ivr.runtime.ports.desk import GroupBatch
from ivr.store.reports.repository import SqlReports

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ivr.store import SqlStore

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
ENGINES = ("sqlite", "postgres")
"""Reports are made from databases only."""


def entered(agent: str, at: datetime, state: str, queue: str | None = None) -> Row:
    """An agent's row as the queue machine writes it."""
    since = int(at.timestamp()) * 10**9
    columns = {"state": state, "version": 1, "since": since, "reason": "", "queue": queue}
    return Row(kind="agent_state", key=agent, columns=columns)


async def kept(store: SqlStore, *batches: Sequence[Row], group: str = "main") -> None:
    """Rows as the host stores them."""
    epoch, last = await store.groups.claim(group)
    for seq, rows in enumerate(batches, last + 1):
        events = [("Tick", seq, "{}")]
        await store.groups.append(GroupBatch(group, epoch, seq, events, rows))


async def told(store: SqlStore, *by: str, **more: Any) -> dict[str, dict[str, Any]]:  # noqa: ANN401
    """Label -> the figures of R5 from 12 to 14 o'clock; "" = total."""
    times = {"since": NOON, "until": NOON + 2 * HOUR, "now": NOON + 24 * HOUR}
    question = Question(by=by, **{**times, **more})
    facts = await SqlReports(store.database).facts("R5", question)
    table = tabulate(REPORTS["R5"], question, facts, ZoneInfo("Europe/Istanbul"))
    names = [column.name for column in table.columns]
    rows = (*table.rows, table.total)
    return {"".join(row.labels): dict(zip(names, row.cells, strict=True)) for row in rows}


async def ayse_works(store: SqlStore) -> None:
    """Available at 11:50, a call from 12:10 to 12:30 with 5 minutes of wrap-up, break, off."""

    def at(minutes: int) -> datetime:
        return NOON + minutes * MINUTE

    await kept(
        store,
        [entered("ayse", at(-10), "available")],
        [entered("ayse", at(10), "reserved", "cards"), entered("ayse", at(10), "ringing", "cards")],
        [entered("ayse", at(12), "talking", "cards")],
        [entered("ayse", at(20), "holding", "cards")],
        [entered("ayse", at(22), "consulting", "cards")],
        [entered("ayse", at(24), "talking", "cards"), entered("ayse", at(30), "wrapup", "cards")],
        [entered("ayse", at(35), "available")],
        [entered("ayse", at(35), "available")],
        [entered("ayse", at(50), "break")],
        [entered("ayse", at(70), "dialing", "cards")],
        [entered("ayse", at(71), "dialing")],
        [entered("ayse", at(73), "direct")],
        [entered("ayse", at(75), "not_responding")],
        [entered("ayse", at(76), "offline")],
        [entered("ayse", at(180), "available")],
    )


async def test_occupancy_and_utilisation_of_an_agent(store: SqlStore) -> None:
    await ayse_works(store)
    ayse = (await told(store, "agent"))["ayse"]
    minutes = {name: value / 60 for name, value in ayse.items() if name not in TWO}
    assert minutes == {
        "signed_in": 76, "busy": 24, "available": 25, "talk": 18, "wrapup": 5, "dialing": 1,
        "ringing": 2, "break": 20, "not_responding": 1, "own_calls": 4,
    }  # fmt: skip
    assert ayse["occupancy"] == 48.98, "24 / (24 + 25)"
    assert ayse["utilisation"] == 64.47, "49 / 76"


TWO = ("occupancy", "utilisation")


async def test_time_is_split_at_the_border_of_an_hour(store: SqlStore) -> None:
    await ayse_works(store)
    hours = await told(store, "hour")
    first, second = hours["2026-11-23 15:00"], hours["2026-11-23 16:00"]
    assert (first["break"], second["break"]) == (600, 600)
    assert (first["signed_in"], second["signed_in"]) == (3600, 960)
    assert hours[""]["signed_in"] == 4560
    assert (first["occupancy"], second["occupancy"]) == (47.92, 100.0)


async def test_a_state_that_goes_on_is_cut_now_and_one_before_is_known(store: SqlStore) -> None:
    await kept(store, [entered("ali", NOON - 3 * HOUR, "talking", "cards")])
    cut = await told(store, "agent", now=NOON + 30 * MINUTE)
    assert (cut["ali"]["talk"], cut["ali"]["occupancy"]) == (1800, 100.0)
    assert (await told(store, "agent"))["ali"]["talk"] == 7200
    assert "ali" not in await told(store, "agent", now=NOON - HOUR)
    later = await told(store, "hour", since=NOON - 5 * HOUR)
    assert later["2026-11-23 11:00"]["signed_in"] == 0, "nothing is known before his first state"
    assert later["2026-11-23 12:00"]["signed_in"] == 3600


async def test_an_agent_of_two_groups_is_counted_once(store: SqlStore) -> None:
    row = entered("ali", NOON - HOUR, "available")
    await kept(store, [row])
    await kept(store, [row], group="other")
    assert (await told(store, "agent"))["ali"]["available"] == 7200


async def test_nobody_who_was_not_signed_in_has_an_occupancy(store: SqlStore) -> None:
    await kept(store, [entered("ali", NOON - HOUR, "offline")])
    assert (await told(store))[""]["occupancy"] is None
    assert list(await told(store, "agent")) == [""]


async def test_filters_and_reach(store: SqlStore) -> None:
    for agent in ("ali", "can"):
        await kept(store, [entered(agent, NOON - HOUR, "available")])
    assert sorted(await told(store, "agent")) == ["", "ali", "can"]
    assert sorted(await told(store, "agent", agents=("can",))) == ["", "can"]
    assert sorted(await told(store, "agent", within=Within(agents=("ali",)))) == ["", "ali"]
    assert sorted(await told(store, "agent", within=Within(queues=("cards",)))) == [""]
