"""Work after a call: from the agent's wrap-up to whatever he does next."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from ivr.domain.errors import StoreError
from ivr.runtime.groups.winding_up import WindingUp
from ivr.runtime.tasks import Tasks
from tests.fakes.pause import pause

if TYPE_CHECKING:
    import pytest

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


class Callers:
    """Remembers what it is told; breaks if it shall."""

    def __init__(self, *, breaks: bool = False) -> None:
        self.told: list[tuple[object, ...]] = []
        self.breaks = breaks

    async def wound_up(self, *told: object) -> None:
        """Keep it."""
        if self.breaks:
            raise StoreError("full")
        self.told.append(told)


def row(state: str, second: int, call: str = "c1", agent: str = "ayse") -> dict[str, Any]:
    """An agent as the desk sees him."""
    since = (NOON + timedelta(seconds=second)).isoformat()
    return {"agent": agent, "state": state, "since": since, "call": call}


async def kept(*rows: dict[str, Any]) -> list[tuple[object, ...]]:
    """What is written after all of it."""
    callers, tasks = Callers(), Tasks()
    watch = WindingUp(callers, tasks)  # type: ignore[arg-type]
    for each in rows:
        watch.changed(each)
    await pause(0)
    await tasks.close()
    return callers.told


async def test_a_wrapup_counts_from_its_begin_also_when_it_was_extended() -> None:
    told = await kept(
        row("talking", 0),
        row("wrapup", 10),
        row("wrapup", 10),
        row("ringing", 25, "c2"),
        row("available", 30, ""),
    )
    assert told == [("c1", "ayse", NOON + timedelta(seconds=10), NOON + timedelta(seconds=25))]


async def test_each_agent_winds_up_for_himself() -> None:
    told = await kept(row("wrapup", 0), row("wrapup", 1, agent="can"), row("break", 5, "", "can"))
    assert [one[1] for one in told] == ["can"]


async def test_a_store_that_is_full_costs_only_the_record(caplog: pytest.LogCaptureFixture) -> None:
    tasks = Tasks()
    watch = WindingUp(Callers(breaks=True), tasks)  # type: ignore[arg-type]
    watch.changed(row("wrapup", 0))
    watch.changed(row("available", 5))
    await pause(0)
    await tasks.close()
    assert [one.message for one in caplog.records] == ["wrapup_not_kept"]
