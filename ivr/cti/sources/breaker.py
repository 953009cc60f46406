"""Stops asking a system that keeps failing, so that callers do not wait for it in vain."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ivr.runtime.ports import Clock


@dataclass(frozen=True, slots=True)
class Ticket:
    """Leave to ask once. probe: it is the one try that decides whether the door opens again."""

    probe: bool


class CircuitBreaker:
    """So many failures within a time close the door for a while; then one try decides."""

    def __init__(self, clock: Clock, fails: int, within_s: float, open_s: float) -> None:
        self._clock = clock
        self._fails = fails
        self._within = timedelta(seconds=within_s)
        self._pause = timedelta(seconds=open_s)
        self._failures: deque[datetime] = deque(maxlen=fails)
        self._until: datetime | None = None
        self._probing = False

    def enter(self) -> Ticket | None:
        """Leave to ask, or None while the door is closed."""
        if self._until is None:
            return Ticket(probe=False)
        if self._clock.now() < self._until or self._probing:
            return None
        self._probing = True
        return Ticket(probe=True)

    def leave(self, ticket: Ticket, *, good: bool | None) -> None:
        """How it went; None = nobody knows, since the caller gave up."""
        if ticket.probe:
            self._probing = False
            if good:
                self._until = None
                self._failures.clear()
            elif good is False:
                self._close()
        elif good is False and self._until is None:
            self._count()

    def _count(self) -> None:
        now = self._clock.now()
        self._failures.append(now)
        if len(self._failures) == self._fails and now - self._failures[0] <= self._within:
            self._close()

    def _close(self) -> None:
        self._until = self._clock.now() + self._pause
