"""The worker: counts what waits, raises an alarm, tidies up, goes on after faults."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from ivr.cti.outbox import figures
from ivr.cti.outbox.lane import Lane, Post
from ivr.cti.outbox.worker import Worker
from ivr.domain.errors import StoreError
from ivr.runtime.memory.clock import VirtualClock
from tests.cti.outbox.conftest import Bed, Ear, lane

if TYPE_CHECKING:
    import pytest

    from ivr.runtime.ports.deliveries import Delivery


class Deaf:
    """Implements `Hearer`; nothing is ever told to it."""

    async def hear(self, _delivery: Delivery) -> None:
        raise AssertionError

    async def close(self) -> None:
        return


def of(bed: Bed, clock: VirtualClock) -> Worker:
    post = Post(bed.deliveries, clock)
    return Worker(post, {"never": Lane("never", Deaf(), post)}, bed.tasks)


def shown(gauge: object, *labels: str) -> float:
    return float(gauge.labels(*labels)._value.get())  # type: ignore[attr-defined]


async def test_what_waits_is_counted_and_an_old_one_raises_one_alarm(
    bed: Bed, caplog: pytest.LogCaptureFixture
) -> None:
    await bed.event("slow")
    await bed.deliveries.pause("slow", "HTTP status 401", bed.clock.now())
    clock = VirtualClock(bed.clock.now())
    worker = of(bed, clock)
    await worker._count()
    assert shown(figures.WAITING, "slow", "pending") == 1
    assert shown(figures.PAUSED, "slow") == 1
    assert shown(figures.PAUSED, "never") == 0
    assert "outbox_late" not in caplog.messages
    await clock.advance(15 * 60 + 1)
    await worker._count()
    await worker._count()
    assert shown(figures.OLDEST, "slow") > 15 * 60
    assert caplog.messages.count("outbox_late") == 1


async def test_finished_ones_are_dropped_after_a_day(bed: Bed) -> None:
    await bed.event("a")
    bed.start(lane(bed, Ear()))
    await bed.until("done", 1)
    clock = VirtualClock(bed.clock.now() + timedelta(hours=23))
    worker = of(bed, clock)
    await worker._tidy()
    assert (await bed.deliveries.page("done")).rows
    await clock.advance(3700)
    await worker._tidy()
    assert not (await bed.deliveries.page("done")).rows


async def test_a_failing_database_does_not_end_the_work(bed: Bed) -> None:
    clock, tries = VirtualClock(), 0
    worker = of(bed, clock)

    async def work() -> None:
        nonlocal tries
        tries += 1
        raise StoreError("the database is away")

    bed.tasks.start(worker._keep(work, 1.0), "work")
    await clock.advance(3.5)
    assert tries == 4
