"""What R5 counts: how long agents were in which state, cut to the time that is asked for."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any

from sqlalchemy import BigInteger, case, func, literal, select, union_all

from ivr.domain.agent import AgentState
from ivr.reports.model import Fact
from ivr.reports.periods import QUARTER_S
from ivr.reports.spans import count_of, instant_ns, quarters
from ivr.store.reports.counting import allowed, one_of
from ivr.store.tables import agent_span, agent_state

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from sqlalchemy import Connection, Subquery

    from ivr.reports.model import Question

_ROW = agent_span.c
_QUARTER_NS = QUARTER_S * 10**9


def spent(connection: Connection, question: Question, _tenant: int) -> list[Fact]:
    """Microseconds of each agent by what he did; by quarters of an hour where periods are asked.

    Stretches within one quarter are added up by the database. One that crosses a border comes by
    itself: an agent has only one for the same first and last quarter.
    """
    cut = min(question.until, question.now)
    if cut <= question.since:
        return []
    mine = _stretches(question, cut).c
    for_queue = case((mine.queue == "", 0), else_=1).label("for_queue")
    keys = [mine.agent, mine.state, for_queue]
    places = [mine.start // _QUARTER_NS, mine.end // _QUARTER_NS] if question.unit else []
    keys += [place.label(f"q{number}") for number, place in enumerate(places)]
    found = select(
        *keys,
        func.sum((mine.end - mine.start) // 1000).label("micros"),
        func.min(mine.start).label("first"),
        func.max(mine.end).label("last"),
    )
    asked = found.where(mine.state != AgentState.OFFLINE.value).group_by(*keys)
    return _facts([dict(row) for row in connection.execute(asked).mappings()], question)


def _stretches(question: Question, cut: datetime) -> Subquery:
    """Agent, state, queue and `[start, end)` in ns of each state within the time."""
    mine = _changes(question, cut).c
    following = func.lead(mine.since).over(partition_by=mine.agent, order_by=mine.since)
    since = instant_ns(question.since)
    start = case((mine.since < since, literal(since, BigInteger)), else_=mine.since)
    end = func.coalesce(following, literal(instant_ns(cut), BigInteger))
    return select(
        mine.agent, mine.state, mine.queue, start.label("start"), end.label("end")
    ).subquery()


def _changes(question: Question, cut: datetime) -> Subquery:
    """What agents did in the time, and what each was doing when it began."""
    since, until = instant_ns(question.since), instant_ns(cut)
    columns = (_ROW.agent, _ROW.since, _ROW.state, _ROW.queue)
    whose = [*one_of(_ROW.agent, question.agents)]
    if question.within is not None:
        whose.append(allowed((_ROW.agent, question.within.agents)))
    in_time = select(*columns).where(_ROW.since >= since, _ROW.since < until, *whose)
    earlier = agent_span.alias("earlier").c
    agents = select(agent_state.c.key).distinct().subquery().c
    last = (
        select(func.max(earlier.since))
        .where(earlier.agent == agents.key, earlier.since < since)
        .scalar_subquery()
    )
    before = select(*columns).where(_ROW.agent == agents.key, _ROW.since == last, *whose)
    return union_all(in_time, before).subquery()


def _facts(rows: Iterable[Mapping[str, Any]], question: Question) -> list[Fact]:
    found: defaultdict[tuple[tuple[str, ...], int], Counter[str]] = defaultdict(Counter)
    for row in rows:
        keys = (row["agent"],) if question.keys else ()
        name = count_of(row["state"], for_queue=bool(row["for_queue"]))
        for quarter, micros in _quarters(row, question):
            found[keys, quarter][name] += micros
    return [Fact(keys, counts, quarter) for (keys, quarter), counts in found.items()]


def _quarters(row: Mapping[str, Any], question: Question) -> Iterable[tuple[int, int]]:
    if not question.unit:
        return [(-1, int(row["micros"]))]
    if row["q0"] == row["q1"]:
        return [(row["q0"], int(row["micros"]))]
    return quarters(row["first"], row["last"])
