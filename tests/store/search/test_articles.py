"""Articles are found as long as they hold, old versions only if asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.runtime.ports.search import SearchSight
from ivr.tickets.knowledge import VISITOR
from tests.fakes.searched import look
from tests.fakes.ticket_house import NOON

if TYPE_CHECKING:
    from tests.fakes.writers import Writers


async def test_old_versions_and_drafts_are_found_by_those_who_edit(writers: Writers) -> None:
    await writers.publish(body="modem bir")
    await writers.publish(body="modem iki")
    await writers.draft("new", body="modem")

    async def states(text: str) -> list[str]:
        return sorted(each.state for each in await look(writers, text))

    assert await states("modem") == ["draft", "published"]
    assert await states("modem status:archived") == ["archived"]
    assert await states("modem -status:draft") == ["published"]
    assert await states("modem team:cards") == []


async def test_what_is_over_is_not_told_to_readers(writers: Writers) -> None:
    await writers.publish("old", title="Modem", visibility="public", valid_until=NOON)
    await writers.publish("now", title="Modem", visibility="public")
    sight = SearchSight(reader=VISITOR, at=NOON)
    assert [each.number for each in await look(writers, "modem", sight)] == ["now"]
    assert len(await look(writers, "modem", SearchSight(reader=VISITOR))) == 2
