"""Who knows a caller."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from ivr.acd.settings import SECOND, Queue, Rules, Sticky
from ivr.domain.call import CallId, Turn
from ivr.domain.commands import Enqueue
from ivr.domain.errors import StoreError
from ivr.domain.queue import Ticket
from ivr.domain.values import Sealed
from ivr.engine.record.stretches import Stretch
from ivr.runtime.groups.acquaintance import Acquaintance
from ivr.runtime.memory.clock import START, VirtualClock
from ivr.runtime.ports import InteractionRow
from ivr.runtime.ports.customers import Owners

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ivr.domain.agent import Wanted
    from ivr.domain.values import Value

ME, NOW = CallId("now"), "+905321112233"


def row(name: str, ago_min: float, *talks: tuple[str, float], kind: str = "talk") -> InteractionRow:
    """A call that ended so many minutes ago; talks: with whom, and for how many seconds."""
    end = START - timedelta(minutes=ago_min)
    begin, segments = end - timedelta(seconds=sum(took for _who, took in talks)), []
    for who, took in talks:
        segments.append(Stretch(kind, begin, begin + timedelta(seconds=took), who))
        begin += timedelta(seconds=took)
    return InteractionRow(
        CallId(name), "main", "sip", NOW, "1", "bank", "h", "tr", False, end, end, "handled",
        None, None, None, "", (), tuple(segments), (),
    )  # fmt: skip


class Past:
    """Interactions that are told by a list."""

    def __init__(self, *rows: InteractionRow, broken: bool = False) -> None:
        self.rows = rows
        self.broken = broken

    async def by_number(self, number: str, limit: int = 5) -> Sequence[InteractionRow]:
        if self.broken:
            raise StoreError("away")
        return [one for one in self.rows if one.ani == number][:limit]

    async def get(self, call: CallId) -> InteractionRow | None:
        return next((one for one in self.rows if one.public_id == call), None)


def wait(**pop: Value) -> Enqueue:
    """The wait of a call in the queue `cards`."""
    return Enqueue(turn=Turn(1), ticket=Ticket("now/1"), queue="cards", pop=pop)


async def known(*rows: InteractionRow, broken: bool = False) -> tuple[str, ...]:
    """Who knows the caller."""
    sticky = Sticky(("last_agent",), within_ns=3600 * SECOND)
    rules = Rules(queues={"cards": Queue("cards", sticky=sticky), "loans": Queue("loans")})
    past: object = Past(*rows, broken=broken)
    who = Acquaintance(past, lambda: rules, VirtualClock())  # type: ignore[arg-type]
    assert who.matters("cards", NOW)
    assert not who.matters("cards", "")
    assert not who.matters("loans", NOW)
    assert not who.matters("other", NOW)
    found = await who.of(ME, wait(), NOW)
    assert {one.source for one in found} <= {"last_agent"}
    return tuple(one.agent for one in found)


async def test_the_last_agent_comes_first() -> None:
    rows = [row("b", 5, ("can", 30)), row("a", 10, ("ayse", 60), ("can", 60))]
    assert await known(*rows) == ("can", "ayse")
    assert await known(row("a", 10, ("ayse", 60), ("can", 60))) == ("can", "ayse")


async def test_short_talks_other_segments_and_this_call_do_not_count() -> None:
    assert await known(row("a", 5, ("ayse", 19))) == ()
    assert await known(row("a", 5, ("ayse", 10), ("ayse", 10))) == ("ayse",)
    assert await known(row("a", 5, ("ayse", 60), kind="ring")) == ()
    assert await known(row("now", 5, ("ayse", 60))) == ()


@pytest.mark.parametrize(("ago_min", "found"), [(59, ("ayse",)), (61, ())])
async def test_what_is_too_long_ago_does_not_count(ago_min: float, found: tuple[str, ...]) -> None:
    assert await known(row("a", ago_min, ("ayse", 60))) == found


async def test_without_the_database_the_call_is_for_everybody() -> None:
    assert await known(row("a", 5, ("ayse", 60)), broken=True) == ()


async def test_in_a_queue_that_is_taken_out_meanwhile_the_call_is_for_everybody() -> None:
    past: object = Past(row("a", 5, ("ayse", 60)))
    who = Acquaintance(past, Rules, VirtualClock())  # type: ignore[arg-type]
    assert await who.of(ME, wait(), NOW) == ()


class Desk:
    """Owners that are told; knows whose call it is once it was looked up. asked: ticket numbers."""

    def __init__(self, *, broken: bool = False) -> None:
        self.asked: list[str] = []
        self.broken, self.looked = broken, False

    async def look(self, _call: CallId) -> None:
        self.looked = True

    async def owners(self, _call: CallId, ticket: str = "") -> Owners:
        self.asked.append(ticket)
        if self.broken:
            raise StoreError("away")
        return Owners(("ayse", "can"), "eda") if self.looked else Owners()


SOURCES = ("account_owner", "ticket_owner", "last_agent")


def friends(desk: Desk | None, sources: tuple[str, ...] = SOURCES) -> Acquaintance:
    """Who knows a caller, by these sources; the number talked with Fatma."""
    rules = Rules(queues={"cards": Queue("cards", sticky=Sticky(sources))})
    past: object = Past(row("a", 5, ("fatma", 60)))
    who = Acquaintance(past, lambda: rules, VirtualClock())  # type: ignore[arg-type]
    if desk is not None:
        who.callers, who.looked_up = desk, desk.look  # type: ignore[assignment]
    return who


def pairs(found: Sequence[Wanted]) -> tuple[tuple[str, str], ...]:
    """Each as (agent, source)."""
    return tuple((one.agent, one.source) for one in found)


async def test_owners_and_talkers_come_in_the_order_of_the_sources() -> None:
    found = await friends(Desk()).of(ME, wait(), NOW)
    assert pairs(found) == (
        ("eda", "account_owner"),
        ("ayse", "ticket_owner"),
        ("can", "ticket_owner"),
        ("fatma", "last_agent"),
    )
    only = await friends(Desk(), ("ticket_owner",)).of(ME, wait(), NOW)
    assert pairs(only) == (("ayse", "ticket_owner"), ("can", "ticket_owner"))


async def test_a_caller_without_a_number_can_have_owners_but_no_last_agent() -> None:
    who = friends(Desk())
    assert who.matters("cards", "")
    assert {one.source for one in await who.of(ME, wait(), "")} == {"account_owner", "ticket_owner"}


async def test_where_no_tickets_are_kept_nobody_owns_one() -> None:
    assert not friends(None).matters("cards", "")
    assert pairs(await friends(None).of(ME, wait(), NOW)) == (("fatma", "last_agent"),)


async def test_owners_are_asked_for_only_where_they_are_a_source() -> None:
    desk = Desk()
    assert not friends(desk, ("last_agent",)).matters("cards", "")
    await friends(desk, ("last_agent",)).of(ME, wait(), NOW)
    assert desk.asked == []


async def test_owners_that_cannot_be_read_leave_the_call_to_everybody() -> None:
    assert await friends(Desk(broken=True)).of(ME, wait(), NOW) == ()


@pytest.mark.parametrize(
    ("pop", "number"),
    [
        ({"ticket_number": " 26 11-000042 ", "ticket": "7"}, "26 11-000042"),
        ({"ticket_number": None, "ticket": "7"}, "7"),
        ({"ticket": {"number": "8", "id": "X"}}, "8"),
        ({"ticket_number": Sealed("7")}, ""),
        ({"ticket": True, "other": "9"}, ""),
        ({}, ""),
    ],
)
async def test_the_ticket_that_the_call_is_about_is_named_by_the_pop(
    pop: dict[str, Value], number: str
) -> None:
    desk = Desk()
    await friends(desk).of(ME, wait(**pop), NOW)
    assert desk.asked == [number]
