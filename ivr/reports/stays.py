"""How long something stayed in each status, from the list of its changes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime

    from ivr.domain.calendar import Calendar

_MS = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class Change:
    """A ticket left a status. opened_at: when it began to be in its first one."""

    ticket: int
    at: datetime
    before: str
    opened_at: datetime


@dataclass(frozen=True, slots=True)
class Stay:
    """A time in one status, `[since, until)`."""

    status: str
    since: datetime
    until: datetime

    def counts(self, calendar: Calendar | None) -> Mapping[str, int]:
        """What reports add up. calendar: of business time, None = it is not known."""
        found = {"stays": 1, "clock_ms": (self.until - self.since) // _MS}
        if calendar is None:
            return found
        business_ms = calendar.elapsed(self.since, self.until) * 1000
        return {**found, "measured": 1, "business_ms": business_ms}


def stays(changes: Iterable[Change]) -> Iterator[Stay]:
    """One stay for each change. changes: ticket by ticket, each in order."""
    ticket, since = -1, None
    for change in changes:
        if change.ticket != ticket or since is None:
            ticket, since = change.ticket, change.opened_at
        yield Stay(change.before, min(since, change.at), change.at)
        since = change.at
