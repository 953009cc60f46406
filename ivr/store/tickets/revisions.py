"""Calendars as they were: each published one is kept, so that an old ledger can be counted again.

The key of a revision is `NAME@` and the first 12 hex of the SHA-256 of what it says.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from datetime import UTC, date
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from sqlalchemy import insert, select

from ivr.domain.calendar import Calendar
from ivr.domain.errors import StoreError
from ivr.domain.plain import canonical_text
from ivr.store.tables import calendar_rev

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

    from sqlalchemy import Connection

    from ivr.domain.calendar import Intervals

_SHOWN = 12


def key_of(name: str, calendar: Calendar) -> str:
    """What a ledger calls this calendar."""
    return f"{name}@{_digest(written(calendar))[:_SHOWN]}"


def written(calendar: Calendar) -> dict[str, Any]:
    """A calendar as plain JSON. Raises StoreError for a zone without a name."""
    return {
        "zone": _zone_name(calendar.zone),
        "weekly": [list(map(list, day)) for day in calendar.weekly],
        "exceptions": _days(calendar.exceptions),
        "holidays": _days(calendar.holidays),
    }


def read(definition: Mapping[str, Any]) -> Calendar:
    """The calendar that was written so."""
    zone = definition["zone"]
    return Calendar(
        UTC if zone == "UTC" else ZoneInfo(zone),
        tuple(_intervals(day) for day in definition["weekly"]),
        _dated(definition["exceptions"]),
        _dated(definition["holidays"]),
    )


class Revisions(Mapping[str, Calendar]):
    """Every calendar a tenant's ledgers name, by its key. Unknown ones are read when asked for.

    known: those of now and of before, shared between operations; what a key says never changes.
    """

    def __init__(self, connection: Connection, tenant: int, known: dict[str, Calendar]) -> None:
        self._connection = connection
        self._tenant = tenant
        self._known = known

    def __getitem__(self, key: str) -> Calendar:
        """The calendar of a key. Raises KeyError."""
        if key not in self._known:
            self._known[key] = self._stored(key)
        return self._known[key]

    def __iter__(self) -> Iterator[str]:
        """The keys that were asked for so far."""
        return iter(self._known)

    def __len__(self) -> int:
        """How many were asked for so far."""
        return len(self._known)

    def _stored(self, key: str) -> Calendar:
        name, _, digest = key.rpartition("@")
        question = select(calendar_rev.c.definition).where(
            calendar_rev.c.tenant_id == self._tenant,
            calendar_rev.c.name == name,
            calendar_rev.c.sha256.startswith(digest, autoescape=True),
        )
        found = self._connection.scalar(question)
        if found is None:
            raise KeyError(key)
        return read(found)

    def keep(self, key: str, at: datetime) -> None:
        """Make sure that a revision is stored, before a ledger names it."""
        name = key.rpartition("@")[0]
        definition = written(self[key])
        row = {
            "tenant_id": self._tenant,
            "name": name,
            "sha256": _digest(definition),
        }
        same = [calendar_rev.c[column] == value for column, value in row.items()]
        if self._connection.scalar(select(calendar_rev.c.id).where(*same)) is None:
            self._connection.execute(
                insert(calendar_rev).values(**row, definition=definition, at=at)
            )


def _digest(definition: Mapping[str, Any]) -> str:
    return hashlib.sha256(canonical_text(definition, "a calendar").encode()).hexdigest()


def _zone_name(zone: tzinfo) -> str:
    name = "UTC" if zone is UTC else getattr(zone, "key", None)
    if not isinstance(name, str):
        raise StoreError(f"the zone {zone} has no name under which it could be found again")
    return name


def _days(plan: Mapping[date, Intervals]) -> dict[str, list[list[int]]]:
    return {day.isoformat(): list(map(list, plan[day])) for day in sorted(plan)}


def _dated(plan: Mapping[str, list[list[int]]]) -> dict[date, Intervals]:
    return {date.fromisoformat(day): _intervals(each) for day, each in plan.items()}


def _intervals(day: list[list[int]]) -> Intervals:
    return tuple((start, end) for start, end in day)
