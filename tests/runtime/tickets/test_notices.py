"""Escalations reach the desks of people, once, and never for a clock that has ended."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import pytest

from ivr.runtime.memory.clock import VirtualClock
from ivr.runtime.ports.ticket_rows import NOTICE
from ivr.runtime.tickets.notices import AGAIN, ESCALATED, Notices
from ivr.tickets.sla.policies import Policy, Rule, Targets
from tests.fakes.fresh_store import open_fresh
from tests.fakes.ticket_house import CATALOGUE, HOUR, RULES, Desk

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping
    from pathlib import Path


@dataclass
class Room:
    """People at their desks. here: whose page is open; works: whether what is sent is kept."""

    desk: Desk
    notices: Notices
    clock: VirtualClock
    here: set[str] = field(default_factory=set)
    works: bool = True
    heard: list[tuple[str, str, Mapping[str, Any]]] = field(default_factory=list)

    async def tell(self, who: str, kind: str, data: Mapping[str, Any]) -> int:
        self.heard.append((who, kind, data))
        return int(self.works)

    async def is_late(self, *ways: str, tell: str = "assignee") -> str:
        """A ticket of ali's of which half the time is used up; its number."""
        rule = Rule(50, tell=(tell,), by=ways)
        policy = Policy(
            "p", 1, "sla", None, "always", {"resolution": Targets(HOUR)}, {"resolution": (rule,)}
        )
        self.desk.rules = replace(RULES, catalogue=replace(CATALOGUE, policies=(policy,)))
        ticket = await self.desk.open(assignee="ali")
        await self.desk.tickets.tick(self.desk.later(minutes=30).at)
        await self.clock.advance(max(0.0, (self.desk.at - self.clock.now()).total_seconds()))
        return str(ticket.number)

    async def left(self) -> list[Any]:
        """Notices that are still to be delivered, whenever."""
        late = self.clock.now() + 10 * AGAIN
        return list(await self.desk.store.outbox.due(late, kind=NOTICE))


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[Room]:
    """Nobody is there yet."""
    store = open_fresh(f"sqlite:///{tmp_path / 'ivr.db'}", synchronous="NORMAL")
    desk, clock = Desk(store), VirtualClock()
    desk.at = clock.now()
    made = Room(desk, None, clock)  # type: ignore[arg-type]
    made.notices = Notices(
        store.outbox, desk.tickets, clock, lambda who: who in made.here, made.tell
    )
    yield made
    await store.close()


async def test_who_has_a_page_open_is_told_once(room: Room) -> None:
    room.here.add("ali")
    number = await room.is_late("desk")
    await room.notices.look()
    await room.notices.look()
    ((who, kind, data),) = room.heard
    assert (who, kind) == ("ali", ESCALATED)
    assert (data["number"], data["metric"], data["percent"]) == (number, "resolution", 50)
    assert await room.left() == []


async def test_who_comes_later_is_told_then(room: Room) -> None:
    await room.is_late("desk")
    await room.notices.look()
    room.here.add("ali")
    await room.notices.look()
    assert room.heard == []
    await room.clock.advance(AGAIN.total_seconds())
    await room.notices.look()
    assert len(room.heard) == 1


async def test_what_could_not_be_kept_for_the_page_is_told_again(room: Room) -> None:
    room.here.add("ali")
    room.works = False
    await room.is_late("desk")
    await room.notices.look()
    room.works = True
    await room.clock.advance(AGAIN.total_seconds())
    await room.notices.look()
    assert len(room.heard) == 2
    assert await room.left() == []


async def test_of_a_clock_that_has_ended_nobody_hears(room: Room) -> None:
    room.here.add("ali")
    number = await room.is_late("desk")
    await room.desk.change(number, status="cancelled")
    await room.notices.look()
    assert (room.heard, await room.left()) == ([], [])


@pytest.mark.parametrize(("way", "tell"), [("email", "assignee"), ("call", "assignee")])
async def test_a_way_that_is_not_built_is_said_in_the_log_and_waits_for_nothing(
    room: Room, caplog: pytest.LogCaptureFixture, way: str, tell: str
) -> None:
    room.here.add("ali")
    await room.is_late(way, tell=tell)
    await room.notices.look()
    assert (room.heard, await room.left()) == ([], [])
    assert "notice_way_not_built" in caplog.text
