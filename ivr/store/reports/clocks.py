"""What R11 and R15 count: clocks that finished, and the levels of escalation that were fired."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func

from ivr.store.reports.counting import Counting, between, counted
from ivr.store.reports.expressions import times, total
from ivr.store.reports.ticketed import KEYS, joined, wanted
from ivr.store.tables import escalation_fired, sla_clock, ticket

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from ivr.reports.model import Fact, Question

_CLOCK, _FIRED = sla_clock.c, escalation_fired.c
_MET, _BREACHED = "met", "breached_closed"
_OF_CLOCK = {"metric": _CLOCK.metric, "policy": _CLOCK.policy, "kind": _CLOCK.kind}


def attainment(connection: Connection, question: Question, tenant: int) -> list[Fact]:
    """Clocks that finished in the period, by verdict; cancelled ones have none."""
    ended = _CLOCK.verdict.in_((_MET, _BREACHED))
    source = sla_clock.join(ticket, ticket.c.id == _CLOCK.ticket_id)
    what = Counting(
        source=joined(source, question),
        where=[*between(_CLOCK.finished_at, question), ended, *wanted(question, tenant)],
        at=_CLOCK.finished_at,
        keys={**KEYS, **_OF_CLOCK},
        counts={
            "met": times(_CLOCK.verdict == _MET),
            "breached": times(_CLOCK.verdict == _BREACHED),
            "counted_ms": total(_CLOCK.counted_s, ended) * 1000,
        },
    )
    return counted(connection, what, question)


def escalations(connection: Connection, question: Question, tenant: int) -> list[Fact]:
    """Levels fired in the period. The level is the rule without its number of repetition."""
    source = escalation_fired.join(sla_clock, _CLOCK.id == _FIRED.clock_id).join(
        ticket, ticket.c.id == _CLOCK.ticket_id
    )
    what = Counting(
        source=joined(source, question),
        where=[*between(_FIRED.at, question), *wanted(question, tenant)],
        at=_FIRED.at,
        keys={**KEYS, **_OF_CLOCK, "level": _FIRED.rule},
        counts={
            "fired": times(_FIRED.outcome == "sent"),
            "skipped": times(_FIRED.outcome == "skipped"),
            "nobody": times(_FIRED.outcome == "nobody"),
            "all": func.count(),
        },
    )
    return counted(connection, what, question)
