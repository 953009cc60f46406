"""Reports as JSON."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from pydantic import BaseModel

from ivr.reports.model import FIGURED, Correlation, Difference, Mean, Net, Share, Verdict, Weighted
from ivr.reports.telling import told

if TYPE_CHECKING:
    from decimal import Decimal

    from ivr.reports.model import Cell, Report, Row, Table


class ShareOut(BaseModel):
    """A share: num of n, in percent with its Wilson 95 % interval; null where n is 0, and of
    answers (unit score) also the percentage where n is under 30."""

    percent: float | None
    num: int
    n: int
    low: float | None
    high: float | None


class NetOut(BaseModel):
    """A net promoter score of n answers, -100 to 100, with its 95 % interval (adjusted Wald);
    points is null where n is under 30."""

    points: float | None
    promoters: int
    detractors: int
    n: int
    low: float | None
    high: float | None


class WeightedOut(BaseModel):
    """A share of n answers, weighted by how many contacts each stands for; effective: how many
    equally weighted answers they are worth. percent is null where n is under 30."""

    percent: float | None
    n: int
    effective: float | None
    low: float | None
    high: float | None


class DifferenceOut(BaseModel):
    """A share of n against that of all other rows together (rest_n), in points with Newcombe's
    95 % interval; null where either is under 30. differs: whether chance does not explain it, among
    all rows of the report (Benjamini and Hochberg, 5 %)."""

    points: float | None
    n: int
    rest_n: int
    low: float | None
    high: float | None
    differs: bool | None


class CorrelationOut(BaseModel):
    """Spearman's rank correlation of n pairs, -1 to 1, with its 95 % interval; rho is null where n
    is under 30 or one of the two never changes."""

    rho: float | None
    n: int
    low: float | None
    high: float | None


class MeanOut(BaseModel):
    """A mean of n answers on one scale (unit mean), or of n differences of paired answers (unit
    paired), with its 95 % interval (Student's t); mean is null where n is under 30."""

    mean: float | None
    n: int
    low: float | None
    high: float | None


CellOut = (
    ShareOut | NetOut | WeightedOut | DifferenceOut | CorrelationOut | MeanOut | int | float | None
)


class ColumnOut(BaseModel):
    """A figure. unit: count share seconds number percent; of answers score net weighted difference
    correlation mean paired."""

    name: str
    title: dict[str, str]
    unit: str


class ReportOut(BaseModel):
    """A report that can be asked for. by: what its rows can be; periodic: also hour day week month.

    default: what they are if nothing is asked for. version: of its definition. chart, goal: the
    columns to draw. personal: whether it can be of single people.
    """

    id: str
    title: dict[str, str]
    note: dict[str, str]
    version: int
    by: tuple[str, ...]
    default: tuple[str, ...]
    filters: tuple[str, ...]
    periodic: bool
    personal: bool
    columns: tuple[ColumnOut, ...]
    chart: str
    goal: str


class GoalOut(BaseModel):
    """What a figure should be, in the unit of its column. verdict: by the whole interval: met,
    missed, open where it lies on both sides, changed where the goal was another for a part of the
    time (then value is null)."""

    value: float | None
    at_least: bool
    verdict: Verdict


class RowOut(BaseModel):
    """A row. labels: what it is of, in the order of `by`; cells: in the order of the columns;
    goals: by the name of the column, of those that have one."""

    labels: tuple[str, ...]
    cells: tuple[CellOut, ...]
    goals: dict[str, GoalOut] = {}


class TableOut(BaseModel):
    """A report of `[since, until)`. zone: of days and hours. total: of all rows together."""

    report: ReportOut
    since: datetime
    until: datetime
    zone: str
    made_at: datetime
    by: tuple[str, ...]
    rows: tuple[RowOut, ...]
    total: RowOut


def report_out(report: Report, *, persons: bool = True) -> ReportOut:
    """persons: whether figures of single people may be asked for."""
    hidden = () if persons else PERSONAL
    return ReportOut(
        id=report.id,
        title=dict(report.title),
        note=dict(report.note),
        version=report.version,
        by=tuple(name for name in report.by if name not in hidden),
        default=tuple(name for name in report.default if name not in hidden),
        filters=tuple(name for name in report.filters if name not in hidden),
        periodic=report.periodic,
        personal=report.personal,
        columns=tuple(
            ColumnOut(name=each.name, title=dict(each.title), unit=each.unit)
            for each in report.columns
        ),
        chart=report.chart,
        goal=report.goal,
    )


PERSONAL = ("agent",)


def row_out(table: Table, row: Row) -> RowOut:
    """A row as JSON."""
    pairs = zip(table.columns, row.cells, strict=True)
    cells = tuple(_cell(cell, each.unit) for each, cell in pairs)
    goals = {
        name: GoalOut(value=goal.value, at_least=goal.at_least, verdict=goal.verdict)
        for name, goal in row.goals.items()
    }
    return RowOut(labels=row.labels, cells=cells, goals=goals)


def rows_out(table: Table) -> tuple[RowOut, ...]:
    """All rows of a table."""
    return tuple(row_out(table, row) for row in table.rows)


def _cell(cell: Cell, unit: str) -> CellOut:
    if not isinstance(cell, FIGURED):
        return cell
    found = told(cell, unit)
    value, low, high = (_float(each) for each in (found.value, found.low, found.high))
    if isinstance(cell, Share):
        return ShareOut(percent=value, num=cell.num, n=cell.den, low=low, high=high)
    if isinstance(cell, Net):
        kinds = {"promoters": cell.promoters, "detractors": cell.detractors}
        return NetOut(points=value, n=cell.n, low=low, high=high, **kinds)
    if isinstance(cell, Difference):
        return _difference(cell, value, low, high)
    if isinstance(cell, Weighted):
        effective = _float(found.effective)
        return WeightedOut(percent=value, n=cell.n, effective=effective, low=low, high=high)
    return _number(cell, value, low, high)


def _number(
    cell: Mean | Correlation, value: float | None, low: float | None, high: float | None
) -> MeanOut | CorrelationOut:
    """Figures that are neither percent nor points."""
    if isinstance(cell, Mean):
        return MeanOut(mean=value, n=cell.n, low=low, high=high)
    return CorrelationOut(rho=value, n=cell.n, low=low, high=high)


def _difference(
    cell: Difference, points: float | None, low: float | None, high: float | None
) -> DifferenceOut:
    return DifferenceOut(
        points=points, n=cell.n, rest_n=cell.rest_n, low=low, high=high, differs=cell.believed
    )


def _float(value: Decimal | None) -> float | None:
    return None if value is None else float(value)
