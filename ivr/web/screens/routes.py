"""Keys of screens on walls: made, listed and taken back by supervisors and admins.

A supervisor shows the queues of his own teams only, and sees the screens that show nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import BaseModel, Field, StringConstraints

from ivr.domain.errors import NotFoundError, NotValidError
from ivr.runtime.ports.desk import ScreenRow
from ivr.web.api.fields import Key  # noqa: TC001 - read at run time
from ivr.web.api.parts import BASE
from ivr.web.api.sight import Sight
from ivr.web.auth.keys import new_key
from ivr.web.auth.tokens import digest
from ivr.web.permissions import ALL, Right, demand
from ivr.web.typed import Ask, Body, Items, Route

if TYPE_CHECKING:
    from ivr.runtime.ports.desk import Screens
    from ivr.web.api.parts import ApiParts
    from ivr.web.screens.stream import ScreenStream

PREFIX = "ivrs_"
PAGE = "/tv"
_READ, _EDIT = Right("screen", "r"), Right("screen", "e")


Title = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True, min_length=1, max_length=64, pattern=r"^[^\x00-\x1f\x7f]+\z"
    ),
]
"""One line, as it stands at the top of the screen."""


class NewScreen(Body):
    """A screen to be hung up. queues: whose figures it shows, in this order."""

    name: Title
    queues: Annotated[tuple[Key, ...], Field(min_length=1, max_length=50)]
    language: Literal["tr", "en"]


class ScreenOut(BaseModel):
    """A screen. open: how many show it now."""

    id: str
    name: str
    queues: tuple[str, ...]
    language: str
    created_by: str
    created_at: str
    open: int


class MadeScreen(BaseModel):
    """A screen and its address, which is told once: the key stands behind its #."""

    screen: ScreenOut
    url: str


@dataclass(frozen=True, slots=True)
class ScreenRoutes:
    """The routes /screens."""

    parts: ApiParts
    kept: Screens
    stream: ScreenStream

    def routes(self) -> list[Route]:
        """The operations of this module."""
        many = f"{BASE}/screens"
        return [
            Route("GET", many, self.screens, _READ),
            Route("POST", many, self.add_screen, _EDIT, 201),
            Route("DELETE", f"{many}/{{screen}}", self.revoke_screen, _EDIT, 204, also=(404,)),
        ]

    async def screens(self, ask: Ask) -> Items[ScreenOut]:
        """The screens that show nothing but queues within sight, by name."""
        rows = await self.kept.all()
        return Items(items=[self._out(row) for row in rows if self._sees(ask, _READ, row)])

    async def add_screen(self, ask: Ask, body: NewScreen) -> MadeScreen:
        """A new screen. Its address is told now and never again."""
        queues = tuple(dict.fromkeys(body.queues))
        strange = set(queues) - self._queues(ask, _EDIT)
        if strange:
            raise NotValidError(f"there is no queue {min(strange)!r}")
        id_, key = new_key(PREFIX)
        row = ScreenRow(
            *(id_, body.name, digest(key), queues, body.language),
            *(ask.who.name, self.parts.clock.now()),
        )
        await self.parts.write_down(ask, "screen_added", id_, name=row.name, queues=list(queues))
        await self.kept.add(row)
        return MadeScreen(screen=self._out(row), url=f"{self.parts.place.base}{PAGE}#{key}")

    async def revoke_screen(self, ask: Ask, screen: Key) -> None:
        """Take a key back: what shows it goes dark at once, and says why."""
        rows = {row.id: row for row in await self.kept.all()}
        if screen not in rows or not self._sees(ask, _EDIT, rows[screen]):
            raise NotFoundError("there is no such screen")
        await self.parts.write_down(ask, "screen_revoked", screen, name=rows[screen].name)
        await self.kept.remove(screen)
        self.stream.revoke(screen)

    def _queues(self, ask: Ask, right: Right) -> set[str]:
        scope = demand(ask.who, right.resource, right.action)
        return {row["queue"] for row in Sight(self.parts.floor, ask.who, scope).queues()}

    def _sees(self, ask: Ask, right: Right, row: ScreenRow) -> bool:
        """Who sees all sees also what shows a queue that is no more."""
        if demand(ask.who, right.resource, right.action) == ALL:
            return True
        return self._queues(ask, right).issuperset(row.queues)

    def _out(self, row: ScreenRow) -> ScreenOut:
        return ScreenOut(
            id=row.id,
            name=row.name,
            queues=row.queues,
            language=row.language,
            created_by=row.created_by,
            created_at=row.created_at.isoformat(),
            open=self.stream.count(row.id),
        )
