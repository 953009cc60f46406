"""The news that wallboards and desks get."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from prometheus_client import REGISTRY

from ivr.acd import words
from tests.fakes.call_centre import CallCentre

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping
    from pathlib import Path


@pytest.fixture
async def centre(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[CallCentre]:
    monkeypatch.chdir(tmp_path)
    made = await CallCentre.open(tmp_path)
    yield made
    await made.close()


async def test_figures_are_told_when_they_change_and_not_again(
    centre: CallCentre, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[Mapping[str, Any]] = []
    board = centre.floor.board

    class Ears:
        def tell(self, _agent: str, _kind: str, _data: Mapping[str, Any]) -> None:
            pass

        def topic(self, name: str, _kind: str, data: Mapping[str, Any]) -> None:
            if name == "queues":
                told.append(data)

    monkeypatch.setattr(board, "_told", Ears())
    await centre.clock.advance(2)
    told.clear()
    await centre.clock.advance(3)
    assert told == []
    await centre.works("ayse")
    await centre.clock.advance(2)
    assert {row["queue"] for row in told} == {"cards", "loans", "general"}
    assert all(row["agents"]["available"] == 1 for row in told)


async def test_every_change_of_an_agent_is_told_with_the_name_people_know(
    centre: CallCentre,
) -> None:
    rows: list[Mapping[str, Any]] = []
    centre.floor.board.agent_watchers.append(rows.append)
    await centre.works("ayse")
    assert [(row["agent"], row["display"], row["state"]) for row in rows] == [
        ("ayse", "ayse", "available")
    ]


async def test_what_routing_finds_wrong_is_counted_and_logged(
    centre: CallCentre, caplog: pytest.LogCaptureFixture
) -> None:
    def count() -> float:
        labels = {"alarm": "strict_lane_full"}
        return REGISTRY.get_sample_value("ivr_routing_alarms_total", labels) or 0

    before = count()
    centre.floor.board.tell(words.Alarm(name="strict_lane_full", facts={"queue": "cards"}))
    assert count() == before + 1
    assert [record.message for record in caplog.records if record.levelname == "WARNING"] == [
        "alarm"
    ]
