"""People, their sessions and links, in memory, gone with the process."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from ivr.domain.errors import StaleVersionError, StoreError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from ivr.runtime.ports.desk import Link, Person, Session

_KEPT = timedelta(days=1)
"""How long what is over stays readable, as in the database."""


class MemoryPeople:
    """The port `People` in dicts."""

    def __init__(self) -> None:
        self._people: dict[str, Person] = {}
        self._sessions: dict[str, Session] = {}
        self._links: dict[str, Link] = {}
        self._failures: dict[str, tuple[int, datetime]] = {}

    async def get(self, name: str) -> Person | None:
        """One person."""
        return self._people.get(name)

    async def all(self) -> Sequence[Person]:
        """Everybody, by name."""
        return [self._people[name] for name in sorted(self._people)]

    async def save(self, person: Person) -> Person:
        """Store a new one, or the next version of a known one."""
        known = self._people.get(person.name)
        if person.version != (0 if known is None else known.version):
            raise StaleVersionError(f"person {person.name} is not at version {person.version}")
        saved = replace(person, version=person.version + 1)
        self._people[person.name] = saved
        return saved

    async def remove(self, name: str) -> bool:
        """Forget a person with sessions and links."""
        self._links = {key: one for key, one in self._links.items() if one.person != name}
        await self.end_sessions(name)
        return self._people.pop(name, None) is not None

    async def open_session(self, session: Session) -> None:
        """Keep a session of a known person; those long over go."""
        _aware(session.created_at, session.seen_at, session.ends_at, session.fresh_at)
        if session.person not in self._people or session.digest in self._sessions:
            raise StoreError("the session is of nobody, or known already")
        old = session.created_at - _KEPT
        self._sessions = {key: one for key, one in self._sessions.items() if one.ends_at >= old}
        self._sessions[session.digest] = session

    async def session(self, digest: str) -> Session | None:
        """A session, also one that is over by time."""
        return self._sessions.get(digest)

    async def touch_session(self, session: Session) -> None:
        """Store the times of a session again; nothing if it was ended meanwhile."""
        _aware(session.seen_at, session.ends_at, session.fresh_at)
        known = self._sessions.get(session.digest)
        if known is not None:
            self._sessions[session.digest] = replace(
                known,
                seen_at=session.seen_at,
                ends_at=session.ends_at,
                fresh_at=session.fresh_at,
            )

    async def end_session(self, digest: str) -> None:
        """Sign out."""
        self._sessions.pop(digest, None)

    async def end_sessions(self, person: str) -> None:
        """Sign this person out everywhere."""
        self._sessions = {key: one for key, one in self._sessions.items() if one.person != person}

    async def add_link(self, link: Link) -> None:
        """Keep a one-use link."""
        _aware(link.ends_at)
        if link.digest in self._links:
            raise StoreError("the link is known already")
        self._links[link.digest] = link

    async def use_link(self, digest: str) -> Link | None:
        """Take a link away."""
        return self._links.pop(digest, None)

    async def failures(self, key: str) -> tuple[int, datetime | None]:
        """Failed tries under a key, and the last one's time."""
        return self._failures.get(key, (0, None))

    async def count_failure(self, key: str, at: datetime) -> int:
        """One more failed try; those a day ago are forgotten."""
        _aware(at)
        old = at - _KEPT
        self._failures = {name: one for name, one in self._failures.items() if one[1] >= old}
        tries = self._failures.get(key, (0, at))[0] + 1
        self._failures[key] = (tries, at)
        return tries

    async def forget_failures(self, key: str) -> None:
        """The tries under this key no longer count."""
        self._failures.pop(key, None)


def _aware(*moments: datetime) -> None:
    if any(moment.tzinfo is None for moment in moments):
        raise ValueError("naive datetime")
