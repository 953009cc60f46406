"""Rows of any table with something in every column that must not be empty."""

from __future__ import annotations

from datetime import UTC, date, datetime
from itertools import count
from typing import TYPE_CHECKING, Any

from sqlalchemy import JSON, Boolean, Connection, Date, Integer, LargeBinary, String, insert

from ivr.store.types import UTC as MOMENT

if TYPE_CHECKING:
    from sqlalchemy import Column, Table

NOON = datetime(2026, 11, 23, 12, 0, 0, 250_001, tzinfo=UTC)
_NUMBERS = count(1)
_KNOWN = {"state": "open", "kind": "x", "medium": "voice", "direction": "inbound", "priority": 2}
_KINDS = {"customer": "person", "contact_point": "phone"}


def fill(connection: Connection, table: Table, **values: Any) -> int:  # noqa: ANN401 - of columns
    """Insert a row and give its id; what is not named is made up, names are never the same."""
    row = {one.name: _made_up(table, one) for one in table.c if _is_needed(one)}
    made = insert(table).values({**row, **values}).returning(table.c.id)
    return int(connection.execute(made).scalar_one())


def _is_needed(column: Column[Any]) -> bool:
    free = column.nullable or column.server_default is not None
    return not free and not column.primary_key


def _made_up(table: Table, column: Column[Any]) -> object:
    if column.name == "kind" and table.name in _KINDS:
        return _KINDS[table.name]
    if column.name in _KNOWN:
        return _KNOWN[column.name]
    kind = column.type
    if isinstance(kind, String):
        text = f"{next(_NUMBERS):026}"
        return text[-(kind.length or 26) :]
    made = ((MOMENT, NOON), (Date, date(2026, 1, 2)), (Boolean, False), (LargeBinary, b"x"))
    for sort, value in (*made, (JSON, {"ş": [1]}), (Integer, 1)):
        if isinstance(kind, sort):
            return value
    raise TypeError(f"{table.name}.{column.name} of {kind}")
