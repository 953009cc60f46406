"""A report as text with commas (RFC 4180), for spreadsheets: percentages with n and interval."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.domain.figures.intervals import wilson
from ivr.reports.intervals import percent, rounded
from ivr.reports.model import SHARE, Share

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ivr.reports.model import Cell, Column, Row, Table

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for a formula if a cell begins with it."""
_SHARE = ("percent", "num", "n", "low", "high")


def csv_text(table: Table) -> str:
    """Names of the columns, then one line for each row."""
    lines = [_header(table), *(_line(row) for row in table.rows)]
    return "".join(",".join(map(_quoted, line)) + "\r\n" for line in lines)


def _header(table: Table) -> list[str]:
    return [*table.by, *(name for column in table.columns for name in _names(column))]


def _names(column: Column) -> Iterable[str]:
    if column.unit == SHARE:
        return [f"{column.name}_{part}" for part in _SHARE]
    return [f"{column.name}_s" if column.unit == "seconds" else column.name]


def _line(row: Row) -> list[str]:
    figures = [text for cell in row.cells for text in _texts(cell)]
    return [*map(_harmless, row.labels), *figures]


def _texts(cell: Cell) -> Iterator[str]:
    if not isinstance(cell, Share):
        yield "" if cell is None else str(cell)
        return
    interval = wilson(cell.num, cell.den)
    value = percent(cell.num, cell.den)
    ends = () if interval is None else (rounded(interval.low * 100), rounded(interval.high * 100))
    yield from ("" if value is None else str(value), str(cell.num), str(cell.den))
    yield from map(str, ends or ("", ""))


def _harmless(label: str) -> str:
    return f"'{label}" if label.startswith(_FORMULA) else label


def _quoted(text: str) -> str:
    if any(sign in text for sign in ',"\r\n'):
        return '"' + text.replace('"', '""') + '"'
    return text
