"""A Sunday in Istanbul, for every test of spelling."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from ivr.media.say import When

ISTANBUL = timezone(timedelta(hours=3))


@pytest.fixture
def when() -> When:
    """Sunday 2026-11-22, 15:00 in Istanbul."""
    return When(datetime(2026, 11, 22, 12, 0, tzinfo=UTC), ISTANBUL, "TR")
