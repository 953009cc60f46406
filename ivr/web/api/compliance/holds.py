"""Legal holds: everything about a customer, or everything there is, is kept while one stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime  # noqa: TC003 - read at run time
from typing import TYPE_CHECKING

from ivr.web.api.customers.fields import MaybeRef, Out, Ref
from ivr.web.api.fields import Reason  # noqa: TC001 - read at run time
from ivr.web.api.parts import BASE
from ivr.web.permissions import Right
from ivr.web.typed import Ask, Body, Items, Reply, Route

if TYPE_CHECKING:
    from ivr.web.api.compliance.parts import ComplianceParts


class HoldOut(Out):
    """An order to keep. customer: public id, "" = everybody."""

    id: str
    customer: str
    reason: str
    by: str
    at: datetime
    ended_at: datetime | None
    ended_by: str


class HoldNew(Body):
    """Whose data is kept, "" = everybody's, and by whose order."""

    customer: MaybeRef
    reason: Reason


@dataclass(frozen=True, slots=True)
class HoldRoutes:
    """The routes /holds."""

    parts: ComplianceParts

    def routes(self) -> list[Route]:
        """The operations of this module."""
        many = f"{BASE}/holds"
        read, add, end = (Right("hold", action) for action in "rax")
        return [
            Route("GET", many, self.holds, read),
            Route("POST", many, self.add_hold, add, status=201, also=(404,)),
            Route("POST", f"{many}/{{hold}}/end", self.end_hold, end, fresh=True, also=(409,)),
        ]

    async def holds(self, *, ended: bool = False) -> Items[HoldOut]:
        """Holds that stand, or with `ended` all of them; the newest first."""
        rows = await self.parts.holds.list(live=not ended)
        return Items(items=[HoldOut.model_validate(row) for row in rows])

    async def add_hold(self, ask: Ask, body: HoldNew) -> Reply[HoldOut]:
        """Keep everything about a customer, whatever else would destroy it."""
        row = await self.parts.holds.add(body.customer, body.reason, self.parts.act(ask))
        return Reply(HoldOut.model_validate(row))

    async def end_hold(self, ask: Ask, hold: Ref) -> HoldOut:
        """It is over; what is due goes with the next run."""
        return HoldOut.model_validate(await self.parts.holds.end(hold, self.parts.act(ask)))
