"""Puts the facts of the store into rows: by period, by name, with a total, in order."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from ivr.domain.figures.differences import surprise
from ivr.domain.figures.discovery import rejected
from ivr.reports.model import REST, Difference, Row, Share, Sums, Table
from ivr.reports.periods import periods, place_of
from ivr.reports.privacy import in_groups
from ivr.reports.telling import ENOUGH

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import tzinfo

    from ivr.reports.model import Cell, Fact, Question, Report
    from ivr.reports.periods import Period

    _Key = tuple[int, tuple[str, ...]]


def tabulate(report: Report, question: Question, facts: Iterable[Fact], zone: tzinfo) -> Table:
    """The report. Periods without anything are rows too, so that no gap goes unseen.

    Raises TooManyError where the periods are too many.
    """
    unit = question.unit
    times = periods(question.since, question.until, unit, zone) if unit else ()
    groups: dict[_Key, Sums] = {}
    if unit and not question.keys:
        groups = {(place, ()): Sums() for place in range(len(times))}
    whole = Sums()
    for fact in facts:
        place = place_of(fact.quarter, times) if unit else 0
        groups.setdefault((place, fact.keys), Sums()).add(fact)
        whole.add(fact)
    if report.private:
        groups, whole = in_groups(groups, whole, report.private)
    if report.rest:
        _add_rest(groups, report.rest)
    rows = [Row(_labels(question, key, times), _cells(report, groups[key])) for key in groups]
    ordered = [rows[place] for place in _order(report, groups, rows, ranked=not unit)]
    ordered = _believed(ordered)
    total = Row(tuple("" for _each in question.by), _cells(report, whole))
    return Table(
        report=report,
        by=question.by,
        columns=report.columns,
        rows=tuple(_running(report, ordered, total)),
        total=total,
    )


def _cells(report: Report, sums: Sums) -> tuple[Cell, ...]:
    return tuple(column.of(sums) for column in report.columns)


def _labels(question: Question, key: _Key, times: Sequence[Period]) -> tuple[str, ...]:
    """In the order in which they were asked for."""
    names = iter(key[1])
    return tuple(
        times[key[0]].label if each == question.unit else next(names) for each in question.by
    )


def _order(
    report: Report, keys: Iterable[_Key], rows: Sequence[Row], *, ranked: bool
) -> Iterable[int]:
    """By time, else by the figure that ranks them, then by name."""
    keyed = list(keys)
    column = _place(report, report.ranked) if ranked and report.ranked else -1

    def order(place: int) -> tuple[int, float, tuple[str, ...]]:
        figure = 0.0 if column < 0 else -_figure(rows[place].cells[column])
        return keyed[place][0], figure, keyed[place][1]

    return sorted(range(len(keyed)), key=order)


def _figure(cell: Cell) -> float:
    if isinstance(cell, Share):
        return cell.num / cell.den if cell.den else 0.0
    return float(cell) if isinstance(cell, int | float) else 0.0


def _add_rest(groups: Mapping[_Key, Sums], names: Sequence[str]) -> None:
    """Each row also gets what all others of its period have."""
    wholes: dict[int, Counter[str]] = {}
    for (place, _keys), sums in groups.items():
        whole = wholes.setdefault(place, Counter())
        whole.update({name: sums.counts[name] for name in names})
    for (place, _keys), sums in groups.items():
        for name in names:
            sums.counts[f"{REST}{name}"] = wholes[place][name] - sums.counts[name]


def _believed(rows: Sequence[Row]) -> list[Row]:
    """Says of differences which are no chance, among all of their column."""
    columns = [_found(column) for column in zip(*(row.cells for row in rows), strict=True)]
    return [
        replace(row, cells=cells)
        for row, cells in zip(rows, zip(*columns, strict=True), strict=True)
    ]


def _found(cells: Sequence[Cell]) -> list[Cell]:
    found = list(cells)
    told = [
        (place, cell)
        for place, cell in enumerate(cells)
        if isinstance(cell, Difference) and min(cell.n, cell.rest_n) >= ENOUGH
    ]
    ps = [surprise(cell.hits, cell.n, cell.rest_hits, cell.rest_n) for _place, cell in told]
    for (place, cell), believed in zip(told, rejected(ps), strict=True):
        found[place] = replace(cell, believed=believed)
    return found


def _running(report: Report, rows: Iterable[Row], total: Row) -> Iterable[Row]:
    """With the share of a column in the whole, added up from the first row on (Pareto)."""
    if not report.running:
        return rows
    place, before, found = _place(report, report.running), 0, []
    whole = total.cells[place]
    for row in rows:
        own = row.cells[place]
        if isinstance(own, Share) and isinstance(whole, Share):
            before += own.num
            own = Share(before, whole.den)
        found.append(replace(row, cells=(*row.cells[:place], own, *row.cells[place + 1 :])))
    return found


def _place(report: Report, name: str) -> int:
    return next(n for n, column in enumerate(report.columns) if column.name == name)
