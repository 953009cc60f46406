"""Times in SQL where the two databases differ: SQLite keeps them as text of a fixed form.

Its form is `2026-11-23 12:00:00.250001` (ivr/store/types.py), UTC. Its own functions round to
milliseconds, so that .999999 is the next second to them: they get whole minutes and seconds only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import BigInteger, ColumnElement, String, case, func
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from ivr.reports.periods import QUARTER_S

if TYPE_CHECKING:
    from sqlalchemy.sql.compiler import SQLCompiler

_MINUTE, _SECOND = len("2026-11-23 12:00"), len("2026-11-23 12:00:00")
_FRACTION_AT = _SECOND + 2


class Quarter(FunctionElement[int]):
    """In which quarter of an hour since 1970 a moment lies."""

    name = "quarter"
    type = BigInteger()
    inherit_cache = True


class Micros(FunctionElement[int]):
    """Whole microseconds from one moment to another."""

    name = "micros"
    type = BigInteger()
    inherit_cache = True


class LastNode(FunctionElement[str]):
    """The last entry of a list that is kept as JSON."""

    name = "last_node"
    type = String()
    inherit_cache = True


@compiles(LastNode, "sqlite")
def _last_of_text(element: LastNode, compiler: SQLCompiler, **kw: Any) -> str:  # noqa: ANN401
    (path,) = (compiler.process(each, **kw) for each in element.clauses)
    return f"json_extract({path}, '$[#-1]')"


@compiles(LastNode, "postgresql")
def _last(element: LastNode, compiler: SQLCompiler, **kw: Any) -> str:  # noqa: ANN401
    (path,) = (compiler.process(each, **kw) for each in element.clauses)
    return f"({path} ->> -1)"


@compiles(Quarter, "sqlite")
def _quarter_of_text(element: Quarter, compiler: SQLCompiler, **kw: Any) -> str:  # noqa: ANN401
    (at,) = (compiler.process(each, **kw) for each in element.clauses)
    return f"(unixepoch(substr({at}, 1, {_MINUTE})) / {QUARTER_S})"


@compiles(Quarter, "postgresql")
def _quarter(element: Quarter, compiler: SQLCompiler, **kw: Any) -> str:  # noqa: ANN401
    (at,) = (compiler.process(each, **kw) for each in element.clauses)
    return f"CAST(floor(extract(epoch FROM {at}) / {QUARTER_S}) AS BIGINT)"


@compiles(Micros, "sqlite")
def _micros_of_text(element: Micros, compiler: SQLCompiler, **kw: Any) -> str:  # noqa: ANN401
    start, end = (compiler.process(each, **kw) for each in element.clauses)
    whole = f"unixepoch(substr({end}, 1, {_SECOND})) - unixepoch(substr({start}, 1, {_SECOND}))"
    part = f"substr({end}, {_FRACTION_AT}) - substr({start}, {_FRACTION_AT})"
    return f"(({whole}) * 1000000 + {part})"


@compiles(Micros, "postgresql")
def _micros(element: Micros, compiler: SQLCompiler, **kw: Any) -> str:  # noqa: ANN401
    start, end = (compiler.process(each, **kw) for each in element.clauses)
    return f"CAST(extract(epoch FROM ({end} - {start})) * 1000000 AS BIGINT)"


def ms_between(start: ColumnElement[Any], end: ColumnElement[Any]) -> ColumnElement[int]:
    """Whole milliseconds from one moment to another, rounded up."""
    return (Micros(start, end) + 999) // 1000


def times(condition: ColumnElement[bool]) -> ColumnElement[int]:
    """How many rows fulfil it."""
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


def total(value: ColumnElement[Any], where: ColumnElement[bool]) -> ColumnElement[int]:
    """A sum over the rows that fulfil it."""
    return func.coalesce(func.sum(case((where, value), else_=0)), 0)
