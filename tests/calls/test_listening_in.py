"""Supervisors on the calls of a queue that says what they may do there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ivr.domain.errors import IllegalTransitionError
from tests.fakes.call_centre import CallCentre

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
