"""The port `SurveyTexts` on SQLite or PostgreSQL: one transaction per operation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Connection, Select, and_, literal_column, select

from ivr.runtime.ports.asking.texts import ORIGIN
from ivr.store.surveys.changing import apply
from ivr.store.surveys.invited import load
from ivr.store.tables import survey_invitation, survey_talk, text_message
from ivr.store.waves.calls import BY_CALL
from ivr.surveys.invitations import OPEN, State

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from ivr.runtime.ports.asking.texts import Decide, Invited
    from ivr.store.database import Database
    from ivr.store.surveys.changing import Hand

_MINE = survey_invitation.c
_NEWEST = 5


class SqlSurveyTexts:
    """The port `SurveyTexts`."""

    def __init__(self, database: Database, hand: Hand) -> None:
        self._database = database
        self._hand = hand

    async def get(self, invitation: str) -> Invited | None:
        """See the port."""
        return await self._database.read(lambda it: _found(it, invitation))

    async def change(self, invitation: str, decide: Decide, at: datetime) -> Invited | None:
        """See the port."""

        def job(connection: Connection) -> Invited | None:
            known = load(connection, invitation, lock=True)
            if known is None:
                return None
            change = decide(known[1])
            if change is not None:
                apply(connection, known, change, at, self._hand)
            return known[1]

        return await self._database.change(job)

    async def missed(self, limit: int) -> Sequence[str]:
        """See the port."""
        looked = (_in(State.MISSED), _MINE.due_at.is_(None))
        return await self._ids(_invitations().where(*looked).order_by(_MINE.id).limit(limit))

    async def due(self, now: datetime, limit: int) -> Sequence[str]:
        """See the port."""
        mine = (_in(State.SCHEDULED), _MINE.due_at <= now, ~BY_CALL)
        return await self._ids(_invitations().where(*mine).order_by(_MINE.due_at).limit(limit))

    async def waiting(self, now: datetime, limit: int) -> Sequence[str]:
        """See the port."""
        question = (
            _invitations()
            .join(survey_talk, survey_talk.c.invitation_id == _MINE.id)
            .where(survey_talk.c.next_at <= now)
            .order_by(survey_talk.c.next_at)
            .limit(limit)
        )
        return await self._ids(question)

    async def reported(self, limit: int) -> Sequence[str]:
        """See the port."""
        mine = and_(
            text_message.c.tenant_id == _MINE.tenant_id,
            text_message.c.origin_key == f"{ORIGIN}:" + _MINE.public_id + ":1",
            text_message.c.state.in_(("delivered", "undelivered", "failed")),
        )
        question = (
            _invitations()
            .join(text_message, mine)
            .where(_in(State.SENT))
            .order_by(_MINE.id)
            .limit(limit)
        )
        return await self._ids(question)

    async def open_at(self, value: str, tenant: int = 1) -> Sequence[str]:
        """See the port."""
        same = (survey_talk.c.tenant_id == tenant, survey_talk.c.value_norm == value)
        question = (
            _invitations()
            .join(survey_talk, survey_talk.c.invitation_id == _MINE.id)
            .where(*same)
            .order_by(survey_talk.c.id.desc())
            .limit(_NEWEST)
        )
        return await self._ids(question)

    async def unfinished(self, value: str, tenant: int = 1) -> Sequence[str]:
        """See the port."""
        states = sorted(each.value for each in (State.SCHEDULED, State.UNDELIVERED, *OPEN))
        same = (_MINE.tenant_id == tenant, _MINE.value_norm == value, _MINE.state.in_(states))
        return await self._ids(_invitations().where(*same).order_by(_MINE.id))

    async def _ids(self, question: Select[Any]) -> Sequence[str]:
        return await self._database.read(lambda it: list(it.scalars(question)))


def _invitations() -> Select[Any]:
    return select(_MINE.public_id)


def _in(state: State) -> ColumnElement[bool]:
    """Written out: SQLite takes an index of some rows only where it reads that they are those."""
    return _MINE.state == literal_column(f"'{state.value}'")


def _found(connection: Connection, invitation: str) -> Invited | None:
    known = load(connection, invitation)
    return None if known is None else known[1]
