"""Tickets are found by number, by customer, by words and by their fields."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.fakes.searched import look

if TYPE_CHECKING:
    from tests.fakes.writers import Writers


async def test_a_merged_ticket_leads_to_the_one_it_went_into(writers: Writers) -> None:
    old, new = await writers.open(subject="Modem eski"), await writers.open(subject="Modem")
    await writers.tickets.merge(old.number, new.number, writers.act(reason="same"))
    assert [each.number for each in await look(writers, "modem")] == [new.number]
    assert [each.number for each in await look(writers, old.number)] == [new.number]


async def test_fields_alone_list_the_latest_first(writers: Writers) -> None:
    first = await writers.open(subject="Bir", team="cards", tags=("VIP",))
    later = await writers.later(hours=1).open(subject="İki", team="cards", category="card.lost")
    await writers.open(subject="Üç", team="billing")

    async def numbers(text: str) -> list[str]:
        return [each.number for each in await look(writers, text)]

    assert await numbers("team:CARDS") == [later.number, first.number]
    assert await numbers("tag:vip") == [first.number]
    assert await numbers("team:cards -tag:vip") == [later.number]
    assert await numbers("category:card") == [later.number]
    assert await numbers("team:moon") == []
    assert await numbers("from:2026-11-24") == []
    assert len(await numbers("from:2026-11-23 to:2026-11-23")) == 3
