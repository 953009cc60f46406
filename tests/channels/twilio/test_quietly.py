"""Every refusal is counted, each kind is logged once a minute with its number."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from ivr.channels.twilio.quietly import Refusals
from ivr.runtime import metrics
from ivr.runtime.memory.clock import VirtualClock

if TYPE_CHECKING:
    import pytest


def counted(trunk: str, reason: str) -> float:
    line = f'ivr_webhook_refused_total{{reason="{reason}",trunk="{trunk}"}} '
    found = [one for one in metrics.page().decode().splitlines() if one.startswith(line)]
    return float(found[0].removeprefix(line)) if found else 0.0


async def test_a_kind_is_logged_once_a_minute_with_its_number(
    caplog: pytest.LogCaptureFixture,
) -> None:
    clock = VirtualClock()
    refusals = Refusals("quiet", clock)
    for _time in range(100):
        refusals.count("mismatch")
    refusals.count("garbled")
    assert [record.facts["reason"] for record in caplog.records] == ["mismatch", "garbled"]  # type: ignore[attr-defined]
    await clock.advance(60)
    refusals.count("mismatch")
    assert caplog.records[-1].facts["times"] == 100  # type: ignore[attr-defined]
    assert counted("quiet", "mismatch") == 101


def test_a_notice_refuses_nothing(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    Refusals("quiet", VirtualClock()).notice("signed_by_next_token")
    assert [record.message for record in caplog.records] == ["webhook_noticed"]
    assert counted("quiet", "signed_by_next_token") == 0
