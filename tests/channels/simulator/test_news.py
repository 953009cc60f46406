"""What happens on simulated phones is told in order, whatever the store does."""

from __future__ import annotations

from ivr.channels.simulator.news import News
from ivr.domain.call import LegId
from ivr.domain.errors import StoreError
from ivr.domain.events import LegAnswered, LegRinging
from ivr.runtime.memory.clock import settle
from tests.fakes.house import House


async def test_no_event_overtakes_another_while_the_store_is_away() -> None:
    house, told = House(), list[type]()
    await house.open()
    call = await house.ring()
    house.store.away = 1
    news = News(house.switch)
    deliver = house.switch.deliver

    async def watched(name: object, event: object) -> None:
        await deliver(name, event)  # type: ignore[arg-type]
        told.append(type(event))

    house.switch.carrier._deliver = watched
    news.tell(call.id, LegRinging(leg=LegId(2)))
    news.tell(call.id, LegAnswered(leg=LegId(2)))
    await settle()
    assert told == []
    await house.clock.advance(60)
    assert told == [LegRinging, LegAnswered]
    await house.close()


async def test_after_a_fault_the_next_event_is_told_all_the_same() -> None:
    house, told = House(), list[type]()
    await house.open()
    call = await house.ring()

    async def broken(_call: object, event: object) -> None:
        told.append(type(event))
        if len(told) == 1:
            raise StoreError("broken", retryable=False) from None

    house.switch.carrier.deliver_surely = broken  # type: ignore[method-assign, assignment]
    news = News(house.switch)
    news.tell(call.id, LegRinging(leg=LegId(2)))
    await settle()
    news.tell(call.id, LegAnswered(leg=LegId(2)))
    await settle()
    assert told == [LegRinging, LegAnswered]
    await house.close()
