"""Pages of a whole server: what they may choose from, and an agent whose desk goes away."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ivr.app.desks import choices_of
from ivr.config.load import load_config
from ivr.runtime.memory.clock import START
from tests.fakes.call_centre import CallCentre
from tests.fakes.served import shipped

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path


@pytest.fixture
async def centre(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[CallCentre]:
    monkeypatch.chdir(tmp_path)
    made = await CallCentre.open(tmp_path)
    yield made
    await made.close()


def test_breaks_codes_priorities_and_places_are_called_as_the_reader_calls_them(
    tmp_path: Path,
) -> None:
    config = load_config(shipped(tmp_path), {}, now=START)
    found = choices_of(config, "en")
    assert tuple(found.names["breaks"]) == ("lunch", "coffee", "training")
    assert found.titles["break"]["lunch"] == "Lunch"
    assert choices_of(config, "tr").titles["code"]["solved"] == "Çözüldü"
    assert found.titles["place"]["vip_desk"] == "vip_desk"
    assert "vip" in found.names["priorities"]


async def test_an_agent_whose_desk_stays_away_gets_no_more_calls(centre: CallCentre) -> None:
    await centre.works("ayse")
    news = centre.served.server.news
    assert news is not None
    doors = news._doors
    await doors.gone("ayse")
    await centre.clock.advance(29)
    assert centre.state("ayse") == "available"
    await centre.clock.advance(2)
    assert centre.state("ayse") == "not_responding"
    await doors.connected("ayse")
    await centre.clock.advance(1)
    assert centre.state("ayse") == "available"


async def test_somebody_who_is_no_agent_comes_and_goes_without_a_trace(centre: CallCentre) -> None:
    news = centre.served.server.news
    assert news is not None
    for happens in (news._doors.connected, news._doors.gone):
        await happens("sule")
    await centre.clock.advance(60)
    assert [row["state"] for row in centre.floor.agents()] == ["offline", "offline"]
