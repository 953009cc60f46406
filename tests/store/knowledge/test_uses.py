"""Uses are counted, receipts once, and calls that ended after an answer are solved."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from ivr.domain.errors import NotValidError
from ivr.runtime.ports.knowledge import Use
from ivr.tickets.knowledge import VISITOR, Reader

if TYPE_CHECKING:
    from tests.fakes.writers import Writers

AGENT = Reader("ayse")
LEAD = Reader("sule", inside=True, edits=True)
CHECKER = Reader("kalite", inside=True)


async def test_uses_are_counted_and_announcements_are_read_once(writers: Writers) -> None:
    made = await writers.publish("haber", kind="announcement", visibility="agents")
    call, ticket = await writers.add_call("c1"), await writers.open()
    kb = writers.kb
    await kb.use(made.id, Use("shown", interaction=call), writers.at)
    await kb.use(made.id, Use("shown", interaction="not there"), writers.at)
    await kb.use(made.id, Use("solved", "ayse", ticket=ticket.number), writers.at)
    (mine,) = await kb.notices(AGENT, writers.at)
    assert (mine.article, mine.read_at) == (made, None)
    await kb.use(made.id, Use("read", "ayse"), writers.at)
    await kb.use(made.id, Use("read", "ayse"), writers.at + timedelta(hours=1))
    await kb.use(made.id, Use("read", "ali"), writers.at)
    assert await kb.uses(made.id) == {"shown": 2, "helpful": 0, "solved": 1, "sent": 0, "read": 2}
    (mine,) = await kb.notices(AGENT, writers.at)
    assert mine.read_at == writers.at
    assert await kb.notices(VISITOR, writers.at) == []
    receipts = await kb.receipts(made.id)
    assert [each.person for each in receipts] == ["ayse", "ali"]
    assert [row["ticket_id"] is not None for row in await writers.rows("kb_use")][:3] == [
        *(False, False, True)
    ]
    with pytest.raises(NotValidError):
        await kb.use(made.id, Use("burnt"), writers.at)


async def test_a_call_that_ended_after_an_answer_is_solved_by_it(writers: Writers) -> None:
    first, last = await writers.publish("first"), await writers.publish("last")
    kb = writers.kb
    for call, kind in (("gone", ""), ("queued", "queue"), ("open", ""), ("said", "")):
        await writers.add_call(call)
        await kb.use(first.id, Use("shown", interaction=call), writers.at)
        await kb.use(last.id, Use("shown", interaction=call), writers.at)
        await writers.end_call(call, kind, is_over=call != "open")
    await kb.use(first.id, Use("solved", "ayse", interaction="said"), writers.at)
    assert (await kb.uses(first.id))["solved"] == 1
    assert (await kb.uses(last.id))["solved"] == 1
    assert (await kb.uses(last.id))["shown"] == 4
