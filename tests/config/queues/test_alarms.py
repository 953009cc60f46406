"""Alarms as people write them; their mistakes are in tests/config/checks/test_alarms.py."""

from __future__ import annotations

import pytest

from ivr.acd.alarms.rule import METRICS
from ivr.acd.telling.levels import LEVELS
from ivr.config.queues.alarms import AlarmOptions, AlarmSide, Limit


@pytest.mark.parametrize(
    ("text", "limit"),
    [("70", (70, False)), ("12.5", (12.5, False)), ("2m", (120, True)), ("1m30s", (90, True))],
)
def test_a_limit_is_a_number_or_a_time(text: str, limit: tuple[float, bool]) -> None:
    side = AlarmSide.model_validate({"above": text})
    assert (side.key, side.limit, side.for_) == ("above", Limit(*limit), 0)


def test_every_metric_and_formula_can_be_written() -> None:
    fields = AlarmOptions.model_fields
    assert set(fields["metric"].annotation.__args__) == set(METRICS)  # type: ignore[union-attr]
    assert str(fields["variant"].annotation).count("'F") == len(LEVELS)
