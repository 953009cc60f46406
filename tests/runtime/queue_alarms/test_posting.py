"""Alarms that are on are kept, and each notice is told once, whatever happens between."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import pytest

from ivr.acd.alarms.rule import Bound
from ivr.domain.errors import StoreError
from ivr.runtime.memory.clock import VirtualClock
from ivr.runtime.memory.queue_alarms import MemoryQueueAlarms
from ivr.runtime.queue_alarms.posting import AlarmPost
from ivr.runtime.queue_alarms.watching import QueueAlarms
from ivr.runtime.tasks import Tasks
from tests.fakes.alarmed import MANY, Alarmed

if TYPE_CHECKING:
    from ivr.acd.alarms.rule import QueueAlarm
    from ivr.runtime.ports.supervision.queue_alarms import KeptAlarm, Notice


class Rows(MemoryQueueAlarms):
    """A store that may be away. puts: how often a row was written."""

    away = False
    puts = 0

    async def put(self, alarm: KeptAlarm) -> None:
        if self.away:
            raise StoreError("away", retryable=True)
        self.puts += 1
        await super().put(alarm)


@dataclass
class Rig(Alarmed):
    """With a post. told_people: kinds of notices. fault: what telling meets next."""

    rows: Rows = field(default_factory=Rows)
    told_people: list[str] = field(default_factory=list)
    fault: Exception | None = None
    post: AlarmPost = field(init=False)

    def __post_init__(self) -> None:
        super().__post_init__()
        self.post = AlarmPost(self.alarms, self.rows, self.tell_people, self.clock)

    async def tell_people(self, _rule: QueueAlarm, notice: Notice) -> None:
        fault, self.fault = self.fault, None
        if fault is not None:
            raise fault
        self.told_people.append(notice.kind)

    async def restarted(self) -> None:
        """The program dies and begins anew on the same rows."""
        self.alarms = QueueAlarms(self.seams())
        self.post = AlarmPost(self.alarms, self.rows, self.tell_people, self.clock)
        await self.post.load()


@pytest.fixture
def rig() -> Rig:
    return Rig(VirtualClock())


async def test_one_notice_on_firing_and_one_on_ok(rig: Rig) -> None:
    rig.fire()
    await rig.post.look()
    rig.goes_on(60)
    await rig.post.look()
    rig.leave("t1", "t2", "t3")
    rig.goes_on(15)
    await rig.post.look()
    assert (rig.told_people, rig.states) == (["firing", "ok"], {"many": "ok"})
    assert list(await rig.rows.all()) == []


async def test_a_restart_tells_nobody_twice_and_goes_on(rig: Rig) -> None:
    rig.fire()
    await rig.post.look()
    fired_at = rig.alarms.rows()[0]["fired_at"]
    await rig.restarted()
    rig.goes_on(5)
    await rig.post.look()
    row = rig.alarms.rows()[0]
    assert (row["state"], row["fired_at"], rig.told_people) == ("firing", fired_at, ["firing"])
    rig.leave("t1", "t2", "t3")
    rig.goes_on(15)
    await rig.post.look()
    assert rig.told_people == ["firing", "ok"]


async def test_what_was_kept_and_not_told_is_told_by_the_next_run(rig: Rig) -> None:
    rig.fire()
    rig.fault = StoreError("away", retryable=True)
    with pytest.raises(StoreError):
        await rig.post.look()
    assert rig.told_people == []
    await rig.restarted()
    rig.goes_on(5)
    await rig.post.look()
    assert rig.told_people == ["firing"]


async def test_nothing_is_told_that_is_not_kept(rig: Rig) -> None:
    rig.fire()
    rig.rows.away = True
    with pytest.raises(StoreError):
        await rig.post.look()
    assert rig.told_people == []
    rig.rows.away = False
    await rig.post.look()
    await rig.post.look()
    assert rig.told_people == ["firing"]


async def test_who_has_seen_it_is_known_after_a_restart(rig: Rig) -> None:
    rig.rules = [replace(MANY, repeat_ns=60 * 10**9)]
    rig.fire()
    rig.alarms.acknowledge("many", "sule")
    await rig.post.look()
    await rig.restarted()
    rig.goes_on(120)
    await rig.post.look()
    assert rig.alarms.rows()[0]["acknowledged_by"] == "sule"
    assert rig.told_people == ["firing"]


async def test_it_is_repeated_until_somebody_has_seen_it(rig: Rig) -> None:
    rig.rules = [replace(MANY, repeat_ns=60 * 10**9)]
    rig.fire()
    rig.goes_on(120)
    await rig.post.look()
    assert rig.told_people == ["firing", "repeat", "repeat"]


async def test_a_fault_of_ours_costs_one_notice(rig: Rig) -> None:
    rig.fire()
    rig.fault = RuntimeError("a fault of ours")
    await rig.post.look()
    rig.leave("t1", "t2", "t3")
    rig.goes_on(15)
    await rig.post.look()
    assert rig.told_people == ["ok"]


@pytest.mark.parametrize("rules", [[], [replace(MANY, fire=Bound(1, below=False))]])
async def test_a_row_of_an_alarm_that_is_another_one_now_is_dropped(
    rig: Rig, rules: list[QueueAlarm]
) -> None:
    rig.fire()
    await rig.post.look()
    rig.rules = rules
    await rig.restarted()
    await rig.post.look()
    assert len(await rig.rows.all()) == 1, "nothing is known before the first evaluation"
    rig.goes_on(5)
    await rig.post.look()
    assert (list(await rig.rows.all()), rig.told_people) == ([], ["firing"])


async def test_nothing_is_written_while_nothing_changes(rig: Rig) -> None:
    rig.fire()
    await rig.post.look()
    puts = rig.rows.puts
    rig.goes_on(60)
    await rig.post.look()
    assert rig.rows.puts == puts


async def test_a_change_is_kept_and_told_at_once_and_a_store_that_was_away_is_asked_again() -> None:
    clock, tasks = VirtualClock(), Tasks()
    rig = Rig(clock)
    tasks.start(rig.post.run(), "queue alarm post")
    await clock.advance(0)
    rig.fire()
    await clock.advance(0)
    assert rig.told_people == ["firing"]
    rig.rows.away = True
    rig.alarms.acknowledge("many", "sule")
    await clock.advance(0)
    rig.rows.away = False
    await clock.advance(10)
    assert [row.acknowledged_by for row in await rig.rows.all()] == ["sule"]
    await tasks.close()
