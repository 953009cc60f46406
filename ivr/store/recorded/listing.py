"""The port `RecordingLists` on SQLite or PostgreSQL: the newest first, a page at a time."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, or_, select

from ivr.domain.recording import CALL
from ivr.engine.party import HOLD, TALK
from ivr.runtime.ports.recorded.listing import RecordingListed, RecordingPage
from ivr.store.desk.contacts import handled_by, inside
from ivr.store.desk.pages import cursor_of, read_cursor
from ivr.store.recorded.paused import pauses
from ivr.store.recorded.rows import EVERY, row_of
from ivr.store.tables import (
    interaction,
    interaction_segment,
    recording,
    ticket,
    ticket_interaction,
)
from ivr.store.tickets.shown.lists import in_scope

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection, Row, Select

    from ivr.runtime.ports.recorded.listing import Reach, RecordingFilter, RecordingPause
    from ivr.runtime.ports.tickets import Scope
    from ivr.store.database import Database

MOST = 200
_R, _CONTACT, _LINK = recording.c, interaction.c, ticket_interaction.c
_FIRST = interaction.alias("first_contact")
_LISTED = EVERY.add_columns(
    _CONTACT.from_norm, _CONTACT.from_raw, _CONTACT.ended_at, _CONTACT.last_queue
)
_Talks = dict[int, list[tuple[str, "datetime", "datetime"]]]


class SqlRecordingLists:
    """The port `RecordingLists`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def list(
        self, which: RecordingFilter, *, cursor: str = "", limit: int = 50
    ) -> RecordingPage:
        """See the port."""
        return await self._database.read(partial(_page, which, cursor, limit))

    async def pauses(self, recording: str) -> Sequence[RecordingPause]:
        """See the port."""
        return await self._database.read(partial(pauses, recording))


def listed(which: RecordingFilter) -> Select[Any]:
    """The question of a list, the newest first."""
    found = _LISTED.where(*_wanted(which))
    return found.order_by(_R.at.desc(), _R.public_id.desc())


def _page(which: RecordingFilter, cursor: str, limit: int, reader: Connection) -> RecordingPage:
    question, limit = listed(which), max(1, min(limit, MOST))
    if cursor:
        at, name = read_cursor(cursor)
        question = question.where(or_(_R.at < at, and_(_R.at == at, _R.public_id < name)))
    rows = reader.execute(question.limit(limit + 1)).all()
    shown = rows[:limit]
    contacts = [row.interaction_id for row in shown if row.interaction_id is not None]
    talks = _talks(reader, contacts)
    numbers = _numbers(reader, contacts, which.tickets)
    last = shown[-1] if len(rows) > limit else None
    return RecordingPage(
        tuple(_listed(row, talks, numbers) for row in shown),
        cursor_of(last.at, last.public_id) if last is not None else "",
    )


def _wanted(which: RecordingFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [_R.kind.in_(which.kinds)]
    if which.recording:
        found.append(_R.public_id == which.recording)
    if which.queues:
        elsewhere = and_(_R.queue == "", _CONTACT.last_queue.in_(which.queues))
        found.append(or_(_R.queue.in_(which.queues), elsewhere))
    if which.agents:
        found.append(handled_by(which.agents))
    if which.since is not None:
        found.append(_R.at >= which.since)
    if which.until is not None:
        found.append(_R.at < which.until)
    return found if which.within is None else [*found, _reached(which.within)]


def _reached(reach: Reach) -> ColumnElement[bool]:
    his = and_(_CONTACT.id.isnot(None), *inside(reach.handled))
    linked = _linked(reach.tickets).where(_LINK.interaction_id == _R.interaction_id)
    return or_(his, linked.correlate(recording).exists())


def _linked(scope: Scope | None) -> Select[Any]:
    """Contact and number of each ticket that somebody sees, as pages of tickets show them."""
    found = select(_LINK.interaction_id, ticket.c.number).join(
        ticket, ticket.c.id == _LINK.ticket_id
    )
    if scope is None:
        return found
    first = found.outerjoin(_FIRST, _FIRST.c.id == ticket.c.first_interaction_id)
    return first.where(or_(in_scope(scope), handled_by((scope.person,), _FIRST)))


def _numbers(
    reader: Connection, contacts: Sequence[int], scope: Scope | None
) -> Mapping[int, list[str]]:
    question = _linked(scope).where(_LINK.interaction_id.in_(contacts)).order_by(ticket.c.id)
    found: dict[int, list[str]] = {}
    for contact, number in reader.execute(question):
        numbers = found.setdefault(contact, [])
        if number not in numbers:
            numbers.append(number)
    return found


def _talks(reader: Connection, contacts: Sequence[int]) -> _Talks:
    """Who talked with the caller and from when to when, by contact."""
    part = interaction_segment.c
    question = select(part.interaction_id, part.agent, part.started_at, part.ended_at).where(
        part.interaction_id.in_(contacts),
        part.kind.in_((TALK, HOLD)),
        part.agent.isnot(None),
        part.agent != "",
    )
    found: _Talks = {}
    for contact, *talk in reader.execute(question.order_by(part.interaction_id, part.seq)):
        found.setdefault(contact, []).append((talk[0], talk[1], talk[2]))
    return found


def _listed(row: Row[Any], talks: _Talks, numbers: Mapping[int, list[str]]) -> RecordingListed:
    begin = row.at - timedelta(milliseconds=row.counted_ms)
    after = begin if row.kind == CALL else None
    agents = (
        agent
        for agent, began, ended in talks.get(row.interaction_id, ())
        if began < row.at and (after is None or ended > after)
    )
    return RecordingListed(
        row=row_of(row),
        begin=begin,
        sender=row.from_norm or row.from_raw or "",
        ended_at=row.ended_at,
        queue=row.queue or row.last_queue or "",
        agents=tuple(dict.fromkeys(agents)),
        tickets=tuple(numbers.get(row.interaction_id, ())),
    )
