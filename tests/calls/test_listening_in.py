"""Supervisors on the calls of a queue that says what they may do there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ivr.domain.errors import IllegalTransitionError
from tests.fakes.call_centre import CallCentre
from tests.fakes.served import shipped

if TYPE_CHECKING:
    from pathlib import Path

GENERAL = "    title: {tr: Genel, en: General}\n"
ONLY_LISTEN = {GENERAL: f"{GENERAL}    monitor: {{whisper: false, barge: false}}\n"}


async def test_what_the_queue_forbids_is_refused_also_to_who_listens_already(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    centre = await CallCentre.open(tmp_path, changes=ONLY_LISTEN)
    try:
        await centre.works("ayse")
        call = await centre.waits()
        centre.phones["ayse"].answer()
        await centre.clock.advance(1)
        supervisor = centre.phones["can"].plug_in()
        await centre.floor.control(call, "monitor", {"mode": "listen"}, "can")
        await centre.clock.advance(1)
        supervisor.answer()
        await centre.clock.advance(1)
        for mode in ("whisper", "barge"):
            with pytest.raises(IllegalTransitionError, match=f"allows no {mode}"):
                await centre.floor.control(call, "monitor", {"mode": mode}, "can")
        await centre.clock.advance(1)
        assert [one["talk"] for one in supervisor.said if "talk" in one] == ["listening"]
        row = centre.floor.agent("ayse")
        assert row is not None
        assert row["monitor"] == ["listen"]
    finally:
        await centre.close()


async def test_caller_and_agent_are_told_before_the_supervisor_hears_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    changes = {GENERAL: f"{GENERAL}    monitor: {{notice: monitored_now}}\n"}
    shipped(tmp_path, changes)
    with (tmp_path / "flows" / "prompts.yaml").open("a", encoding="utf-8") as file:
        file.write('monitored_now: {tr: "Görüşmeniz dinleniyor.", en: "Somebody listens."}\n')
    centre = await CallCentre.open(tmp_path)
    call = await centre.is_busy("ayse")
    supervisor = centre.phones["can"].plug_in()
    await centre.floor.control(call, "monitor", {"mode": "listen"}, "can")
    await centre.clock.advance(1)
    supervisor.answer()
    await centre.clock.advance(0.5)
    for said in (centre.heard[call], centre.phones["ayse"].said):
        assert "monitored_now" in str(said[-2:])
    assert not any("talk" in one for one in supervisor.said)
    await centre.clock.advance(4)
    assert [one["talk"] for one in supervisor.said if "talk" in one] == ["listening"]
    await centre.close()
