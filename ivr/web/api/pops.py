"""Screen pops: the agent has made sure who is calling."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ivr.domain.errors import NotFoundError
from ivr.web.api.fields import Key  # noqa: TC001 - read at run time
from ivr.web.api.parts import BASE
from ivr.web.permissions import Right
from ivr.web.typed import Ask, Route

if TYPE_CHECKING:
    from ivr.web.api.parts import ApiParts


@dataclass(frozen=True, slots=True)
class PopRoutes:
    """The route /pops/{pop}/confirm."""

    parts: ApiParts

    def routes(self) -> list[Route]:
        """The operations of this module."""
        path = f"{BASE}/pops/{{pop}}/confirm"
        return [Route("POST", path, self.confirm, Right("offer", "x"))]

    async def confirm(self, ask: Ask, pop: Key) -> None:
        """You have made sure who is calling: fields that wait for that are shown."""
        await self.parts.write_down(ask, "identity-confirmed", pop)
        if not await self.parts.confirm(pop, ask.who.name):
            raise NotFoundError("this pop is not open at your desk")
