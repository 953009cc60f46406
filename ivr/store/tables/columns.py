"""Columns that many tables have in common, so that a table reads as the list of its facts."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Boolean, Column, Date, ForeignKey, Integer, String, Text, text

from ivr.store.types import BIG_KEY, JSON_VALUE, UTC


def row_id() -> Column[int]:
    """The row's own number, never shown outside."""
    return Column("id", BIG_KEY, primary_key=True)


def public_id() -> Column[str]:
    """What the outside calls the row: a ULID of 26 characters."""
    return Column("public_id", String(26), nullable=False, unique=True)


def tenant() -> Column[int]:
    """Whose row it is; an installation for one organisation never sees anything but 1."""
    return Column("tenant_id", Integer, nullable=False, server_default=text("1"))


def version() -> Column[int]:
    """Rises with each change, so that nobody overwrites what he has not seen."""
    return Column("version", Integer, nullable=False, server_default=text("1"))


def of(name: str, table: str, *, missing: bool = False, cascade: bool = False) -> Column[int]:
    """The row of another table. missing: may be empty. cascade: goes when that row goes."""
    key = ForeignKey(f"{table}.id", ondelete="CASCADE" if cascade else None)
    return Column(name, BIG_KEY, key, nullable=missing)


def word(name: str, length: int = 24, *, missing: bool = False) -> Column[str]:
    """A short name from a closed list, or a code."""
    return Column(name, String(length), nullable=missing)


def words(name: str, *, missing: bool = False) -> Column[str]:
    """Text of any length. No default: an empty text is written by whoever writes the row."""
    return Column(name, Text, nullable=missing)


def moment(name: str, *, missing: bool = False) -> Column[Any]:
    """A moment in UTC."""
    return Column(name, UTC, nullable=missing)


def day(name: str) -> Column[Any]:
    """A day in the zone of the house."""
    return Column(name, Date, nullable=False)


def whole(name: str, *, missing: bool = False, default: int | None = None) -> Column[int]:
    """A whole number."""
    known = None if default is None else text(str(default))
    return Column(name, Integer, nullable=missing, server_default=known)


def flag(name: str, *, default: bool = False) -> Column[bool]:
    """Yes or no."""
    kind = Boolean(create_constraint=True, name=f"bool_{name}")
    return Column(name, kind, nullable=False, server_default=text("true" if default else "false"))


def plain(name: str, *, missing: bool = False) -> Column[Any]:
    """A list or mapping of plain JSON."""
    return Column(name, JSON_VALUE, nullable=missing)
