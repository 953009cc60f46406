"""What supervisors may do on the calls of a queue."""

from __future__ import annotations

import pytest

from ivr.config.queues.monitoring import QueueMonitor


@pytest.mark.parametrize(
    ("written", "modes"),
    [
        ({}, ("listen", "whisper", "barge")),
        ({"whisper": False}, ("listen", "barge")),
        ({"listen": False, "whisper": False, "barge": False}, ()),
    ],
)
def test_all_is_allowed_that_is_not_switched_off(
    written: dict[str, bool], modes: tuple[str, ...]
) -> None:
    assert QueueMonitor.model_validate(written).modes == modes


def test_a_notice_is_no_right() -> None:
    written = QueueMonitor.model_validate({"notice": "monitored", "barge": False})
    assert (written.notice, written.modes) == ("monitored", ("listen", "whisper"))
