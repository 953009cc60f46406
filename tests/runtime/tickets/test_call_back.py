"""Wishes to be called back become tickets and promises."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from ivr.domain.errors import NotValidError
from ivr.runtime.memory.clock import START, VirtualClock
from ivr.runtime.tickets.call_back import FormCallbacks
from tests.fakes.fresh_store import open_fresh
from tests.fakes.intake import Pool

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

NUMBER = "+905321112233"
LATER = START + timedelta(hours=2)


@pytest.fixture
async def pool(tmp_path: Path) -> AsyncIterator[Pool]:
    store = open_fresh(f"sqlite:///{tmp_path / 'ivr.db'}", synchronous="NORMAL", create=True)
    yield Pool(store, at=START)
    await store.close()


async def wish(pool: Pool) -> str:
    """The id of a form with a wish."""
    item = await pool.arrive(medium="web", sender_norm=NUMBER, sender_kind="phone", message_id="")
    return item.id


async def test_a_wish_is_a_ticket_whose_clock_starts_when_it_is_promised(pool: Pool) -> None:
    booked: list[tuple[str, str]] = []

    async def book(number: str, language: str) -> datetime:
        booked.append((number, language))
        return LATER

    calls = FormCallbacks(pool.intake, pool.tickets, VirtualClock(), book)
    number = await calls.promise(await wish(pool), NUMBER, "tr")
    ticket = await pool.tickets.get(number)
    assert (ticket.kind, ticket.source, ticket.opened_by) == ("callback", "web", "web")
    assert booked == [(NUMBER, "tr")]
    clock = await pool.clock(number, "callback")
    assert clock.started_at == LATER


async def test_a_number_that_we_do_not_call_is_left_to_an_agent(pool: Pool) -> None:
    async def book(_number: str, _language: str) -> datetime:
        raise NotValidError("not this one")

    for how in (book, None):
        calls = FormCallbacks(pool.intake, pool.tickets, VirtualClock(), how)
        number = await calls.promise(await wish(pool), NUMBER, "tr")
        assert (await pool.clock(number, "callback")).started_at == START
