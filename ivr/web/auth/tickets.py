"""Tickets that open a WebSocket: good once, for half a minute, for the session that asked.

A browser cannot send headers of ours when it opens a WebSocket, and cookies alone would let other
sites open one (security.md 5).
"""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import TYPE_CHECKING

from ivr.web.auth.tokens import digest

if TYPE_CHECKING:
    from datetime import datetime

    from ivr.runtime.ports import Clock
    from ivr.runtime.ports.desk import Session

LIFE_S = 30
MOST = 10_000
_BYTES = 24


class Tickets:
    """Kept in memory: after a restart pages ask for a new one."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._open: dict[str, tuple[Session, datetime]] = {}

    def make(self, session: Session) -> str:
        """A new ticket."""
        now = self._clock.now()
        self._forget(now)
        ticket = secrets.token_urlsafe(_BYTES)
        self._open[digest(ticket)] = (session, now + timedelta(seconds=LIFE_S))
        return ticket

    def take(self, ticket: str) -> Session | None:
        """The session that the ticket was made for; None if it is unknown, used or too old."""
        session, ends_at = self._open.pop(digest(ticket), (None, None))
        return session if ends_at is not None and self._clock.now() < ends_at else None

    def _forget(self, now: datetime) -> None:
        """The oldest come first, and all live equally long."""
        while self._open:
            key = next(iter(self._open))
            if self._open[key][1] > now and len(self._open) < MOST:
                return
            del self._open[key]
