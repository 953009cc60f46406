"""The seam of what agents say, while they wind a call up, of how its caller was served.

Kept beside the answers of callers and never among them. One for each contact and agent.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class AgentScore:
    """What an agent said of a call. version: 64 hex digits of the wording he was shown. kind: csat,
    nps, ces. language: in which he was asked."""

    call: str
    agent: str
    survey: str
    plan: str
    version: str
    question: str
    kind: str
    number: int
    language: str = ""


class AgentScores(Protocol):
    """One row for each contact and agent. Errors: StoreError."""

    async def keep(self, score: AgentScore, at: datetime, new_id: Callable[[], str]) -> None:
        """Keep it, in the place of his earlier one. new_id: of the response, a ULID.

        Raises NotFoundError where contact, wording or plan are not known.
        """

    async def take_back(self, call: str, agent: str) -> None:
        """Forget what this agent said of this contact; nothing if he said nothing."""

    async def of(self, call: str, agent: str) -> AgentScore | None:
        """What this agent said of this contact; None = nothing yet."""
