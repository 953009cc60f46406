"""Calling somebody from the desk: the agent's telephone rings first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pydantic import BaseModel

from ivr.domain.errors import NotAllowedError, NotValidError
from ivr.domain.phone import mask_phone
from ivr.web.api.fields import Reason  # noqa: TC001 - read at run time
from ivr.web.api.parts import BASE
from ivr.web.permissions import Right
from ivr.web.typed import Ask, Body, Route

if TYPE_CHECKING:
    from ivr.web.api.parts import ApiParts


class Dialled(Body):
    """Whom to call: a number as people write it in this country, or in E.164."""

    to: Reason


class Begun(BaseModel):
    """The call that was begun."""

    call: str


@dataclass(frozen=True, slots=True)
class DialRoutes:
    """The route /dial."""

    parts: ApiParts

    def routes(self) -> list[Route]:
        """The operations of this module."""
        right = Right("dial", "x")
        return [Route("POST", f"{BASE}/dial", self.dial, right, status=201, also=(404, 409))]

    async def dial(self, ask: Ask, body: Dialled) -> Begun:
        """Call somebody: your own telephone rings, and once you answer the other one does."""
        if not ask.who.agent:
            raise NotAllowedError("only agents call somebody from the desk")
        if self.parts.dials is None:
            raise NotValidError("nobody can be called from here")
        await self.parts.write_down(ask, "dial", mask_phone(body.to))
        return Begun(call=await self.parts.dials.dial(ask.who.name, body.to))
