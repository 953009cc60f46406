"""The port `Answers` on a database: rows of `inbox_message`, beside the hooks that came in."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from ivr.runtime.ports.answers import KEPT, PATIENCE, Kept, KeyBusyError, KeyReusedError
from ivr.store.tables import inbox_message

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from typing import Any

    from sqlalchemy import ColumnElement, Connection

    from ivr.store.database import Database

SOURCE = "api:"
"""What the sources of these rows begin with."""
_PENDING = 0
"""The status of a claim without an answer."""
_row = inbox_message.c


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
        change = update(inbox_message).where(*_one(who, key)).values(values)
        await self._database.change(_run(change))

    async def release(self, who: str, key: str) -> None:
        """Give a claim back."""
        gone = delete(inbox_message).where(*_one(who, key), _row.status == _PENDING)
        await self._database.change(_run(gone))

    async def sweep(self, at: datetime) -> int:
        """Forget what is older than a day."""
        old = (_row.at <= at - KEPT, _row.source.startswith(SOURCE, autoescape=True))
        return await self._database.change(_run(delete(inbox_message).where(*old)))


def _one(who: str, key: str) -> tuple[ColumnElement[bool], ...]:
    return _row.source == f"{SOURCE}{who}", _row.event_id == key


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
    question = select(inbox_message).where(*one).with_for_update()
    found = connection.execute(question).one_or_none()
    fresh = {"body_sha256": about, "status": _PENDING, "response": "", "at": at}
    if found is None:
        named = {"source": f"{SOURCE}{names[0]}", "event_id": names[1]}
        try:
            with connection.begin_nested():
                connection.execute(insert(inbox_message).values({**named, **fresh}))
        except IntegrityError:  # another process was faster by a moment
            raise KeyBusyError("the first request with this key is not over yet") from None
        return None
    if found.at <= at - (PATIENCE if found.status == _PENDING else KEPT):
        connection.execute(update(inbox_message).where(*one).values(fresh))
        return None
    if found.body_sha256 != about:
        raise KeyReusedError("this key came with another request")
    if found.status == _PENDING:
        raise KeyBusyError("the first request with this key is not over yet")
    return Kept(found.status, found.response)
