"""Passes to hear a recording: for one recording, one person and one session, a few minutes long.

They are kept in memory: after a restart a page asks for a new one. Source: security.md section 13.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from ivr.web.auth.tokens import digest

if TYPE_CHECKING:
    from datetime import datetime

    from ivr.runtime.ports import Clock
    from ivr.web.permissions import Who

LIFE = timedelta(minutes=5)
MOST = 10_000
_BYTES = 32


@dataclass(frozen=True, slots=True)
class _Pass:
    recording: str
    whose: tuple[str, str]
    until: datetime


class Passes:
    """Those that are good now."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._good: dict[str, _Pass] = {}

    def make(self, recording: str, who: Who) -> tuple[str, datetime]:
        """A new one, and until when it is good."""
        now = self._clock.now()
        self._forget(now)
        token = secrets.token_urlsafe(_BYTES)
        self._good[digest(token)] = _Pass(recording, _whose(who), now + LIFE)
        return token, now + LIFE

    def opens(self, token: str, recording: str, who: Who) -> bool:
        """Whether it is good for this recording, in these hands."""
        found = self._good.get(digest(token))
        return (
            found is not None
            and (found.recording, found.whose) == (recording, _whose(who))
            and self._clock.now() < found.until
        )

    def _forget(self, now: datetime) -> None:
        """The oldest come first, and all live equally long."""
        while self._good:
            key = next(iter(self._good))
            if self._good[key].until > now and len(self._good) < MOST:
                return
            del self._good[key]


def _whose(who: Who) -> tuple[str, str]:
    session = who.session
    return who.name, "" if session is None else str(session.csrf)
