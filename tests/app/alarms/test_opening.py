"""Alarms in a whole server: from config.yaml and real waits to pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from ivr.config.load import load_config
from ivr.runtime.memory.clock import START
from ivr.web.permissions import Who
from tests.fakes.call_centre import CallCentre

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping
    from pathlib import Path

    from ivr.app.server import Server
    from ivr.runtime.queue_alarms.watching import QueueAlarms

ALARM = """\
alarms:
  - {name: crowd, metric: waiting, queue: general, fire: {above: 0.5, for: 10s},
     clear: {below: 0.4, for: 10s}}
"""
LATER = ALARM.replace("fire: {above: 0.5, for: 10s}", "fire: {above: 0.5, for: 1h}")
SULE = Who("sule", roles=("supervisor",), teams=("card_desk",))
AYSE = Who("ayse", roles=("agent",), teams=("card_desk",))


@pytest.fixture
async def centre(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[CallCentre]:
    monkeypatch.chdir(tmp_path)
    made = await CallCentre.open(tmp_path, changes={"\nqueues:\n": f"\n{ALARM}\nqueues:\n"})
    yield made
    await made.close()


def board(server: Server) -> QueueAlarms:
    assert server.alarms is not None
    return server.alarms.board


def rows(server: Server) -> list[Mapping[str, Any]]:
    """The alarms on one queue; the shipped configuration has one on another."""
    return [row for row in board(server).rows() if row["queue"] == "general"]


def states(server: Server) -> dict[str, str]:
    return {row["alarm"]: row["state"] for row in rows(server)}


async def crowd(centre: CallCentre) -> None:
    """One caller has the only agent, another one waits."""
    await centre.is_busy("ayse")
    await centre.waits("+905321119999")
    await centre.clock.advance(20)


async def snapshot(centre: CallCentre, who: Who) -> Any:  # noqa: ANN401 - JSON
    """What a page of somebody is told at first."""
    news = centre.served.server.news
    assert news is not None
    desks: Any = news._doors.snapshot.__self__  # type: ignore[attr-defined]
    desks._visitors[who.name] = who
    return await desks._snapshot(who.name, ("alarms", "queues"))


async def test_real_waits_let_an_alarm_go_on_and_off(centre: CallCentre) -> None:
    await centre.clock.advance(5)
    assert states(centre.served.server) == {"crowd": "ok"}
    await crowd(centre)
    assert states(centre.served.server) == {"crowd": "firing"}
    await centre.is_free_again("ayse")
    centre.phones["ayse"].answer()
    await centre.clock.advance(20)
    assert states(centre.served.server) == {"crowd": "ok"}


async def test_a_page_of_a_supervisor_shows_it_and_that_of_an_agent_does_not(
    centre: CallCentre,
) -> None:
    await crowd(centre)
    told = (await snapshot(centre, SULE))["alarms"]
    shown = next(row for row in told if row["alarm"] == "crowd")
    assert (shown["alarm"], shown["state"], shown["value"]) == ("crowd", "firing", 1)
    assert "alarms" not in await snapshot(centre, AYSE)


async def test_news_of_an_alarm_are_for_who_sees_its_queue(centre: CallCentre) -> None:
    news = centre.served.server.news
    assert news is not None
    await snapshot(centre, SULE)
    await snapshot(centre, AYSE)
    sees = news._doors.sees("sule", ())
    assert sees is not None
    assert [sees("alarms", {"queue": queue}) for queue in ("general", "moon")] == [True, False]
    assert [news._doors.may(who, (), "alarms") for who in ("sule", "ayse")] == [True, False]


async def test_a_changed_configuration_changes_the_alarms_and_keeps_the_rest(
    centre: CallCentre, tmp_path: Path
) -> None:
    await crowd(centre)
    path = tmp_path / "config.yaml"
    text = path.read_text(encoding="utf-8")
    more = text.replace(ALARM, f"{ALARM}{LATER.replace('alarms:', '').replace('crowd', 'later')}")
    path.write_text(more, encoding="utf-8")
    assert await centre.served.server.reconfigure(load_config(path, {}, now=START))
    await centre.clock.advance(5)
    assert states(centre.served.server) == {"crowd": "firing", "later": "pending"}


async def test_an_alarm_that_is_on_is_still_on_after_a_restart(
    centre: CallCentre, tmp_path: Path
) -> None:
    await crowd(centre)
    before = board(centre.served.server).acknowledge("crowd", "sule")
    await centre.clock.advance(2)
    after = await centre.killed(tmp_path)
    await after.clock.advance(1)
    [row] = rows(after.served.server)
    assert {**row, "value": before["value"]} == before
    await after.close()


async def test_a_window_reaches_back_over_a_restart(centre: CallCentre, tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    text = path.read_text(encoding="utf-8")
    share = (
        "alarms:\n  - {name: lost, metric: abandoned_share, queue: general, min_n: 1,"
        " fire: {above: 50}, clear: {below: 40}}\n"
    )
    path.write_text(text.replace(ALARM, share), encoding="utf-8")
    await centre.is_busy("ayse")
    call = await centre.waits("+905321119999")
    await centre.clock.advance(10)
    await centre.leaves(call)
    await centre.clock.advance(1)
    after = await centre.killed(tmp_path)
    await after.clock.advance(1)
    [row] = rows(after.served.server)
    assert (row["value"], row["n"], row["state"]) == (50, 2, "ok")
    await after.close()
