"""SQL written once with SQLAlchemy Core and compiled once per database kind.

Decision: the writer joins the rows of many calls into one `INSERT ... VALUES (...), (...)`, and
runs it through the driver. Context: each return from sqlite3 waits for the interpreter lock, up to
5 ms while the event loop is busy. Measured with a loop that never rests, 2 quiet cores: 925 steps/s
against 95-143 for `executemany`, which returns once per row. Price: on an idle loop `executemany`
is up to 1.5 times faster, far above what is needed. SQLAlchemy's own execution of the same groups
was 1.2-2.4 times slower than the driver (benchmarks/store.py), and it cannot cache inserts of many
rows. Reverse when the interpreter has no such lock. 2026-11.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from operator import itemgetter
from typing import TYPE_CHECKING, Any, TypeAlias

from sqlalchemy import (
    BindParameter,
    ClauseElement,
    ColumnElement,
    Dialect,
    Select,
    Table,
    bindparam,
)
from sqlalchemy import Row as NamedRow
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import result_tuple
from sqlalchemy.sql.compiler import SQLCompiler

if TYPE_CHECKING:
    from sqlalchemy.types import TypeEngine

Row: TypeAlias = tuple[Any, ...]
Binds: TypeAlias = Callable[[str, "TypeEngine[Any] | type[TypeEngine[Any]]"], BindParameter[Any]]
"""Gives the parameter of a name for the row that is being built."""

LARGEST_CHUNK = 64
"""Rows per statement at most: a power of two, so that seven compiled sizes cover every batch."""


@dataclass(frozen=True, eq=False)
class Rows:
    """An insert that can carry many rows. `rank` orders the statements inside one transaction.

    row: builds the values of one row from its parameters.
    replaces: the key columns of an upsert; empty for a plain insert.
    """

    rank: int
    table: Table
    row: Callable[[Binds], Mapping[str, ColumnElement[Any]]]
    replaces: tuple[str, ...] = ()

    def build(self, dialect: Dialect, count: int) -> ClauseElement:
        """The statement for `count` rows; parameters are called name_0, name_1 ..."""
        rows = [dict(self.row(_binds(number))) for number in range(count)]
        values = rows if count > 1 else rows[0]
        if not self.replaces:
            return self.table.insert().values(values).inline()
        insert = sqlite.insert if dialect.name == "sqlite" else postgresql.insert
        upsert = insert(self.table).values(values).inline()
        kept = {name: upsert.excluded[name] for name in rows[0] if name not in self.replaces}
        return upsert.on_conflict_do_update(index_elements=list(self.replaces), set_=kept)


@dataclass(frozen=True, eq=False)
class Each:
    """A statement that is run once per set of parameters (updates, questions)."""

    rank: int
    statement: ClauseElement

    def build(self, _dialect: Dialect, _count: int) -> ClauseElement:
        """The statement as it is."""
        return self.statement


Statement: TypeAlias = Rows | Each
Write: TypeAlias = tuple[Statement, Mapping[str, Any]]
"""A statement and the named values of one row."""


def _binds(number: int) -> Binds:
    def bind(name: str, type_: TypeEngine[Any] | type[TypeEngine[Any]]) -> BindParameter[Any]:
        return bindparam(f"{name}_{number}", type_=type_)

    return bind


@dataclass(frozen=True, slots=True)
class Prepared:
    """SQL text in the driver's own spelling and how to fill in its parameters.

    binds: the parameters in the driver's order, and what their values go through, if anything.
    """

    sql: str
    binds: tuple[tuple[str, Callable[[Any], Any] | None], ...]
    constants: Mapping[str, Any]
    _pick: Callable[[Mapping[str, Any]], Row] = field(init=False, repr=False, compare=False)
    _converters: tuple[tuple[int, Callable[[Any], Any]], ...] = field(
        init=False, repr=False, compare=False
    )

    def __post_init__(self) -> None:
        """Prepare for `bind`, which every row of every step goes through."""
        converts = enumerate(convert for _name, convert in self.binds)
        needed = tuple((place, convert) for place, convert in converts if convert is not None)
        object.__setattr__(self, "_pick", _picker([name for name, _convert in self.binds]))
        object.__setattr__(self, "_converters", needed)

    def bind(self, params: Mapping[str, Any]) -> Row:
        """Named values to the driver's order and types. Raises ValueError for a naive datetime."""
        picked = self._pick({**self.constants, **params} if self.constants else params)
        if not self._converters:
            return picked
        row = [*picked]
        for place, convert in self._converters:
            row[place] = convert(row[place])
        return tuple(row)


