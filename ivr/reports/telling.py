"""Shares, scores and weighted shares as they are told, in JSON and as text: value, n, interval.

Scores of fewer answers than 30 have no value, only n and interval: "n = 12, too few".
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING

from ivr.domain.figures.differences import newcombe
from ivr.domain.figures.intervals import wilson
from ivr.domain.figures.means import t_interval
from ivr.domain.figures.promoters import net_interval, net_score
from ivr.domain.figures.ranks import rho_interval
from ivr.reports.intervals import percent, rounded
from ivr.reports.model import FIGURED, SCORES, Correlation, Difference, Mean, Net, Share

if TYPE_CHECKING:
    from decimal import Decimal

    from ivr.domain.figures.intervals import Interval
    from ivr.reports.model import Cell, Figured, Row, Table, Weighted

ENOUGH = 30


@dataclass(frozen=True, slots=True)
class Told:
    """A figure with its interval, in percent, points or numbers of a scale. effective: of weighted
    ones, how many equally weighted answers they are worth."""

    value: Decimal | None
    n: int
    low: Decimal | None
    high: Decimal | None
    effective: Decimal | None = None


def told(cell: Figured, unit: str) -> Told:
    """How a cell is told. unit: of its column."""
    found = _told(cell)
    few = found.n < ENOUGH or (isinstance(cell, Difference) and cell.rest_n < ENOUGH)
    return replace(found, value=None) if unit in SCORES and few else found


def own_only(table: Table) -> Table:
    """What somebody may see of himself: scores of answers enough, and nothing of who was asked."""
    total = _own(table, table.total)
    return replace(table, rows=tuple(_own(table, row) for row in table.rows), total=total)


def _own(table: Table, row: Row) -> Row:
    pairs = zip(table.columns, row.cells, strict=True)
    return replace(
        row,
        cells=tuple(
            cell if _is_own(cell, column.unit, plain=table.report.plain) else None
            for column, cell in pairs
        ),
    )


def _is_own(cell: Cell, unit: str, *, plain: bool) -> bool:
    if unit not in SCORES or not isinstance(cell, FIGURED):
        return plain
    return _told(cell).n >= ENOUGH


def _told(cell: Figured) -> Told:
    if isinstance(cell, Share):
        return Told(percent(cell.num, cell.den), cell.den, *_ends(wilson(cell.num, cell.den), 100))
    if isinstance(cell, Net):
        kinds = (cell.promoters, cell.passives, cell.detractors)
        value = net_score(*kinds)
        ends = _ends(net_interval(*kinds), 1)
        return Told(None if value is None else rounded(value), cell.n, *ends)
    if isinstance(cell, Difference):
        return _difference(cell)
    if isinstance(cell, Mean):
        return _mean(cell)
    return _correlation(cell) if isinstance(cell, Correlation) else _weighted(cell)


def _mean(cell: Mean) -> Told:
    value = rounded(Fraction(cell.total, cell.n)) if cell.n else None
    return Told(value, cell.n, *_ends(t_interval(cell.total, cell.squares, cell.n), 1))


def _difference(cell: Difference) -> Told:
    ends = _ends(newcombe(cell.hits, cell.n, cell.rest_hits, cell.rest_n), 100)
    if not cell.n or not cell.rest_n:
        return Told(None, cell.n, *ends)
    points = 100 * (Fraction(cell.hits, cell.n) - Fraction(cell.rest_hits, cell.rest_n))
    return Told(rounded(points), cell.n, *ends)


def _correlation(cell: Correlation) -> Told:
    if cell.rho is None:
        return Told(None, cell.n, None, None)
    return Told(rounded(cell.rho), cell.n, *_ends(rho_interval(cell.rho, cell.n), 1))


def _weighted(cell: Weighted) -> Told:
    if not cell.n or not cell.squares:
        return Told(None, cell.n, None, None)
    share = min(1.0, cell.hit / cell.whole)
    effective = cell.whole**2 / cell.squares
    ends = _ends(wilson(share * effective, effective), 100)
    return Told(rounded(share * 100), cell.n, *ends, effective=rounded(effective))


def _ends(interval: Interval | None, scale: int) -> tuple[Decimal | None, Decimal | None]:
    if interval is None:
        return None, None
    return rounded(interval.low * scale), rounded(interval.high * scale)
