"""Times in SQL where the two databases differ: SQLite keeps them as text of a fixed form.

Its form is `2026-11-23 12:00:00.250001` (ivr/store/types.py), UTC, so the last six characters are
the microseconds, which its own functions would round away.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import BigInteger, ColumnElement, case, func
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from ivr.reports.periods import QUARTER_S
from ivr.store.types import UTC

if TYPE_CHECKING:
    from sqlalchemy.sql.compiler import SQLCompiler

_FRACTION_AT = len("2026-11-23 12:00:00.") + 1


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


@compiles(Quarter, "sqlite")
def _quarter_of_text(element: Quarter, compiler: SQLCompiler, **kw: Any) -> str:  # noqa: ANN401
    (at,) = (compiler.process(each, **kw) for each in element.clauses)
    return f"(CAST(strftime('%s', {at}) AS INTEGER) / {QUARTER_S})"


@compiles(Quarter, "postgresql")
def _quarter(element: Quarter, compiler: SQLCompiler, **kw: Any) -> str:  # noqa: ANN401
    (at,) = (compiler.process(each, **kw) for each in element.clauses)
    return f"CAST(floor(extract(epoch FROM {at}) / {QUARTER_S}) AS BIGINT)"


@compiles(Micros, "sqlite")
def _micros_of_text(element: Micros, compiler: SQLCompiler, **kw: Any) -> str:  # noqa: ANN401
    start, end = (compiler.process(each, **kw) for each in element.clauses)
    whole = f"(strftime('%s', {end}) - strftime('%s', {start}))"
    part = f"substr({end}, {_FRACTION_AT}, 6) - substr({start}, {_FRACTION_AT}, 6)"
    return f"({whole} * 1000000 + {part})"


@compiles(Micros, "postgresql")
def _micros(element: Micros, compiler: SQLCompiler, **kw: Any) -> str:  # noqa: ANN401
    start, end = (compiler.process(each, **kw) for each in element.clauses)
    return f"CAST(extract(epoch FROM ({end} - {start})) * 1000000 AS BIGINT)"


def ms_between(start: ColumnElement[Any], end: ColumnElement[Any]) -> ColumnElement[int]:
    """Whole milliseconds from one moment to another, rounded up."""
    return (Micros(start, end) + 999) / 1000


def times(condition: ColumnElement[bool]) -> ColumnElement[int]:
    """How many rows fulfil it."""
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


def total(value: ColumnElement[Any], where: ColumnElement[bool]) -> ColumnElement[int]:
    """A sum over the rows that fulfil it."""
    return func.coalesce(func.sum(case((where, value), else_=0)), 0)


__all__ = ["UTC", "Micros", "Quarter", "ms_between", "times", "total"]
