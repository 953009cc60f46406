"""The seam of calls of planned surveys: whom to call, which calls are under way, and the day's sum.

Each call is a row before it is begun; it is begun and settled through `SurveyTexts.change`, in one
transaction with the invitation, so that a server that is killed in between calls nobody twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class LiveCallRow:
    """A call that was begun and not settled. state: of its invitation (public id)."""

    invitation: str
    call: str
    state: str


@dataclass(frozen=True, slots=True)
class Day:
    """The calls since a moment that were answered, and those of them that nobody served in time."""

    answered: int = 0
    abandoned: int = 0


class SurveyCalls(Protocol):
    """Reading. Errors: StoreError."""

    async def due(self, now: datetime, limit: int) -> Sequence[str]:
        """Invitations of people who are to be called now, the earliest first."""

    async def live(self) -> Sequence[LiveCallRow]:
        """Calls that are not settled, the oldest first."""

    async def day(self, since: datetime) -> Day:
        """Calls placed since a moment."""
