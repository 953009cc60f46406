"""The seam of surveys after tickets: tickets that were closed, and who is asked about them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from ivr.surveys.after_ticket import Closed
    from ivr.surveys.model import Plan, Survey


class ClosedTickets(Protocol):
    """The rows. Errors: StoreError."""

    async def undecided(self, since: datetime, limit: int) -> Sequence[Closed]:
        """Tickets that were closed since a moment, are still closed and were looked at by no plan;
        nobody's whose customer was erased. The oldest first."""

    async def decide(
        self,
        closed: Closed,
        plans: Sequence[tuple[Survey, Plan]],
        at: datetime,
        new_id: Callable[[], str],
    ) -> bool:
        """Decide and write down what becomes of it under each plan in force, with their quotas as
        they are at that moment; False: it was before, so that a ticket that is closed a second time
        asks nobody again."""
