"""What alarms measure: real figures of real queues."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ivr.acd.alarms.course import Reading
from ivr.acd.alarms.figures import measure
from ivr.acd.alarms.rule import METRICS, Bound, QueueAlarm
from ivr.acd.callers.lately import LONGEST_WINDOW_NS, Lately
from ivr.acd.settings import MINUTE, SECOND, Counted, Nobody
from ivr.acd.views import queue_figures
from tests.acd.house import House, card, queue

DAY_S = 86_400


def rule(metric: str, **more: Any) -> QueueAlarm:  # noqa: ANN401
    """An alarm on `q`; its bounds do not matter here."""
    made = QueueAlarm("a", metric, "q", Bound(1, below=True), Bound(2, below=False), variant="F3")
    return replace(made, **more)


def unserved() -> House:
    """A queue whose only agent has a break that does not count."""
    house = House(queue(nobody=Nobody(join=("offline",))), agents=[card("zoe", 9)])
    house.agent("zoe", "break", reason="break")
    return house


def seen(
    house: House,
    metric: str,
    lately: Lately | None = None,
    **more: Any,  # noqa: ANN401
) -> Reading:
    """What is measured now."""
    return measure(rule(metric, **more), house.group, lately or Lately(), house.at)


def answered(house: House, name: str) -> None:
    """A call of one second."""
    house.call(name)
    house.answers("ada")
    house.wait(1)
    house.agent("ada", "call_ended")
    house.agent("ada", "wrapup_done")


def gave_up(house: House, name: str, after_s: float) -> None:
    house.call(name)
    house.wait(after_s)
    house.gone(name)


@pytest.mark.parametrize("metric", METRICS)
def test_nothing_is_known_of_a_queue_that_is_no_more(metric: str) -> None:
    assert measure(rule(metric, queue="gone"), House(queue()).group, Lately(), 1) == Reading()


def test_who_waits_and_how_long_the_first_has() -> None:
    house = unserved()
    assert (seen(house, "waiting").value, seen(house, "oldest_wait").value) == (0, 0)
    house.call("t1")
    house.wait(7)
    house.call("t2")
    house.wait(2)
    assert (seen(house, "waiting").value, seen(house, "oldest_wait").value) == (2, 9)
    assert seen(house, "waiting").n is None


def test_agents_who_are_free_and_who_are_there() -> None:
    house = House(queue(), agents=[card("ada", 1), card("bob", 2), card("cem", 3)])
    house.agent("cem", "logout")
    house.call("t1")
    house.answers("ada")
    assert (seen(house, "agents_available").value, seen(house, "agents_on_duty").value) == (1, 2)


def test_the_estimate_is_that_of_the_wallboard() -> None:
    house = House(queue(), agents=[card("ada", 1)])
    house.call("t1")
    house.answers("ada")
    house.call("t2")
    value = seen(house, "estimate").value
    minutes = queue_figures(house.group, "q", house.at, Lately())["estimate_min"]
    assert value is not None
    assert minutes - 1 < value / 60 <= minutes


def test_where_nobody_is_on_duty_there_is_no_estimate() -> None:
    house = House(queue())
    assert seen(house, "estimate").value is None


def test_the_service_level_of_the_day_is_that_of_the_wallboard() -> None:
    house = House(queue(), agents=[card("ada", 1)])
    answered(house, "t1")
    house.call("t2")
    house.answers("ada")
    gave_up(house, "t3", 30)
    level = queue_figures(house.group, "q", house.at, Lately())["service_level"]
    assert seen(house, "service_level") == Reading(100 * level["num"] / level["den"], level["den"])
    assert seen(house, "abandoned_share") == Reading(100 / 3, 3)


def test_the_formula_is_that_of_the_alarm() -> None:
    house = unserved()
    gave_up(house, "t1", 3)
    assert seen(house, "service_level", variant="F3").value == 0
    assert seen(house, "service_level", variant="F1").value == 100
    assert seen(house, "service_level", variant="F2") == Reading(None, 0)


def test_an_alarm_by_f8_counts_what_its_queue_counts() -> None:
    house = House(queue(service_counted=Counted(short=True)), agents=[card("ada", 1)])
    answered(house, "t1")
    house.call("t2")
    house.answers("ada")
    gave_up(house, "t3", 3)
    assert seen(house, "service_level", variant="F8") == Reading(100 * 2 / 3, 3)


def test_without_waits_there_is_no_share() -> None:
    assert seen(unserved(), "service_level") == Reading(None, 0)


def test_who_waits_longer_than_the_threshold_counts_as_lost() -> None:
    house = unserved()
    house.call("t1")
    house.wait(20)
    assert seen(house, "service_level") == Reading(None, 0)
    house.wait(1)
    assert seen(house, "service_level") == Reading(0, 1)


def test_a_window_forgets_what_ended_before_it() -> None:
    house, lately = unserved(), Lately()
    lately.look(house.group, house.at)
    gave_up(house, "t1", 1)
    lately.look(house.group, house.at)
    house.wait(20 * 60)
    gave_up(house, "t2", 1)
    lately.look(house.group, house.at)
    assert seen(house, "abandoned_share", lately, window_ns=30 * MINUTE).n == 2
    house.wait(10 * 60)
    assert seen(house, "abandoned_share", lately, window_ns=30 * MINUTE).n == 1
    assert seen(house, "abandoned_share", lately).n == 2


def test_a_window_goes_on_over_midnight() -> None:
    house, lately = unserved(), Lately()
    lately.look(house.group, house.at)
    house.wait(DAY_S - house.at / SECOND - 60)
    gave_up(house, "t1", 1)
    lately.look(house.group, house.at)
    house.wait(120)
    gave_up(house, "t2", 1)
    lately.look(house.group, house.at)
    assert seen(house, "abandoned_share").n == 1
    assert seen(house, "abandoned_share", lately, window_ns=30 * MINUTE).n == 2


def test_what_ended_before_the_first_look_is_in_no_window() -> None:
    house, lately = unserved(), Lately()
    gave_up(house, "t1", 1)
    lately.look(house.group, house.at)
    assert lately.within("q", house.at, MINUTE).abandoned == 0


def test_no_more_is_kept_than_the_longest_window_needs() -> None:
    house, lately = unserved(), Lately()
    lately.look(house.group, house.at)
    for name in ("t1", "t2"):
        gave_up(house, name, 1)
        lately.look(house.group, house.at)
        house.wait(LONGEST_WINDOW_NS / SECOND)
    assert lately.within("q", house.at, 10 * LONGEST_WINDOW_NS).abandoned == 1
