"""What R10 counts: contacts in which an agent talked, and how they were given on."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

from sqlalchemy import case, func, select

from ivr.reports.model import Fact
from ivr.reports.moves import KINDS, OUTSIDE, QUEUE, TALK, Part, comes_back, counts, moves
from ivr.store.reports.counting import (
    Counting,
    allowed,
    between,
    counted,
    genuine,
    in_category,
    one_of,
)
from ivr.store.reports.expressions import Quarter
from ivr.store.reports.handling import LONGEST, offered_in_time
from ivr.store.tables import interaction, interaction_segment

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy import ColumnElement, Connection, Subquery

    from ivr.reports.model import Question
    from ivr.reports.moves import Move

_PART, _MINE = interaction_segment.c, interaction.c
_PAIR = "pair"
_COLUMNS = {"queue": _PART.queue, "agent": _PART.agent, "category": _MINE.category}


def given_on(connection: Connection, question: Question, tenant: int) -> list[Fact]:
    """Contacts talked with, and the moves of those that were given on. By pairs: only these."""
    moved = list(_moved(connection, question, tenant))
    if _PAIR in question.keys:
        return moved
    talked = _talked(question, tenant)
    what = Counting(
        source=talked,
        where=(),
        at=talked.c.offered,
        keys={name: talked.c[name] for name in question.keys},
        counts={"contacts": func.count()},
    )
    return [*counted(connection, what, question), *moved]


def _talked(question: Question, tenant: int) -> Subquery:
    """One row for each contact that an agent talked in, and what the rows of the report are of."""
    keys = [_COLUMNS[name].label(name) for name in question.keys]
    offered = _offered() if question.unit else _MINE.started_at
    where = [*_asked(question, tenant), _PART.kind == TALK, offered_in_time(question, _offered())]
    where += [*one_of(_PART.queue, question.queues), *one_of(_PART.agent, question.agents)]
    if question.within is not None:
        where.append(allowed((_PART.agent, question.within.agents)))
    return (
        select(*keys, func.min(offered).label("offered"))
        .join(interaction, _MINE.id == _PART.interaction_id)
        .where(*where)
        .group_by(_PART.interaction_id, *(_COLUMNS[name] for name in question.keys))
        .subquery()
    )


def _asked(question: Question, tenant: int) -> list[ColumnElement[bool]]:
    return [
        _MINE.started_at >= question.since - LONGEST,
        _MINE.started_at < question.until,
        *genuine(tenant),
        *in_category(_MINE.category, question.categories),
    ]


def _offered() -> ColumnElement[Any]:
    """When a contact was offered to its first queue; without one, when it began."""
    wait = interaction_segment.alias("wait")
    first = select(func.min(wait.c.started_at)).where(
        wait.c.interaction_id == _MINE.id, wait.c.kind == QUEUE
    )
    return func.coalesce(first.correlate(interaction).scalar_subquery(), _MINE.started_at)


def _moved(connection: Connection, question: Question, tenant: int) -> Iterator[Fact]:
    """The facts of contacts in which something followed a talk."""
    steps = _PART.kind.in_((QUEUE, TALK, OUTSIDE))
    talk = func.min(case((_PART.kind == TALK, _PART.seq)))
    first = func.min(case((_PART.kind == QUEUE, _PART.started_at)))
    begin = func.min(_MINE.started_at)
    some = (
        select(_MINE.id, _MINE.category, func.coalesce(first, begin).label("offered"))
        .join(interaction_segment, _MINE.id == _PART.interaction_id)
        .where(*_asked(question, tenant), steps)
        .group_by(_MINE.id, _MINE.category)
        .having(talk < func.max(_PART.seq))
        .subquery()
    )
    asked = (
        select(some.c.id, some.c.category, _PART.kind, _PART.queue, _PART.agent)
        .add_columns(Quarter(some.c.offered).label("at_q"))
        .join(interaction_segment, _PART.interaction_id == some.c.id)
        .where(*between(some.c.offered, question), _PART.kind.in_(KINDS))
        .order_by(some.c.id, _PART.seq)
    )
    for _contact, group in groupby(connection.execute(asked), lambda row: row.id):
        rows = list(group)
        parts = [Part(row.kind, row.queue or "", row.agent or "") for row in rows]
        yield from _facts(parts, rows[0].category or "", rows[0].at_q, question)


def _facts(
    parts: Sequence[Part], category: str, quarter: int, question: Question
) -> Iterator[Fact]:
    """One for each key of the report that the moves of a contact fall under."""
    found: dict[tuple[str, ...], list[Move]] = {}
    for move in moves(parts):
        if _is_wanted(move, question):
            values = {"queue": move.queue, "agent": move.agent, _PAIR: move.pair}
            key = tuple(values.get(name, category) for name in question.keys)
            found.setdefault(key, []).append(move)
    back = int(comes_back(parts))
    alone = {"contacts": 1} if _PAIR in question.keys else {}
    for key, each in found.items():
        more = {**alone, "moved": 1, "back": back}
        yield Fact(key, {**counts(each), **more}, quarter if question.unit else -1)


def _is_wanted(move: Move, question: Question) -> bool:
    within = question.within
    return (
        (not question.queues or move.queue in question.queues)
        and (not question.agents or move.agent in question.agents)
        and (within is None or move.agent in within.agents)
    )
