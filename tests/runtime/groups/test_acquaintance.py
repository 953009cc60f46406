"""Who knows a caller."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from ivr.acd.settings import SECOND, Queue, Rules, Sticky
from ivr.domain.call import CallId
from ivr.domain.errors import StoreError
from ivr.engine.record.stretches import Stretch
from ivr.runtime.groups.acquaintance import Acquaintance
from ivr.runtime.memory.clock import START, VirtualClock
from ivr.runtime.ports import InteractionRow

if TYPE_CHECKING:
    from collections.abc import Sequence

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
    return await who.of(ME, "cards", NOW)


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
