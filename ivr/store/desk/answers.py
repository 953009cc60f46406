"""The port `Answers` on a database."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from ivr.runtime.ports.answers import KEPT, PATIENCE, Kept, KeyBusyError, KeyReusedError
from ivr.store.tables import kept_answer

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from typing import Any

    from sqlalchemy import ColumnElement, Connection

    from ivr.store.database import Database

_PENDING = 0
"""The status of a claim without an answer."""
_row = kept_answer.c


class SqlAnswers:
    """Answers in a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def claim(self, who: str, key: str, about: str, at: datetime) -> Kept | None:
        """The answer that is there, or a claim."""
        return await self._database.change(partial(_claim, _one(who, key), about, at, (who, key)))

    async def keep(self, who: str, key: str, answer: Kept) -> None:
        """End a claim with its answer."""
        values = {"status": answer.status, "response": answer.text}
        change = update(kept_answer).where(*_one(who, key)).values(values)
        await self._database.change(_run(change))

    async def release(self, who: str, key: str) -> None:
        """Give a claim back."""
        gone = delete(kept_answer).where(*_one(who, key), _row.status == _PENDING)
        await self._database.change(_run(gone))

    async def sweep(self, at: datetime) -> int:
        """Forget what is older than a day."""
        return await self._database.change(_run(delete(kept_answer).where(_row.at <= at - KEPT)))


def _one(who: str, key: str) -> tuple[ColumnElement[bool], ...]:
    return _row.who == who, _row.key == key


def _run(statement: Any) -> Callable[[Connection], int]:  # noqa: ANN401 - a delete or an update
    def job(connection: Connection) -> int:
        return int(connection.execute(statement).rowcount)

    return job


def _claim(
    one: tuple[ColumnElement[bool], ...],
    about: str,
    at: datetime,
    names: tuple[str, str],
    connection: Connection,
) -> Kept | None:
    question = select(kept_answer).where(*one).with_for_update()
    found = connection.execute(question).one_or_none()
    fresh = {"about": about, "status": _PENDING, "response": "", "at": at}
    if found is None:
        named = {"who": names[0], "key": names[1]}
        try:
            with connection.begin_nested():
                connection.execute(insert(kept_answer).values({**named, **fresh}))
        except IntegrityError:  # another process was faster by a moment
            raise KeyBusyError("the first request with this key is not over yet") from None
        return None
    if found.at <= at - (PATIENCE if found.status == _PENDING else KEPT):
        connection.execute(update(kept_answer).where(*one).values(fresh))
        return None
    if found.about != about:
        raise KeyReusedError("this key came with another request")
    if found.status == _PENDING:
        raise KeyBusyError("the first request with this key is not over yet")
    return Kept(found.status, found.response)
