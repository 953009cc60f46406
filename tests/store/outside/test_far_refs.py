"""What others call our tickets: kept both ways, each once."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from ivr.domain.errors import NotFoundError, NotValidError
from ivr.store.outside.far_refs import SqlFarRefs
from tests.fakes.ticket_house import Desk

if TYPE_CHECKING:
    from ivr.store import SqlStore

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


async def test_a_ticket_is_found_by_either_name(store: SqlStore) -> None:
    desk, refs = Desk(store), SqlFarRefs(store.database)
    one, other = await desk.open(), await desk.open()
    await refs.keep("rt", "ticket", one.id, "17", NOON)
    await refs.keep("zen", "ticket", one.id, "17", NOON)
    assert await refs.of("rt", "ticket", [one.id, other.id]) == {one.id: "17"}
    assert await refs.of("rt", "ticket", []) == {}
    assert await refs.ours("rt", "ticket", "17") == one.id
    assert await refs.ours("rt", "ticket", "18") is None
    assert await refs.ours("rt", "article", "17") is None
    await refs.keep("rt", "ticket", one.id, "18", NOON)
    assert await refs.of("rt", "ticket", [one.id]) == {one.id: "18"}
    with pytest.raises(NotValidError, match="another ticket of ours"):
        await refs.keep("rt", "ticket", other.id, "18", NOON)


async def test_an_article_has_a_name_of_its_own(store: SqlStore) -> None:
    desk, refs = Desk(store), SqlFarRefs(store.database)
    ticket = await desk.open()
    article = (await desk.say(ticket.number, "reply")).article
    await refs.keep("rt", "article", article.id, "99", NOON)
    assert await refs.of("rt", "article", [article.id]) == {article.id: "99"}


async def test_other_tenants_see_nothing_of_it(store: SqlStore) -> None:
    desk, refs = Desk(store), SqlFarRefs(store.database)
    ticket = await desk.open()
    await refs.keep("rt", "ticket", ticket.id, "17", NOON)
    assert await refs.of("rt", "ticket", [ticket.id], tenant=2) == {}
    assert await refs.ours("rt", "ticket", "17", tenant=2) is None
    with pytest.raises(NotFoundError):
        await refs.keep("rt", "ticket", ticket.id, "17", NOON, tenant=2)
