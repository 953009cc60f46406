"""Words of ours and of another ticket system, in both directions.

Several of our statuses can be one word there; the way back then leads to the one that the
configuration names, else to the one that every house has.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ivr.tickets.sla.facts import PRIORITIES
from ivr.tickets.states import CLOSED, MERGED, default_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ivr.cti.adapters.far import FarRules, FarTicket, TicketOut

_ONE_WAY = frozenset({CLOSED, MERGED})
"""Types that a ticket comes to by our own rules only."""


@dataclass(frozen=True, slots=True)
class Tongue:
    """How a kind of system speaks. statuses: type of a status -> its word; priorities: from low to
    urgent; nobody: its word for a ticket without owner; also: statuses that count as another."""

    statuses: Mapping[str, str]
    priorities: Sequence[str]
    nobody: str = ""
    also: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Translation:
    """Between our words and those of one system."""

    rules: FarRules
    tongue: Tongue

    def status(self, ticket: TicketOut) -> str:
        """Its status in their words."""
        return self.rules.status.get(ticket.status, self.tongue.statuses[ticket.state])

    def fields(self, ticket: TicketOut) -> dict[str, str]:
        """Its fields in their words; an owner whom they do not know is missing."""
        found = {
            "status": self.status(ticket),
            "priority": self.tongue.priorities[ticket.priority - 1],
        }
        if not ticket.assignee:
            return found | {"assignee": ""}
        known = self.rules.people.get(ticket.assignee)
        return found | ({"assignee": known} if known else {})

    def theirs(self, there: FarTicket) -> dict[str, str]:
        """The fields of a ticket of theirs; a priority between two of ours is the nearer one."""
        owner = "" if there.owner == self.tongue.nobody else there.owner
        level = self._level(there.priority)
        priority = self.tongue.priorities[level] if level is not None else there.priority
        status = self.tongue.also.get(there.status, there.status)
        return {"status": status, "assignee": owner, "priority": priority}

    def ours(self, field: str, word: str) -> str | None:
        """What a word of theirs is here; None if it is nothing."""
        if field == "status":
            return self._status(word)
        if field == "assignee":
            return self._person(word)
        level = self._level(word)
        return None if level is None else PRIORITIES[level]

    def _status(self, word: str) -> str | None:
        for code, known in self.rules.status.items():
            if known == word:
                return code
        for kind, known in self.tongue.statuses.items():
            if known == word and kind not in _ONE_WAY:
                return default_of(kind).code
        return None

    def _person(self, word: str) -> str | None:
        if not word:
            return ""
        return next((ours for ours, known in self.rules.people.items() if known == word), None)

    def _level(self, word: str) -> int | None:
        scale = self.tongue.priorities
        if word in scale:
            return scale.index(word)
        if not (word.isdecimal() and scale[0].isdecimal()):
            return None
        return min(range(len(scale)), key=lambda each: abs(int(scale[each]) - int(word)))
