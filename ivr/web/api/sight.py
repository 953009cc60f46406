"""What somebody may see of agents, queues and calls, by the scope of his right.

Who may not know of a thing is told the same as if it were not there.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from ivr.domain.errors import NotFoundError
from ivr.domain.phone import mask_phone
from ivr.web.permissions import ALL, OWN, may

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from ivr.runtime.ports import InteractionRow
    from ivr.runtime.ports.desk import GroupLog
    from ivr.web.floor import Floor, Row
    from ivr.web.permissions import Scope, Who

ACCEPTED = "accepted"
FULL_AFTER = timedelta(minutes=15)
"""How long after its end an agent still sees the number of his own caller."""
OWN_DAYS = timedelta(days=30)
_NUMBER = re.compile(r"[0-9](?:[ ()./-]*[0-9]){5}")
"""Six digits and more, however they are grouped."""


@dataclass(frozen=True, slots=True)
class Sight:
    """The part of the floor that lies within a scope."""

    floor: Floor
    who: Who
    scope: Scope

    def has_agent(self, row: Row) -> bool:
        """Whether an agent lies within it."""
        if self.scope == OWN:
            return bool(row["agent"] == self.who.name)
        return self.scope == ALL or not set(self.who.teams).isdisjoint(row.get("teams", ()))

    def agents(self) -> list[Row]:
        """The agents within it."""
        return [row for row in self.floor.agents() if self.has_agent(row)]

    def agent(self, name: str) -> Row:
        """One of them. Raises NotFoundError."""
        row = self.floor.agent(name)
        if not row or not self.has_agent(row):
            raise NotFoundError("there is no such agent")
        return row

    def queues(self) -> list[Row]:
        """The queues within it: those that an agent within it serves."""
        rows = self.floor.queues()
        if self.scope == ALL:
            return list(rows)
        served = {queue for row in self.agents() for queue in row.get("queues", ())}
        return [row for row in rows if row["queue"] in served]

    def of_queues(self, rows: Iterable[Row]) -> list[Row]:
        """Those of the rows that are about a queue within it. Who sees all sees also what is about
        a queue that is no more."""
        if self.scope == ALL:
            return list(rows)
        within = {row["queue"] for row in self.queues()}
        return [row for row in rows if row["queue"] in within]

    def queue(self, name: str) -> Row:
        """One of them. Raises NotFoundError."""
        for row in self.queues():
            if row["queue"] == name:
                return row
        raise NotFoundError("there is no such queue")

    def check_call(self, call: str) -> None:
        """Raises NotFoundError unless the call is talked or waits within it."""
        if any(row.get("call") == call for row in self.agents()):
            return
        if self.scope != OWN and self.waits(call):
            return
        raise NotFoundError("there is no such call")

    def waits(self, call: str) -> bool:
        """Whether the call waits in one of its queues."""
        return any(
            row.get("call") == call
            for queue in self.queues()
            for row in self.floor.waiting(queue["queue"])
        )


@dataclass(frozen=True, slots=True)
class PastCalls:
    """Recorded calls within a scope: those that an agent within it has answered."""

    log: GroupLog
    sight: Sight
    now: datetime

    async def has(self, row: InteractionRow) -> bool:
        """Whether this one is within it; the own ones for 30 days."""
        sight = self.sight
        if sight.scope == ALL:
            return True
        if sight.scope == OWN and row.started_at < self.now - OWN_DAYS:
            return False
        names = {str(agent["agent"]) for agent in sight.agents()} | {sight.who.name}
        return not names.isdisjoint(answered_by(await self.log.offers(row.public_id)))

    def caller(self, row: InteractionRow) -> str | None:
        """The caller's number as this person may see it."""
        scope = may(self.sight.who, "number", "r")
        late = row.ended_at is not None and row.ended_at < self.now - FULL_AFTER
        if row.ani is None or scope == ALL or (scope is not None and not (scope == OWN and late)):
            return row.ani
        return mask_phone(row.ani)


def answered_by(offers: Iterable[Mapping[str, Any]]) -> set[str]:
    """The agents who took the call."""
    return {
        str(offer["agent"])
        for offer in offers
        if ACCEPTED in {offer.get("state"), offer.get("end")}
    }


def shown(rows: Sequence[Row], who: Who) -> list[Row]:
    """Rows with numbers hidden from those who may not see them: the caller's, and that of another
    agent's own telephone."""
    callers = may(who, "number", "r") is not None
    telephones = may(who, "agent", "e") is not None
    return [_shown(row, callers, telephones or row.get("agent") == who.name) for row in rows]


def _shown(row: Row, *rights: bool) -> Row:
    hidden = {
        key: mask_phone(row[key])
        for key, allowed in zip(("caller", "endpoint"), rights, strict=True)
        if not allowed and _NUMBER.search(str(row.get(key) or ""))
    }
    return {**row, **hidden} if hidden else row
