"""Goals as they are written become goals of reports, from midnight to midnight of the house."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from ivr.config.load import load_config
from ivr.config.reporting.goals import to_goals
from ivr.reports.goals import Goal
from ivr.runtime.memory.clock import START

TEXT = """\
zone: Europe/Istanbul
queues: [cards]
goals:
  level:
    kpi: R2.f3
    target: 82.5
    queue: cards
    from: 2026-07-01
    until: 2026-12-31
  lost: {kpi: R1.abandonment, target: 5, is: at_most, category: card.lost}
"""


def test_days_are_those_of_the_house_and_the_last_one_is_in_it() -> None:
    config = load_config({"config.yaml": TEXT.encode()}, {}, now=START)
    zone = ZoneInfo("Europe/Istanbul")
    first, last = datetime(2026, 7, 1, tzinfo=zone), datetime(2027, 1, 1, tzinfo=zone)
    assert to_goals(config.goals.values(), zone) == (
        Goal("R2", "f3", 82.5, queue="cards", since=first, until=last),
        Goal("R1", "abandonment", 5.0, at_least=False, category="card.lost"),
    )
