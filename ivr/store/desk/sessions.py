"""Who is signed in, links that open once, and failed tries to sign in, on a database.

Decision: old rows are removed when a new one comes, sessions a day after their end and failures a
day after the last try. Context: the ports have no sweep, and whoever guesses names must not be able
to fill the table. No rule about sign-in looks back further than ten minutes. 2026-11.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import String, Text, bindparam, delete, select, update

from ivr.runtime.ports.desk import Link, Session
from ivr.store.statements import Each, Rows, Write
from ivr.store.tables import login_failure, one_use_link, person_session
from ivr.store.types import UTC

if TYPE_CHECKING:
    from ivr.store.database import Database

KEPT = timedelta(days=1)
"""How long what is over stays readable."""

_DIGEST = bindparam("digest", type_=String)
_PERSON = bindparam("person", type_=String)
_KEY = bindparam("key", type_=String)
_OLD_SESSIONS = Each(
    0, delete(person_session).where(person_session.c.ends_at < bindparam("old", type_=UTC))
)
_SESSION = Rows(
    1,
    person_session,
    lambda bind: {
        "digest": bind("digest", String),
        "person": bind("person", String),
        "csrf": bind("csrf", Text),
        "created_at": bind("created_at", UTC),
        "seen_at": bind("seen_at", UTC),
        "ends_at": bind("ends_at", UTC),
        "fresh_at": bind("fresh_at", UTC),
    },
)
_TOUCH = Each(
    2,
    update(person_session)
    .where(person_session.c.digest == _DIGEST)
    .values(
        seen_at=bindparam("seen_at", type_=UTC),
        ends_at=bindparam("ends_at", type_=UTC),
        fresh_at=bindparam("fresh_at", type_=UTC),
    ),
)
_END = Each(3, delete(person_session).where(person_session.c.digest == _DIGEST))
_END_ALL = Each(3, delete(person_session).where(person_session.c.person == _PERSON))
_ONE = select(*(person_session.c[name] for name in Session.__dataclass_fields__)).where(
    person_session.c.digest == _DIGEST
)

_LINK = Rows(
    0,
    one_use_link,
    lambda bind: {
        "digest": bind("digest", String),
        "purpose": bind("purpose", String),
        "person": bind("person", String),
        "ends_at": bind("ends_at", UTC),
    },
)
_LINK_OF = select(*(one_use_link.c[name] for name in Link.__dataclass_fields__)).where(
    one_use_link.c.digest == _DIGEST
)
_USE = Each(
    0,
    delete(one_use_link).where(one_use_link.c.digest == _DIGEST).returning(one_use_link.c.digest),
)

_OLD_FAILURES = Each(
    0, delete(login_failure).where(login_failure.c.at < bindparam("old", type_=UTC))
)
_FAILURE = Rows(
    1,
    login_failure,
    lambda bind: {"key": bind("key", String), "at": bind("at", UTC)},
    replaces=("key",),
)
_COUNT = Each(
    2,
    update(login_failure)
    .where(login_failure.c.key == _KEY)
    .values(tries=login_failure.c.tries + 1)
    .returning(login_failure.c.tries),
)
_FORGET = Each(0, delete(login_failure).where(login_failure.c.key == _KEY))
_FAILURES = select(login_failure.c.tries, login_failure.c.at).where(login_failure.c.key == _KEY)


class SqlSessions:
    """The part of the port `People` that changes with each sign-in."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def open_session(self, session: Session) -> None:
        """Keep a session of a known person; those long over go."""
        row = asdict(session)
        writes: list[Write] = [(_OLD_SESSIONS, {"old": session.created_at - KEPT}), (_SESSION, row)]
        await self._database.write(writes, call=_sessions_of(session.person))

    async def session(self, digest: str) -> Session | None:
        """A session, also one that is over by time."""
        params = {"digest": digest}
        row = await self._database.read(lambda it: it.execute(_ONE, params).one_or_none())
        return None if row is None else Session(*row)

    async def touch_session(self, session: Session) -> None:
        """Store the times of a session again; nothing if it was ended meanwhile."""
        row = {
            "digest": session.digest,
            "seen_at": session.seen_at,
            "ends_at": session.ends_at,
            "fresh_at": session.fresh_at,
        }
        await self._database.write([(_TOUCH, row)])

    async def end_session(self, digest: str) -> None:
        """Sign out."""
        await self._database.write([(_END, {"digest": digest})])

    async def end_sessions(self, person: str) -> None:
        """Sign this person out everywhere; one opened right after this call stays."""
        await self._database.write([(_END_ALL, {"person": person})], call=_sessions_of(person))

    async def add_link(self, link: Link) -> None:
        """Keep a one-use link."""
        await self._database.write([(_LINK, asdict(link))])

    async def use_link(self, digest: str) -> Link | None:
        """Take a link away; of several who try at once one gets it."""
        params = {"digest": digest}
        row = await self._database.read(lambda it: it.execute(_LINK_OF, params).one_or_none())
        if row is None or not await self._database.write([(_USE, params)], alone=True):
            return None
        return Link(*row)

    async def failures(self, key: str) -> tuple[int, datetime | None]:
        """Failed tries under a key, and the last one's time."""
        params = {"key": key}
        row = await self._database.read(lambda it: it.execute(_FAILURES, params).one_or_none())
        return (0, None) if row is None else (row.tries, row.at)

    async def count_failure(self, key: str, at: datetime) -> int:
        """One more failed try; the database itself counts, so none is lost."""
        row = {"key": key, "at": at}
        writes: list[Write] = [(_OLD_FAILURES, {"old": at - KEPT}), (_FAILURE, row), (_COUNT, row)]
        [[tries]] = await self._database.write(writes, alone=True)
        return int(tries)

    async def forget_failures(self, key: str) -> None:
        """The tries under this key no longer count. Alone: a count may be next in line."""
        await self._database.write([(_FORGET, {"key": key})], alone=True)


def _sessions_of(person: str) -> str:
    return f"sessions of {person}"
