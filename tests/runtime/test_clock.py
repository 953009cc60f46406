"""The real clock: aware, never backwards, never early."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

import pytest

from ivr.runtime import clock as module
from ivr.runtime.clock import SystemClock


def test_the_time_is_aware_and_that_of_the_machine() -> None:
    now = SystemClock().now()
    assert now.tzinfo is UTC
    assert abs(time.time() - now.timestamp()) < 1


def test_time_never_runs_backwards(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = SystemClock()
    first = clock.now()

    class Yesterday(datetime):
        @classmethod
        def now(cls, tz: object = None) -> datetime:  # type: ignore[override]
            return first - timedelta(days=1)

    monkeypatch.setattr(module, "datetime", Yesterday)
    assert clock.now() == first


@pytest.mark.parametrize("wait_s", [-5.0, 0.0, 0.01])
async def test_a_sleeper_wakes_at_its_time_or_later(wait_s: float) -> None:
    clock = SystemClock()
    due = clock.now() + timedelta(seconds=wait_s)
    await clock.sleep_until(due)
    assert clock.now() >= due
