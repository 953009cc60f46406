"""Clocks and courses as rows: what their columns hold, and how they are read again."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from ivr.store.tables import escalation_fired
from ivr.tickets.escalation import next_at
from ivr.tickets.sla.course import Course, Episode
from ivr.tickets.sla.ledger import LedgerEvent
from ivr.tickets.sla.writing import Key

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sqlalchemy import Connection, RowMapping

    from ivr.store.tickets.operation import Operation
    from ivr.tickets.escalation import FiredKey
    from ivr.tickets.sla.policies import Rule
    from ivr.tickets.sla.writing import Clock


def rules_of(operation: Operation, clock: Clock) -> tuple[Rule, ...]:
    """The levels of escalation of a clock, by the policy that holds for it now."""
    for policy in operation.catalogue.policies:
        if policy.name == clock.state.policy:
            return tuple(policy.escalate.get(clock.key.metric, ()))
    return ()


def cached(operation: Operation, clock: Clock, done: Iterable[FiredKey] = ()) -> dict[str, Any]:
    """The columns of `sla_clock` that its ledger comes to."""
    state = clock.state
    stretch = state.stretches[-1] if state.running and state.stretches else None
    return {
        "policy": state.policy,
        "state": _word(clock),
        "verdict": state.verdict,
        "calendar": state.calendar,
        "paused_by": list(state.reasons),
        "counted_s": state.counted_s if stretch is None else _settled(clock),
        "target_s": state.target_s,
        "running_since": None if stretch is None else stretch.since,
        "due_at": state.due_at,
        "next_at": _look_at(operation, clock, frozenset(done)),
        "breached_at": state.breached_at,
        "started_at": state.started_at,
        "finished_at": state.finished_at,
        "last_seq": len(clock.ledger),
    }


def key_of(row: RowMapping) -> Key:
    """The key of a stored clock."""
    owner = "" if row["kind"] == "sla" else row["policy"]
    return Key(row["kind"], owner, row["metric"], row["instance"])


def written_key(key: Key) -> str:
    """A clock as the outside calls it, on its ticket."""
    return f"{key.kind}:{key.owner}:{key.metric}:{key.instance}"


def write_course(course: Course) -> dict[str, Any]:
    """A course as plain JSON."""
    return {
        "moves": [[at.isoformat(), state] for at, state in course.moves],
        "team": course.team,
        "assignee": course.assignee,
        "replied": course.replied,
        "tries": course.tries,
        "episodes": {
            metric: [each.number, each.since.isoformat(), each.end, each.former]
            for metric, each in course.episodes.items()
        },
    }


def read_course(stored: Mapping[str, Any]) -> Course:
    """The course that was written so."""
    return Course(
        moves=tuple((datetime.fromisoformat(at), state) for at, state in stored["moves"]),
        team=stored["team"],
        assignee=stored["assignee"],
        replied=stored["replied"],
        tries=stored["tries"],
        episodes={
            metric: Episode(number, datetime.fromisoformat(since), end, former)
            for metric, (number, since, end, former) in stored["episodes"].items()
        },
    )


def _settled(clock: Clock) -> int:
    """What was counted before the stretch that runs now."""
    return sum(each.counted_s for each in clock.state.stretches if each.until is not None)


def _word(clock: Clock) -> str:
    if clock.state.verdict == "cancelled":
        return "cancelled"
    if not clock.state.open:
        return "finished"
    return "running" if clock.state.running else "paused"


def _look_at(operation: Operation, clock: Clock, done: frozenset[FiredKey]) -> datetime | None:
    """When the clock is late, or its next level of escalation comes; None while it stands still."""
    state = clock.state
    if not state.running:
        return None
    times = [next_at(state, rules_of(operation, clock), done, operation.revisions)]
    if state.due_at is not None and state.breached_at is None:
        late = operation.revisions[state.calendar].add(state.due_at, 1)
        times.append(late)
    return min((each for each in times if each is not None), default=None)


def fired_of(connection: Connection, clock_id: int) -> set[FiredKey]:
    """The levels of a clock that were fired already."""
    question = select(escalation_fired.c.rule, escalation_fired.c.n)
    rows = connection.execute(question.where(escalation_fired.c.clock_id == clock_id))
    return {_fired_key(rule, n) for rule, n in rows}


def rule_word(key: FiredKey) -> str:
    """Policy and level as one word, as it is stored."""
    return f"{key[0]}/{key[1]}"


def _fired_key(rule: str, n: int) -> FiredKey:
    policy, _, level = rule.rpartition("/")
    return policy, int(level), n


def line_columns(event: LedgerEvent) -> dict[str, Any]:
    """A line of a ledger, but whose it is."""
    return {
        "seq": event.seq,
        "at": event.at,
        "kind": event.kind,
        "reason": event.reason,
        "target_s": event.target_s,
        "calendar": event.calendar or "",
        "data": dict(event.data),
    }


def event_of(row: RowMapping) -> LedgerEvent:
    """A line of a ledger as it was stored."""
    return LedgerEvent(
        row["seq"],
        row["at"],
        row["kind"],
        row["reason"],
        row["target_s"],
        row["calendar"] or None,
        dict(row["data"]),
    )
