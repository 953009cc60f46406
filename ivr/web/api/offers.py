"""Offers: an agent declines one at the desk; taken is a call at the telephone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ivr.domain.errors import IllegalTransitionError, NotFoundError
from ivr.web.api.fields import Key, Reason  # noqa: TC001 - read at run time
from ivr.web.api.parts import BASE
from ivr.web.permissions import Right
from ivr.web.typed import Ask, Body, Route, Row

if TYPE_CHECKING:
    from ivr.web.api.parts import ApiParts


class Decline(Body):
    """Why the agent does not take the call."""

    reason: Reason


@dataclass(frozen=True, slots=True)
class OfferRoutes:
    """The routes /offers."""

    parts: ApiParts

    def routes(self) -> list[Route]:
        """The operations of this module."""
        one = f"{BASE}/offers/{{offer}}"
        right = Right("offer", "x")
        return [
            Route("POST", f"{one}/decline", self.decline, right, also=(409,)),
        ]

    async def decline(self, ask: Ask, offer: Key, body: Decline) -> None:
        """Do not take the call; the caller keeps the place."""
        if self._own(ask, offer).get("may_decline") is False:
            raise IllegalTransitionError("offers of this queue cannot be declined")
        await self.parts.floor.decline(offer, body.reason)

    def _own(self, ask: Ask, offer: str) -> Row:
        for row in self.parts.floor.offers(ask.who.name):
            if row["offer"] == offer:
                return row
        raise NotFoundError("there is no such offer any more")
