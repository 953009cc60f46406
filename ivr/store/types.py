"""Column types shared by every table: numbers for keys, times that keep their zone, JSON."""

from __future__ import annotations

from datetime import UTC as UTC_ZONE
from datetime import datetime
from typing import TYPE_CHECKING, TypeAlias

from sqlalchemy import JSON, BigInteger, DateTime, Dialect, Integer
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeDecorator

if TYPE_CHECKING:
    _Moment: TypeAlias = TypeDecorator[datetime]
else:
    _Moment = TypeDecorator

BIG_KEY = BigInteger().with_variant(Integer(), "sqlite")
"""A row's own number. SQLite counts rows by itself only in a column that is called INTEGER."""

JSON_VALUE = JSON().with_variant(JSONB(), "postgresql")
"""A list or mapping of JSON. Text whose exact spelling must survive is stored as text instead."""


class UTC(_Moment):
    """A moment: stored as UTC, returned aware, whole microseconds; naive values are refused.

    SQLite has no time zones and would silently drop them (ecosystem.md, trap 16).
    """

    impl = DateTime(timezone=True)
    cache_ok = True

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
