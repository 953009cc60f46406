"""What is old is removed, day by day."""

from __future__ import annotations

from datetime import timedelta

from ivr.app.tidying import tidy
from ivr.domain.errors import StoreError
from ivr.runtime.memory.clock import START, VirtualClock
from ivr.runtime.memory.pops import MemoryPops
from ivr.runtime.ports.desk import PopMessage
from ivr.runtime.tasks import Tasks

DAY = timedelta(days=1)


class Failing(MemoryPops):
    """Fails the first time."""

    tries = 0

    async def forget(self, before: object) -> None:
        """Fail once."""
        self.tries += 1
        if self.tries == 1:
            raise StoreError("locked")
        await super().forget(before)  # type: ignore[arg-type]


async def test_what_desks_were_shown_goes_after_a_week() -> None:
    clock, tasks, pops = VirtualClock(), Tasks(), MemoryPops()
    for seq in (1, 2):
        await pops.append(PopMessage("ayse", seq, START, f"p-{seq}", 0, "{}", START + DAY))
    tasks.start(tidy(pops, clock), "tidying")
    await clock.advance(6.9 * 86_400)
    assert len(await pops.after("ayse", 0)) == 2
    await clock.advance(2 * 86_400)
    assert [one.seq for one in await pops.after("ayse", 0)] == [2]
    await tasks.close()


async def test_a_store_that_fails_is_asked_again_the_next_day() -> None:
    clock, tasks, pops = VirtualClock(), Tasks(), Failing()
    tasks.start(tidy(pops, clock), "tidying")
    await clock.advance(86_401)
    assert pops.tries == 2
    await tasks.close()
