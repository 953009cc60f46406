"""New rules are looked at once, and clocks are added up once a day."""

from __future__ import annotations

from datetime import UTC, timedelta
from typing import TYPE_CHECKING, cast

import pytest

from ivr.domain.errors import StoreError
from ivr.runtime.memory.clock import START, VirtualClock
from ivr.runtime.ports.tickets import TicketRules
from ivr.runtime.tickets.reviewing import Reviewing
from ivr.tickets.catalogue.model import Catalogue

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from ivr.runtime.ports.tickets import Tickets


class Asked:
    """A ticket store that remembers what it was asked. wrong: numbers whose clocks drifted."""

    def __init__(self) -> None:
        self.reviews = 0
        self.sums = 0
        self.fails = False
        self.wrong: tuple[str, ...] = ()

    async def review(self, _at: datetime) -> int:
        if self.fails:
            raise StoreError("away", retryable=True)
        self.reviews += 1
        return 0

    async def drift(self) -> Sequence[str]:
        self.sums += 1
        return self.wrong


def rules(written: str) -> TicketRules:
    return TicketRules(Catalogue(hash=written), {}, UTC)


@pytest.fixture
def asked() -> Asked:
    """The store."""
    return Asked()


async def test_rules_are_looked_at_at_the_start_and_when_they_are_others(asked: Asked) -> None:
    now = [rules("a")]
    reviewing = Reviewing(cast("Tickets", asked), VirtualClock(), lambda: now[0])
    await reviewing.look(START)
    await reviewing.look(START)
    now[0] = rules("a")
    await reviewing.look(START)
    assert asked.reviews == 1
    now[0] = rules("b")
    await reviewing.look(START)
    assert asked.reviews == 2


async def test_a_store_that_is_away_is_asked_again(asked: Asked) -> None:
    asked.fails = True
    reviewing = Reviewing(cast("Tickets", asked), VirtualClock(), lambda: rules("a"))
    with pytest.raises(StoreError):
        await reviewing.look(START)
    asked.fails = False
    await reviewing.look(START)
    assert asked.reviews == 1


async def test_clocks_are_added_up_once_a_day_and_a_difference_is_an_error(
    asked: Asked, caplog: pytest.LogCaptureFixture
) -> None:
    asked.wrong = ("260042174",)
    reviewing = Reviewing(cast("Tickets", asked), VirtualClock(), lambda: rules("a"))
    for hours in (0, 1, 23, 24):
        await reviewing.look(START + timedelta(hours=hours))
    assert asked.sums == 2
    assert [each.levelname for each in caplog.records if "drift" in each.message] == ["ERROR"] * 2
