"""Alarms as they are evaluated, made from what is written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.acd.alarms.rule import Bound, QueueAlarm
from ivr.acd.settings import MINUTE
from ivr.config.queues.all_alarms import to_alarms

if TYPE_CHECKING:
    from ivr.config.model import Config
    from tests.config.conftest import Load

EXAMPLE = """\
queues:
  cards: {service_level: {variant: F1}}
  loans: {alarms: [{name: loans_wait, metric: oldest_wait, fire: {above: 5m}, clear: {below: 2m}}]}
alarms:
  - {name: cards_sl, metric: service_level, queue: cards, variant: F3, window: 30m, min_n: 20,
     fire: {below: 70, for: 3m}, clear: {above: 75, for: 5m}}
"""


def alarms(config: Config) -> tuple[QueueAlarm, ...]:
    return to_alarms(config.alarms, config.queues)


def test_the_example_of_the_documentation(load: Load) -> None:
    assert alarms(load(EXAMPLE)) == (
        QueueAlarm(
            *("cards_sl", "service_level", "cards"),
            *(Bound(70, below=True), Bound(75, below=False)),
            fire_for_ns=3 * MINUTE,
            clear_for_ns=5 * MINUTE,
            variant="F3",
            window_ns=30 * MINUTE,
            min_n=20,
        ),
        QueueAlarm(
            *("loans_wait", "oldest_wait", "loans"),
            *(Bound(300, below=False), Bound(120, below=True)),
        ),
    )


def test_what_is_not_written_of_a_share(load: Load) -> None:
    text = EXAMPLE.replace("variant: F3, window: 30m, min_n: 20,", "")
    made = alarms(load(text))[0]
    assert (made.variant, made.window_ns, made.min_n) == ("F1", 30 * MINUTE, 20)


def test_a_share_of_the_day(load: Load) -> None:
    assert alarms(load(EXAMPLE.replace("window: 30m", "window: day")))[0].window_ns == 0
