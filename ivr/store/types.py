"""Column types shared by every table: numbers for keys, times that keep their zone, JSON."""

from __future__ import annotations

from datetime import UTC as UTC_ZONE
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeAlias

from sqlalchemy import JSON, BigInteger, DateTime, Dialect, Integer
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeDecorator

if TYPE_CHECKING:
    from collections.abc import Callable

    _Moment: TypeAlias = TypeDecorator[datetime]
else:
    _Moment = TypeDecorator

_WITHOUT_ZONE = len("2026-11-23 10:30:00.000000")

BIG_KEY = BigInteger().with_variant(Integer(), "sqlite")
"""A row's own number. SQLite counts rows by itself only in a column that is called INTEGER."""

JSON_VALUE = JSON().with_variant(JSONB(), "postgresql")
"""A list or mapping of JSON. Text whose exact spelling must survive is stored as text instead."""


def _sqlite_text(value: datetime | None) -> str | None:
    """A moment as SQLAlchemy spells it in SQLite: in UTC, without saying so."""
    if value is None:
        return None
    if value.tzinfo is None:
        raise ValueError("naive datetime")
    if value.tzinfo is not UTC_ZONE:
        value = value.astimezone(UTC_ZONE)
    return value.isoformat(" ", "microseconds")[:_WITHOUT_ZONE]


class UTC(_Moment):
    """A moment: stored as UTC, returned aware, whole microseconds; naive values are refused.

    SQLite has no time zones and would silently drop them (ecosystem.md, trap 16).
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Callable[[Any], Any] | None:
        """As the parent, but for SQLite in one go: every step of every call stores its time."""
        return _sqlite_text if dialect.name == "sqlite" else super().bind_processor(dialect)

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Python to database. Raises ValueError("naive datetime")."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("naive datetime")
        moved = value.astimezone(UTC_ZONE)
        return moved.replace(tzinfo=None) if dialect.name == "sqlite" else moved

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Database to Python, always with tzinfo UTC."""
        if value is None:
            return None
        if dialect.name == "sqlite":
            return value.replace(tzinfo=UTC_ZONE)
        return value.astimezone(UTC_ZONE)
