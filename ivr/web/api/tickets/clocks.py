"""The clocks of a ticket: what was promised, how long it took, a target set by hand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime  # noqa: TC003 - read at run time
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from ivr.web.api.customers.fields import Code, Out, Ref
from ivr.web.api.fields import Reason  # noqa: TC001 - read at run time
from ivr.web.api.parts import BASE
from ivr.web.api.tickets.sight import sight_of
from ivr.web.permissions import Right
from ivr.web.typed import Ask, Body, Items, Route

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ivr.runtime.ports.tickets import ClockRow
    from ivr.web.api.tickets.parts import TicketParts

TEN_YEARS_S = 10 * 366 * 86_400


class ClockOut(Out):
    """A clock. state: running, paused, finished or cancelled; verdict: "" until it ended.

    counted_s: business seconds up to running_since, or all of them while it does not run.
    """

    id: str
    metric: str
    instance: int
    policy: str
    kind: str
    state: str
    verdict: str
    counted_s: int
    target_s: int
    calendar: str
    paused_by: tuple[str, ...]
    started_at: datetime
    running_since: datetime | None
    due_at: datetime | None
    breached_at: datetime | None
    finished_at: datetime | None


class TargetSet(Body):
    """Another target in business seconds, and why. recount: count again from the start."""

    target_s: Annotated[int, Field(ge=1, le=TEN_YEARS_S)]
    reason: Reason
    recount: bool = False


@dataclass(frozen=True, slots=True)
class ClockRoutes:
    """The routes /tickets/{ref}/clocks."""

    parts: TicketParts

    def routes(self) -> list[Route]:
        """The operations of this module."""
        many = f"{BASE}/tickets/{{ref}}/clocks"
        return [
            Route("GET", many, self.ticket_clocks, Right("ticket", "r")),
            Route("PUT", f"{many}/{{clock}}/target", self.set_target, Right("ticket", "e")),
        ]

    async def ticket_clocks(self, ask: Ask, ref: Ref) -> Items[ClockOut]:
        """Its clocks in the order they started, ended ones included."""
        row = await sight_of(self.parts, ask).ticket(ref)
        return _clocks(await self.parts.tickets.clocks(row.number))

    async def set_target(self, ask: Ask, ref: Ref, clock: Code, body: TargetSet) -> Items[ClockOut]:
        """Give a clock another target; supervisors only."""
        row = await sight_of(self.parts, ask).led(ref)
        act = self.parts.act(ask, body.reason)
        found = await self.parts.tickets.set_target(
            row.number, clock, body.target_s, act, recount=body.recount
        )
        return _clocks(found)


def _clocks(rows: Sequence[ClockRow]) -> Items[ClockOut]:
    return Items(items=[ClockOut.model_validate(row) for row in rows])