def _picker(names: Sequence[str]) -> Callable[[Mapping[str, Any]], Row]:
    """All values of these names at once, as a tuple also when there is one or none."""
    if len(names) > 1:
        return itemgetter(*names)
    return lambda params: tuple([params[name] for name in names])


class Answers:
    """What makes rows with names and in our types of those of the driver."""

    def __init__(self, question: Select[Any], dialect: Dialect) -> None:
        columns = tuple(question.selected_columns)
        self._name = result_tuple([str(column.key) for column in columns])
        converts = (
            column.type.dialect_impl(dialect).result_processor(dialect, None) for column in columns
        )
        self._converts = tuple(
            (place, convert) for place, convert in enumerate(converts) if convert is not None
        )

    def __call__(self, rows: Sequence[Row]) -> list[NamedRow[Any]]:
        """Each row of the driver as SQLAlchemy would give it."""
        return [self._named([*row]) for row in rows]

    def _named(self, row: list[Any]) -> NamedRow[Any]:
        for place, convert in self._converts:
            row[place] = convert(row[place])
        return self._name(row)


class Compiled:
    """Every statement in one dialect, compiled when first used."""

    def __init__(self, dialect: Dialect) -> None:
        self.dialect = dialect
        self._known: dict[tuple[Statement, int], Prepared] = {}
        self._answers: dict[Each, Answers] = {}

    def get(self, statement: Statement, count: int = 1) -> Prepared:
        """The compiled statement for `count` rows."""
        known = self._known.get((statement, count))
        if known is None:
            known = self._known[statement, count] = self._compile(statement, count)
        return known

    def bind(self, statement: Statement, params: Mapping[str, Any]) -> Row:
        """One row's values in the driver's order."""
        return self.get(statement).bind(params)

    def answers(self, question: Each) -> Answers:
        """What makes rows with names of what the driver gives for a select."""
        known = self._answers.get(question)
        if known is None:
            if not isinstance(question.statement, Select):
                raise TypeError("not a question")
            known = self._answers[question] = Answers(question.statement, self.dialect)
        return known

    def _compile(self, statement: Statement, count: int) -> Prepared:
        compiled = statement.build(self.dialect, count).compile(dialect=self.dialect)
        if not isinstance(compiled, SQLCompiler):
            raise TypeError("not a statement with parameters")
        binds = tuple(
            (name.removesuffix("_0"), self._converter(compiled.binds[name].type))
            for name in compiled.positiontup or ()
        )
        if isinstance(statement, Rows) and count > 1:
            _check_pattern(statement, count, self.get(statement), compiled)
        constants = {name: bind.value for name, bind in compiled.binds.items() if not bind.required}
        return Prepared(str(compiled), binds, constants)

    def _converter(self, type_: TypeEngine[Any]) -> Callable[[Any], Any] | None:
        convert: Callable[[Any], Any] | None = type_.dialect_impl(self.dialect).bind_processor(
            self.dialect
        )
        return convert


@dataclass(frozen=True, slots=True)
class Step:
    """One driver call: `rows` holds the values of one execution, or of several if `many`."""

    prepared: Prepared
    rows: Sequence[Row]
    many: bool


def steps(compiled: Compiled, writes: Mapping[Statement, list[Row]]) -> Iterator[Step]:
    """The driver calls that carry out all these writes, in the order of their ranks."""
    for statement in sorted(writes, key=lambda item: item.rank):
        rows = writes[statement]
        if isinstance(statement, Each):
            yield Step(compiled.get(statement), rows, many=len(rows) > 1)
        else:
            yield from _chunks(compiled, statement, rows)


def _check_pattern(statement: Rows, count: int, one: Prepared, compiled: SQLCompiler) -> None:
    """Many rows must take the parameters of one row again and again, in the same order."""
    wanted = [f"{name}_{number}" for number in range(count) for name, _convert in one.binds]
    if list(compiled.positiontup or ()) != wanted:
        raise TypeError(f"the rows of {statement.table.name} share a parameter or a constant")


def _chunks(compiled: Compiled, statement: Rows, rows: list[Row]) -> Iterator[Step]:
    start = 0
    while start < len(rows):
        count = min(LARGEST_CHUNK, 1 << ((len(rows) - start).bit_length() - 1))
        flat = tuple(chain.from_iterable(rows[start : start + count]))
        yield Step(compiled.get(statement, count), (flat,), many=False)
        start += count
