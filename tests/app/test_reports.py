"""What queues are measured by, from the configuration."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from ivr.acd.settings import SECOND, Counted, Queue
from ivr.app.reports import hours_of, limits_of
from ivr.runtime.ports.reports import QueueLimits
from tests.fakes.ticket_house import RULES


def test_limits_are_milliseconds_of_the_rules() -> None:
    queue = Queue("cards", service_level_ns=20 * SECOND, short_abandon_ns=SECOND // 2)
    assert limits_of(queue) == QueueLimits("cards", 20_000, 500, 80, "F3")


def test_what_f8_counts_is_one_of_the_limits() -> None:
    counted = Counted(abandoned=False, short=True, overflowed=False)
    limits = limits_of(Queue("cards", service_level="F8", service_counted=counted))
    assert (limits.variant, limits.count_abandoned) == ("F8", False)
    assert (limits.count_short, limits.count_overflowed) == (True, False)


def test_the_hours_of_the_house_are_looked_up_by_name() -> None:
    assert hours_of(lambda: RULES) is RULES.calendars.get(RULES.catalogue.hours)
    nowhere: Any = SimpleNamespace(calendars={}, catalogue=SimpleNamespace(hours="x"))
    assert hours_of(lambda: nowhere) is None
