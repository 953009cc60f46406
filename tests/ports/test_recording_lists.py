"""Lists of recordings on both databases: whose, in which order, with what of their calls."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from ivr.domain.errors import NotValidError
from ivr.engine.record.stretches import Stretch
from ivr.runtime.ports import CallClosing
from ivr.runtime.ports.contacts import Handled
from ivr.runtime.ports.recorded.listing import Reach, RecordingFilter
from ivr.runtime.ports.recorded.recordings import NewRecording
from ivr.runtime.ports.tickets import Scope
from ivr.store.recorded.listing import SqlRecordingLists
from tests.fakes.ticket_house import Desk
from tests.ports.conftest import NOON

if TYPE_CHECKING:
    from collections.abc import Callable

    from ivr.runtime.ports import Entry
    from ivr.store import SqlStore

EVERY = RecordingFilter(("call", "survey_comment", "voicemail"))
NOBODY = Scope("nobody", ())


@pytest.fixture
async def lists(base: SqlStore, step: Callable[..., Entry]) -> SqlRecordingLists:
    """Call A: a message, then a talk of 20 s with ayse that is recorded. B: a message to nobody,
    C: a comment on a call of ali."""
    await base.calls.claim()
    made = {
        "A": (("voicemail", 3, 2.0, ""), ("call", 5, 20.0, "cards")),
        "B": (("voicemail", 3, 2.0, ""),),
        "C": (("survey_comment", 9, 4.0, ""),),
    }
    for place, (name, kept) in enumerate(made.items()):
        await base.journal.append(step(1, call=name))
        for seq, (kind, turn, seconds, queue) in enumerate(kept):
            new = NewRecording(f"R{name}{turn}", kind, turn, seconds, "spool:x", queue=queue)
            at = NOON + timedelta(minutes=place, seconds=30 * (seq + 1))
            await base.journal.append(replace(step(2 + seq, call=name), at=at, recordings=(new,)))
        last = step(2 + len(kept), call=name)
        await base.journal.append(replace(last, closing=ended(name, place)))
    return SqlRecordingLists(base.database)


def ended(name: str, place: int) -> CallClosing:
    """How such a call was: ayse talked from second 41 to 60, ali before."""
    agent = {"A": "ayse", "C": "ali"}.get(name, "")
    begin = NOON + timedelta(minutes=place, seconds=41)
    end = begin + timedelta(seconds=19)
    talks = (Stretch("talk", begin, end, agent, "caller", "cards", agent),) if agent else ()
    return CallClosing("handled", "success", "normal", "caller", "", "tr", (), talks, NOON)


async def names(lists: SqlRecordingLists, **which: Any) -> list[str]:  # noqa: ANN401
    page = await lists.list(replace(EVERY, **which))
    return [each.row.id for each in page.rows]


async def test_the_newest_come_first_with_what_is_known_of_their_contact(
    lists: SqlRecordingLists,
) -> None:
    page = await lists.list(EVERY)
    assert [each.row.id for each in page.rows] == ["RC9", "RB3", "RA5", "RA3"]
    assert page.next == ""
    talk = page.rows[2]
    assert (talk.row.call, talk.sender, talk.queue) == ("A", "+905321112233", "cards")
    assert talk.begin == NOON + timedelta(seconds=40)
    assert (talk.agents, talk.tickets) == (("ayse",), ())
    assert talk.ended_at is not None


async def test_a_message_before_the_talk_names_no_agent(lists: SqlRecordingLists) -> None:
    page = await lists.list(replace(EVERY, recording="RA3"))
    assert [each.agents for each in page.rows] == [()]


async def test_pages_go_on_where_the_one_before_ended(lists: SqlRecordingLists) -> None:
    first = await lists.list(EVERY, limit=3)
    second = await lists.list(EVERY, limit=3, cursor=first.next)
    found = [each.row.id for page in (first, second) for each in page.rows]
    assert found == ["RC9", "RB3", "RA5", "RA3"]
    assert second.next == ""
    with pytest.raises(NotValidError):
        await lists.list(EVERY, cursor="eA==")


async def test_all_that_is_asked_for_must_hold(lists: SqlRecordingLists) -> None:
    assert await names(lists, kinds=()) == []
    assert await names(lists, kinds=("voicemail",)) == ["RB3", "RA3"]
    assert await names(lists, queues=("cards",)) == ["RC9", "RA5", "RA3"]
    assert await names(lists, agents=("ayse", "ali")) == ["RC9", "RA5", "RA3"]
    since, until = NOON + timedelta(seconds=60), NOON + timedelta(seconds=90)
    assert await names(lists, since=since, until=until) == ["RA5"]
    assert await names(lists, agents=("ayse",), kinds=("survey_comment",)) == []


async def test_only_what_somebody_may_see_by_contact_or_ticket(
    lists: SqlRecordingLists, base: SqlStore
) -> None:
    his = Handled(("ayse",))
    assert await names(lists, within=Reach(his, NOBODY)) == ["RA5", "RA3"]
    late = Handled(("ayse",), NOON + timedelta(days=1))
    assert await names(lists, within=Reach(late, NOBODY)) == []
    desk = Desk(base, at=NOON)
    opened = await desk.open(category="card", interaction="B")
    assert await names(lists, within=Reach(late, None)) == ["RB3"]
    assert await names(lists, within=Reach(late, Scope("x", ("cards",)))) == ["RB3"]
    assert await names(lists, within=Reach(late, NOBODY)) == []
    (row,) = (await lists.list(replace(EVERY, recording="RB3"))).rows
    assert row.tickets == (opened.number,)
    (row,) = (await lists.list(replace(EVERY, recording="RB3", tickets=NOBODY))).rows
    assert row.tickets == ()


async def test_who_served_the_caller_that_a_ticket_began_with_sees_all_of_the_ticket(
    lists: SqlRecordingLists, base: SqlStore
) -> None:
    desk = Desk(base, at=NOON)
    opened = await desk.open(category="card", interaction="A")
    await desk.tickets.link_interaction(opened.number, "B", "follow_up", desk.act())
    late = Handled(("ayse",), NOON + timedelta(days=1))
    assert await names(lists, within=Reach(late, Scope("ayse", ()))) == ["RB3", "RA5", "RA3"]
