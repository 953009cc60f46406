"""One receiver's lane: side by side, in order, patient, and never in the way of others."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING

from ivr.cti.outbox.lane import Lane
from ivr.cti.outbox.retrying import MOST_TRIES, NotTakenError
from ivr.domain.errors import StoreError
from tests.cti.outbox.conftest import Bed, Ear, lane
from tests.fakes.pause import pause
from tests.fakes.waiting import until_now

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pytest

    from ivr.runtime.ports.deliveries import Delivery, Outcome, Turn


async def test_different_things_are_told_four_at_a_time_the_same_one_by_one(bed: Bed) -> None:
    for number in range(12):
        await bed.event("a", about=f"T{number % 6}")
    ear = Ear(gate=asyncio.Event())
    bed.start(lane(bed, ear))
    await until_now(lambda: ear.now == 4)
    assert ear.gate is not None
    ear.gate.set()
    await bed.until("done", 12)
    assert ear.most == 4
    for about in range(6):
        assert [seq for name, seq in ear.heard if name == f"T{about}"] == [1, 2]


async def test_after_twelve_tries_it_is_given_up_and_the_next_one_goes(bed: Bed) -> None:
    await bed.event("a")
    await bed.event("a")
    ear = Ear([NotTakenError("HTTP status 409") for _ in range(MOST_TRIES)])
    bed.start(lane(bed, ear))
    [dead] = await bed.until("dead", 1)
    assert (dead.attempts, dead.reason) == (MOST_TRIES, "12 tries: HTTP status 409")
    await bed.until("done", 1)
    assert ear.heard == [("T1", 2)]


async def test_a_receiver_that_is_down_is_left_alone_and_the_others_are_told(bed: Bed) -> None:
    for number in range(20):
        await bed.event("down", "up", about=f"T{number}")
    down = Ear([NotTakenError("HTTP status 503", sick=True) for _ in range(200)])
    up = Ear()
    bed.start({**lane(bed, down, "down"), **lane(bed, up, "up")})
    await bed.until("done", 20)
    assert len(up.heard) == 20
    asked = 200 - len(down.refusals)
    assert 5 <= asked <= 8
    await pause(0.7)
    assert 200 - len(down.refusals) == asked


async def test_who_asks_for_quiet_gets_it(bed: Bed) -> None:
    for number in range(6):
        await bed.event("a", about=f"T{number}")
    ear = Ear([NotTakenError("HTTP status 429", after_s=1.0)])
    begun = bed.clock.now()
    bed.start(lane(bed, ear))
    await bed.until("done", 6)
    assert bed.clock.now() - begun >= timedelta(seconds=1)


async def test_a_mistake_of_ours_is_tried_again_and_stops_nothing(
    bed: Bed, caplog: pytest.LogCaptureFixture
) -> None:
    await bed.event("a")
    ear = Ear([ZeroDivisionError()])
    bed.start(lane(bed, ear))
    [row] = await bed.until("done", 1)
    assert row.attempts == 2
    assert "outbox_broken" in caplog.messages


async def test_what_is_under_way_at_the_end_is_given_back_at_once(bed: Bed) -> None:
    await bed.event("a")
    ear = Ear(gate=asyncio.Event())
    worker = bed.start(lane(bed, ear))
    await until_now(lambda: ear.now)
    await worker.close()
    assert ear.closed
    again = Ear()
    bed.start(lane(bed, again))
    [row] = await bed.until("done", 1)
    assert row.attempts == 1


async def test_nothing_is_lost_when_the_database_fails_for_a_moment(bed: Bed) -> None:
    await bed.event("a")
    ear, post = Ear(), bed.post()
    good, failing = post.deliveries.turn, [True, True]

    async def turn(turn: Turn, outcomes: Sequence[Outcome] = ()) -> Sequence[Delivery]:
        if outcomes and failing:
            failing.pop()
            raise StoreError("the disk is full", retryable=True)
        return await good(turn, outcomes)

    post.deliveries.turn = turn  # type: ignore[method-assign]
    bed.start({"a": Lane("a", ear, post)})
    await bed.until("done", 1)
    assert ear.heard == [("T1", 1)]
