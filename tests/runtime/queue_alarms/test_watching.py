"""Alarms on a queue as a server runs them: evaluated, shown, seen by somebody, reconfigured."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from prometheus_client import REGISTRY

from ivr.acd.alarms.rule import Bound
from ivr.domain.errors import IllegalTransitionError, NotFoundError
from ivr.runtime.memory.clock import VirtualClock
from ivr.runtime.queue_alarms.watching import EVERY
from ivr.runtime.tasks import Tasks
from tests.fakes.alarmed import MANY, Alarmed


@pytest.fixture
def rig() -> Alarmed:
    return Alarmed(VirtualClock())


def gauge(rig: Alarmed, state: str) -> float | None:
    del rig
    labels = {"alarm": "many", "queue": "q", "state": state}
    return REGISTRY.get_sample_value("ivr_alarm_state", labels)


def test_it_goes_on_and_off_with_the_queue(rig: Alarmed) -> None:
    rig.goes_on(5)
    assert rig.states == {"many": "ok"}
    rig.calls("t1", "t2", "t3")
    rig.goes_on(5)
    assert rig.states == {"many": "pending"}
    rig.goes_on(10)
    assert rig.states == {"many": "firing"}
    rig.leave("t1", "t2")
    rig.goes_on(5)
    assert rig.states == {"many": "clearing"}
    rig.goes_on(10)
    assert rig.states == {"many": "ok"}


def test_an_alarm_is_shown_with_all_that_it_is_judged_by(rig: Alarmed) -> None:
    rig.fire()
    row = rig.alarms.rows()[0]
    assert row["since"] == row["fired_at"]
    assert {name: row[name] for name in row if name not in ("since", "fired_at")} == {
        "alarm": "many", "queue": "q", "metric": "waiting", "variant": "", "window_s": 0,
        "min_n": 0, "state": "firing", "value": 3, "n": None,
        "fire": {"above": 2, "below": None, "for_s": 10},
        "clear": {"below": 2, "above": None, "for_s": 10},
        "acknowledged_by": "", "acknowledged_at": None,
    }  # fmt: skip


def test_pages_hear_of_changes_and_of_nothing_else(rig: Alarmed) -> None:
    rig.goes_on(60)
    assert [row["state"] for row in rig.told] == ["ok"]
    rig.fire()
    assert [row["state"] for row in rig.told] == ["ok", "pending", "firing"]


def test_who_acknowledges_is_shown_and_the_state_stays(rig: Alarmed) -> None:
    rig.fire()
    row = rig.alarms.acknowledge("many", "sule")
    assert (row["state"], row["acknowledged_by"]) == ("firing", "sule")
    assert rig.told[-1] == row
    assert rig.alarms.acknowledge("many", "deniz")["acknowledged_by"] == "sule"


def test_only_what_fires_can_be_acknowledged(rig: Alarmed) -> None:
    rig.goes_on(5)
    with pytest.raises(IllegalTransitionError, match="many does not fire"):
        rig.alarms.acknowledge("many", "sule")
    with pytest.raises(NotFoundError):
        rig.alarms.acknowledge("moon", "sule")


def test_a_reload_keeps_the_state_of_what_has_not_changed(rig: Alarmed) -> None:
    rig.fire()
    rig.rules = [replace(MANY, repeat_ns=1, notify=("sms:x",)), replace(MANY, name="other")]
    rig.goes_on(5)
    assert rig.states == {"many": "firing", "other": "pending"}


def test_an_alarm_whose_rule_has_changed_begins_anew(rig: Alarmed) -> None:
    rig.fire()
    rig.rules = [replace(MANY, fire=Bound(1, below=False))]
    rig.goes_on(5)
    assert rig.states == {"many": "pending"}


def test_one_that_is_no_longer_configured_is_gone_from_everywhere(rig: Alarmed) -> None:
    rig.fire()
    rig.rules = []
    rig.goes_on(5)
    assert rig.states == {}
    assert [(row["alarm"], row["state"]) for row in rig.ended] == [("many", "removed")]
    assert gauge(rig, "firing") is None


def test_the_figures_for_prometheus_have_one_state(rig: Alarmed) -> None:
    rig.fire()
    states = ("ok", "pending", "firing", "clearing", "no_data")
    assert [gauge(rig, state) for state in states] == [0, 0, 1, 0, 0]


async def test_they_are_evaluated_every_five_seconds_whatever_happens() -> None:
    clock, tasks, looked = VirtualClock(), Tasks(), list[int]()
    rig = Alarmed(clock)

    class Failing(list[object]):
        def __iter__(self) -> object:  # type: ignore[override]
            looked.append(1)
            raise RuntimeError("a fault of ours")

    rig.rules = Failing()  # type: ignore[assignment]
    tasks.start(rig.alarms.run(), "queue alarms")
    await clock.advance(0)
    assert timedelta(seconds=5) == EVERY
    await clock.advance(10)
    assert len(looked) == 3
    await tasks.close()
