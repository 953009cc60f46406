"""Agents as the store keeps them and as the queue machine knows them."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from ivr.acd.words import AgentCard
from ivr.domain.agent import AgentId, Reach
from ivr.runtime.groups.times import to_ns

if TYPE_CHECKING:
    from datetime import tzinfo

    from ivr.runtime.ports.desk import AgentRow


def card_of(row: AgentRow, zone: tzinfo) -> AgentCard:
    """An agent as the queue machine knows him; a certificate ends with its last day."""
    return AgentCard(
        AgentId(row.name),
        row.number,
        tuple(row.teams),
        dict(row.skills),
        {name: _end_of(day, zone) for name, day in row.certificates.items()},
        {Reach(way): address for way, address in row.endpoints.items()},
    )


def _end_of(day: str, zone: tzinfo) -> int:
    after = date.fromisoformat(day) + timedelta(days=1)
    return to_ns(datetime.combine(after, time(), zone))
