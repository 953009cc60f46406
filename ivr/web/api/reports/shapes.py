"""Reports as JSON."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from pydantic import BaseModel

from ivr.domain.figures.intervals import wilson
from ivr.reports.intervals import percent, rounded
from ivr.reports.model import Share

if TYPE_CHECKING:
    from ivr.reports.model import Cell, Report, Row, Table


class ShareOut(BaseModel):
    """A share: num of n, in percent with its Wilson 95 % interval; null where n is 0."""

    percent: float | None
    num: int
    n: int
    low: float | None
    high: float | None


class ColumnOut(BaseModel):
    """A figure. unit: count share seconds number percent."""

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


class RowOut(BaseModel):
    """A row. labels: what it is of, in the order of `by`; cells: in the order of the columns."""

    labels: tuple[str, ...]
    cells: tuple[ShareOut | int | float | None, ...]


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


def row_out(row: Row) -> RowOut:
    """A row as JSON."""
    return RowOut(labels=row.labels, cells=tuple(map(_cell, row.cells)))


def rows_out(table: Table) -> tuple[RowOut, ...]:
    """All rows of a table."""
    return tuple(map(row_out, table.rows))


def _cell(cell: Cell) -> ShareOut | int | float | None:
    if not isinstance(cell, Share):
        return cell
    value, interval = percent(cell.num, cell.den), wilson(cell.num, cell.den)
    return ShareOut(
        percent=None if value is None else float(value),
        num=cell.num,
        n=cell.den,
        low=None if interval is None else float(rounded(interval.low * 100)),
        high=None if interval is None else float(rounded(interval.high * 100)),
    )
