"""What R23 counts: the facts of other reports about the same agents, side by side."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ivr.store.reports import contacts, handling, solutions, spans, transfers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from ivr.reports.model import Fact, Question

_MOVED = "moved"


def of_agents(connection: Connection, question: Question, tenant: int) -> list[Fact]:
    """Handling, time, solutions, moves and scores; contacts are those of handling."""
    parts = (handling.handled, spans.spent, contacts.solved, solutions.scored)
    found = [fact for part in parts for fact in part(connection, question, tenant)]
    return [*found, *_moved(transfers.given_on(connection, question, tenant))]


def _moved(facts: Sequence[Fact]) -> list[Fact]:
    """Only the moves: contacts are counted already."""
    return [
        replace(each, counts={_MOVED: each.counts[_MOVED]})
        for each in facts
        if each.counts.get(_MOVED)
    ]
