"""The pop first, then the ring, and never a phone that waits for either of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.cti.before_ring import Offering, pop_before_ring
from ivr.cti.payload import PopOffer
from ivr.domain.errors import StoreError
from ivr.domain.queue import OfferId
from ivr.runtime.memory.clock import settle
from tests.cti.conftest import Bench, pop_of, taken

if TYPE_CHECKING:
    import pytest

OFFERING = Offering(OfferId("o1"), "ayse", pop_of(), PopOffer("cards"))


async def test_the_phone_rings_as_soon_as_the_pop_is_on_the_screen(bench: Bench) -> None:
    popper, desk = bench.popper(), bench.desk()
    page = await bench.streams.subscribe("ayse", ["me"])
    ring = bench.tasks.start(pop_before_ring(popper, desk, OFFERING), "ring")
    await bench.clock.advance(0.1)
    assert not ring.done()
    pop = (await taken(page))[0]["pop_id"]
    await popper.seen("ayse", pop, 0, "rendered")
    assert await ring is True


async def test_a_desk_that_says_nothing_holds_the_phone_300_ms(bench: Bench) -> None:
    popper, desk = bench.popper(), bench.desk()
    await bench.streams.subscribe("ayse", ["me"])
    ring = bench.tasks.start(pop_before_ring(popper, desk, OFFERING), "ring")
    await bench.clock.advance(0.29)
    assert not ring.done()
    await bench.clock.advance(0.01)
    assert await ring is False
    assert popper._open[OFFERING.offer].id == "p1"


async def test_without_a_desk_the_phone_rings_at_once(bench: Bench) -> None:
    assert await pop_before_ring(bench.popper(), bench.desk(), OFFERING) is False


async def test_a_store_that_is_away_holds_the_phone_no_longer(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(_message: object) -> None:
        raise StoreError("away")

    monkeypatch.setattr(bench.pops, "append", away)
    popper = bench.popper()
    ring = bench.tasks.start(pop_before_ring(popper, bench.desk(), OFFERING), "ring")
    await bench.clock.advance(0.31)
    assert ring.done()
    assert await ring is False
    await bench.clock.advance(30)
    await settle()
    assert OFFERING.offer not in popper._open
