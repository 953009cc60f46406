"""A lookup in a small table that was read when the server started: demos, pilots, short lists."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, TypeAlias

from ivr.cti.sources.shape import Customs, Mismatch, to_record, to_value
from ivr.domain.problem import Position, Problem, Severity
from ivr.domain.scalars import nearest
from ivr.domain.values import Sealed, Value, open_sealed
from ivr.runtime.ports import Clock, FetchResult

if TYPE_CHECKING:
    from ivr.config.sources import TableSource
    from ivr.cti.sources.rows import Row
    from ivr.flow.types import Type
    from ivr.flow.world import SourceShape

Key: TypeAlias = tuple[Value, ...]
Records: TypeAlias = Mapping[Key, tuple[Mapping[str, Value], ...]]


@dataclass(frozen=True, slots=True)
class Table:
    """What a table source needs to answer: the records by what they are looked up with."""

    settings: TableSource
    records: Records
    otherwise: Mapping[str, Value] | None


class TableLookup:
    """One source of the kind table; implements the port `Source`."""

    def __init__(self, table: Table, clock: Clock) -> None:
        self._table = table
        self._clock = clock

    async def fetch(self, inputs: Mapping[str, Value], limit_s: float) -> FetchResult:
        """The one row that agrees with the inputs; several are a failure, never just the first."""
        took_s = self._table.settings.took
        if took_s:
            wait = timedelta(seconds=min(took_s, limit_s))
            await self._clock.sleep_until(self._clock.now() + wait)
        if took_s > limit_s:
            return FetchResult("failed", {}, "timeout")
        return self._answer(inputs)

    async def close(self) -> None:
        """Nothing is open."""

    def _answer(self, inputs: Mapping[str, Value]) -> FetchResult:
        names = self._table.settings.match.values()
        wanted = tuple(_opened(inputs.get(name)) for name in names)
        found = () if None in wanted else self._table.records.get(wanted, ())
        if len(found) > 1:
            return FetchResult("failed", {}, "shape")
        if found:
            return FetchResult("found", found[0])
        if self._table.otherwise is not None:
            return FetchResult("found", self._table.otherwise)
        return FetchResult("missing", {})


def _opened(value: Value) -> Value:
    return open_sealed(value) if isinstance(value, Sealed) else value


def make_table(
    settings: TableSource, shape: SourceShape, rows: Sequence[Row], at: Position, customs: Customs
) -> tuple[Table, list[Problem]]:
    """The table ready to be asked, and every cell that does not fit. at: where config names it."""
    reading = _Reading(settings, shape, customs)
    problems = reading.check_columns(rows, at)
    records: dict[Key, tuple[Mapping[str, Value], ...]] = {}
    for row in rows if not problems else ():
        key, record, wrong = reading.row(row)
        problems += wrong
        if key is not None and record is not None:
            records[key] = (*records.get(key, ()), record)
    otherwise, wrong = reading.otherwise(at)
    return Table(settings, records, otherwise), [*problems, *wrong]


class _Reading:
    def __init__(self, settings: TableSource, shape: SourceShape, customs: Customs) -> None:
        self._settings = settings
        self._shape = shape
        self._customs = customs
        self._routes = {name: given.route for name, given in settings.gives.items()}
        self._kinds = {
            column: replace(shape.takes[name].present, sealed=False)
            for column, name in settings.match.items()
        }

    def check_columns(self, rows: Sequence[Row], at: Position) -> list[Problem]:
        """Columns that the source names and no row has."""
        known = dict.fromkeys(column for row in rows for column in row.cells)
        given = [str(route[0]) for route in self._routes.values()]
        named = dict.fromkeys((*self._kinds, *given))
        optional = {
            str(self._routes[name][0]) for name, kind in self._shape.gives.items() if kind.optional
        }
        absent = [name for name in named if name not in known and name not in optional]
        return [_problem("C141", at, _no_column(name, known)) for name in absent if rows]

    def row(self, row: Row) -> tuple[Key | None, Mapping[str, Value] | None, list[Problem]]:
        """Key and record of a row; None for the key of a row that can never be found."""
        problems: list[Problem] = []
        key = [self._cell(row, column, kind, problems) for column, kind in self._kinds.items()]
        record = to_record(row.cells, self._shape.gives, self._customs, self._routes)
        problems += self._unread(row)
        if isinstance(record, Mismatch):
            return None, None, problems
        return (None if None in key else tuple(key)), record, problems

    def _cell(self, row: Row, column: str, kind: Type, problems: list[Problem]) -> Value:
        if column not in row.cells:
            return None
        try:
            return to_value(row.cells[column], kind, self._customs)
        except ValueError:
            problems.append(_problem("C142", row.places[column], f"{column} is not a {kind}"))
            return None

    def _unread(self, row: Row) -> list[Problem]:
        """Every cell that does not fit: in a file of ours also the optional ones must."""
        problems: list[Problem] = []
        for name, kind in self._shape.gives.items():
            column = str(self._routes[name][0])
            if column in row.cells:
                self._cell(row, column, kind.present, problems)
            elif not kind.optional:
                problems.append(_problem("C142", row.at, f'this row has no "{column}"'))
        return problems

    def otherwise(self, at: Position) -> tuple[Mapping[str, Value] | None, list[Problem]]:
        """The answer when no row agrees."""
        written = self._settings.otherwise
        if written is None:
            return None, []
        record = to_record(written, self._shape.gives, self._customs)
        if isinstance(record, Mismatch):
            return None, [_problem("C142", at, f"otherwise: {record.field}: {record.message}")]
        return record, []


def _no_column(name: str, known: Mapping[str, None]) -> str:
    near = nearest(name, known)
    hint = f'did you mean "{near}"?' if near else f"its columns are {', '.join(known)}"
    return f'the table has no column "{name}"; {hint}'


def _problem(code: str, at: Position, message: str) -> Problem:
    return Problem(code, Severity.ERROR, at, message)
