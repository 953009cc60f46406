"""A report as text with commas (RFC 4180), for spreadsheets: percentages with n and interval."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.reports.goals import has_goals
from ivr.reports.model import FIGURED, Difference, Net, Share
from ivr.reports.telling import told

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ivr.reports.model import Cell, Column, Judged, Row, Table

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for a formula if a cell begins with it."""
_PARTS = {
    "share": ("percent", "num", "n", "low", "high"),
    "score": ("percent", "num", "n", "low", "high"),
    "net": ("points", "promoters", "detractors", "n", "low", "high"),
    "weighted": ("percent", "n", "effective", "low", "high"),
    "difference": ("points", "n", "rest_n", "low", "high", "differs"),
    "correlation": ("rho", "n", "low", "high"),
    "mean": ("mean", "n", "low", "high"),
    "paired": ("mean", "n", "low", "high"),
}
"""Unit -> what stands in columns of its own."""
_GOAL = ("goal", "verdict")
"""What stands beside a figure that should be something."""


def csv_text(table: Table) -> str:
    """Names of the columns, then one line for each row."""
    return lines_text([_header(table), *(_line(table, row) for row in table.rows)])


def lines_text(lines: Iterable[Iterable[str]]) -> str:
    """Cells with commas between, a line each."""
    return "".join(",".join(map(_quoted, line)) + "\r\n" for line in lines)


def _header(table: Table) -> list[str]:
    return [*table.by, *(name for column in table.columns for name in _names(table, column))]


def _names(table: Table, column: Column) -> list[str]:
    goal = [f"{column.name}_{part}" for part in _GOAL] if has_goals(table, column) else []
    if column.unit in _PARTS:
        return [f"{column.name}_{part}" for part in _PARTS[column.unit]] + goal
    return [f"{column.name}_s" if column.unit == "seconds" else column.name, *goal]


def _line(table: Table, row: Row) -> list[str]:
    figures = []
    for column, cell in zip(table.columns, row.cells, strict=True):
        figures += _texts(column, cell)
        figures += _judged(row.goals.get(column.name)) if has_goals(table, column) else []
    return [*map(harmless, row.labels), *figures]


def _judged(goal: Judged | None) -> list[str]:
    if goal is None:
        return [""] * len(_GOAL)
    bound = "at least" if goal.at_least else "at most"
    aim = "" if goal.value is None else f"{bound} {goal.value:g}"
    return [aim, goal.verdict.value]


def _texts(column: Column, cell: Cell) -> list[str]:
    parts = _PARTS.get(column.unit, ("",))
    if not isinstance(cell, FIGURED):
        return ["" if cell is None else str(cell)] + [""] * (len(parts) - 1)
    found = told(cell, column.unit)
    known = {
        "percent": found.value,
        "points": found.value,
        "rho": found.value,
        "mean": found.value,
        "rest_n": cell.rest_n if isinstance(cell, Difference) else None,
        "differs": _yes_no(cell.believed) if isinstance(cell, Difference) else None,
        "num": cell.num if isinstance(cell, Share) else None,
        "promoters": cell.promoters if isinstance(cell, Net) else None,
        "detractors": cell.detractors if isinstance(cell, Net) else None,
        "n": found.n,
        "effective": found.effective,
        "low": found.low,
        "high": found.high,
    }
    return ["" if known[part] is None else str(known[part]) for part in parts]


def _yes_no(found: bool | None) -> str | None:
    return None if found is None else "yes" if found else "no"


def harmless(label: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{label}" if label.startswith(_FORMULA) else label


def _quoted(text: str) -> str:
    if any(sign in text for sign in ',"\r\n'):
        return '"' + text.replace('"', '""') + '"'
    return text
