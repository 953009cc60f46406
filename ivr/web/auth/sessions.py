"""Who is signed in: a random id in a cookie, its hash in the store, times by role (security.md 5).

On plain http the cookie is called `ivr` and has no Secure: browsers refuse `__Host-` there. Only a
developer's machine is served so.
"""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from ivr.runtime.ports.desk import Session
from ivr.web.auth.tokens import digest

if TYPE_CHECKING:
    from datetime import datetime

    from aiohttp import web

    from ivr.runtime.ports import Clock
    from ivr.runtime.ports.desk import People, Person

COOKIE, PLAIN_COOKIE = "__Host-ivr", "ivr"
IDLE_S = 30 * 60
LONGEST_S = 10 * 3600
LONGEST_STRICT_S = 8 * 3600
STRICT = frozenset({"admin", "auditor"})
FRESH_S = 5 * 60
SEEN_EVERY_S = 60
"""How much later a request must be than the last one written down, to be written down too."""
_ID_BYTES = 32
_CSRF_BYTES = 24


def cookie_name(*, secure: bool) -> str:
    """What the cookie is called."""
    return COOKIE if secure else PLAIN_COOKIE


def give(response: web.StreamResponse, token: str, *, secure: bool) -> None:
    """Let the browser keep the id until it is closed."""
    name = cookie_name(secure=secure)
    response.set_cookie(name, token, path="/", secure=secure, httponly=True, samesite="Lax")


def take_away(response: web.StreamResponse, *, secure: bool) -> None:
    """Let the browser forget the id."""
    name = cookie_name(secure=secure)
    response.del_cookie(name, path="/", secure=secure, httponly=True, samesite="Lax")


class Sessions:
    """Opens, finds and ends sessions."""

    def __init__(self, people: People, clock: Clock) -> None:
        self._people = people
        self._clock = clock

    async def open(self, person: Person) -> tuple[str, Session]:
        """A new session for somebody who has just proven who he is: the id, and what is kept."""
        token, now = secrets.token_urlsafe(_ID_BYTES), self._clock.now()
        strict = STRICT.intersection(person.roles)
        longest = timedelta(seconds=LONGEST_STRICT_S if strict else LONGEST_S)
        csrf = secrets.token_urlsafe(_CSRF_BYTES)
        session = Session(digest(token), person.name, csrf, now, now, now + longest, now)
        await self._people.open_session(session)
        return token, session

    async def find(self, token: str) -> tuple[Session, Person] | None:
        """Whose session this is; None if there is none, or it is over."""
        session = await self._people.session(digest(token))
        return await self.check(session) if session else None

    async def check(self, session: Session) -> tuple[Session, Person] | None:
        """Whether a session that was found before still holds, and with what rights."""
        now = self._clock.now()
        if now >= session.ends_at or now - session.seen_at >= timedelta(seconds=IDLE_S):
            await self._people.end_session(session.digest)
            return None
        person = await self._people.get(session.person)
        if person is None or person.disabled:
            return None
        return await self.seen(session), person

    async def again(self, session: Session) -> tuple[Session, Person] | None:
        """The same for a connection that stays open: reads the session anew from the store."""
        stored = await self._people.session(session.digest)
        return await self.check(stored) if stored else None

    async def seen(self, session: Session) -> Session:
        """The person is there; written down at most once a minute."""
        now = self._clock.now()
        if now - session.seen_at < timedelta(seconds=SEEN_EVERY_S):
            return session
        session = replace(session, seen_at=now)
        await self._people.touch_session(session)
        return session

    async def end(self, session: Session) -> None:
        """Sign out."""
        await self._people.end_session(session.digest)


def is_fresh(session: Session, now: datetime) -> bool:
    """Whether the person has signed in within the last five minutes."""
    return now - session.fresh_at <= timedelta(seconds=FRESH_S)
