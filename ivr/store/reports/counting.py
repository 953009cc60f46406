"""One shape for all that reports count: rows of a source, by keys and quarters of an hour."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Any

from sqlalchemy import false, or_, select

from ivr.reports.model import Fact
from ivr.store.reports.expressions import Quarter
from ivr.store.tables import interaction

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import ColumnElement, Connection, FromClause

    from ivr.reports.model import Question


@dataclass(frozen=True, slots=True)
class Counting:
    """What is counted. at: the moment by which a row belongs to a period. keys: name -> column of
    what rows of the report can be. counts, largest: name -> aggregate. value: also by this one."""

    source: FromClause
    where: Sequence[ColumnElement[bool]]
    at: ColumnElement[Any]
    keys: Mapping[str, ColumnElement[Any]]
    counts: Mapping[str, ColumnElement[Any]]
    largest: Mapping[str, ColumnElement[Any]] = field(default_factory=dict)
    value: ColumnElement[Any] | None = None


def counted(connection: Connection, what: Counting, question: Question) -> list[Fact]:
    """The facts, added up by the database."""
    groups = [what.keys[name] for name in question.keys]
    groups += [Quarter(what.at)] if question.unit else []
    groups += [] if what.value is None else [what.value]
    names = [f"g{number}" for number in range(len(groups))]
    labelled = [each.label(name) for each, name in zip(groups, names, strict=True)]
    asked = (
        select(*labelled, *what.counts.values(), *what.largest.values())
        .select_from(what.source)
        .where(*what.where)
        .group_by(*names)
    )
    return [_fact(what, question, tuple(row)) for row in connection.execute(asked)]


def _fact(what: Counting, question: Question, row: tuple[Any, ...]) -> Fact:
    left = iter(row)
    keys = tuple("" if each is None else str(each) for each in islice(left, len(question.keys)))
    quarter = int(next(left)) if question.unit else -1
    value = None if what.value is None else int(next(left))
    counts = {name: int(next(left) or 0) for name in what.counts}
    found = {name: next(left) for name in what.largest}
    largest = {name: int(each) for name, each in found.items() if each is not None}
    return Fact(keys, counts, quarter, value, largest)


def between(at: ColumnElement[Any], question: Question) -> tuple[ColumnElement[bool], ...]:
    """In the time that is asked for."""
    return at >= question.since, at < question.until


def one_of(column: ColumnElement[Any], names: Sequence[str]) -> list[ColumnElement[bool]]:
    """A filter; no names: none."""
    return [column.in_(names)] if names else []


def in_category(column: ColumnElement[Any], paths: Sequence[str]) -> list[ColumnElement[bool]]:
    """One of these categories or one below it."""
    if not paths:
        return []
    below = [column.startswith(f"{path}.", autoescape=True) for path in paths]
    return [or_(column.in_(paths), *below)]


def allowed(*reaches: tuple[ColumnElement[Any], Sequence[str]]) -> ColumnElement[bool]:
    """What somebody may see: a row of one of his people, teams or queues."""
    return or_(false(), *(column.in_(names) for column, names in reaches if names))


def genuine(tenant: int) -> tuple[ColumnElement[bool], ...]:
    """Contacts of this house that are no tests."""
    return interaction.c.tenant_id == tenant, interaction.c.is_test.is_(False)
