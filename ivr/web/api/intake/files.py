"""Handing out files that customers sent, as downloads: what is in them is never shown as a page.

Bytes, not JSON: these two stand beside the typed routes, behind the same gate and rights.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from aiohttp import web

from ivr.domain.errors import NotFoundError
from ivr.web.api.parts import BASE
from ivr.web.api.tickets.sight import sight_of
from ivr.web.files.handing_out import hand_out
from ivr.web.gate import GATE
from ivr.web.permissions import Right
from ivr.web.typed import Ask

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ivr.runtime.ports.files import Files
    from ivr.runtime.ports.ticket_rows import FileRow
    from ivr.web.api.intake.parts import IntakeParts
    from ivr.web.api.tickets.parts import TicketParts


@dataclass(frozen=True, slots=True)
class FilePages:
    """The handlers."""

    intake: IntakeParts
    tickets: TicketParts
    files: Files

    def routes(self) -> list[web.RouteDef]:
        """Both downloads."""
        return [
            web.get(f"{BASE}/intake/{{item}}/files/{{file}}", self.of_item),
            web.get(f"{BASE}/tickets/{{ref}}/files/{{file}}", self.of_ticket),
        ]

    async def of_item(self, request: web.Request) -> web.StreamResponse:
        """A file of an item that you may see."""
        ask = await _ask(request, "intake")
        row = await self.intake.item(ask, request.match_info["item"])
        return await self._answer(request, row.files)

    async def of_ticket(self, request: web.Request) -> web.StreamResponse:
        """A file of a ticket that you may see."""
        ask = await _ask(request, "ticket")
        row = await sight_of(self.tickets, ask).ticket(request.match_info["ref"])
        articles = await self.tickets.tickets.articles(row.number)
        return await self._answer(request, (file for each in articles for file in each.files))

    async def _answer(self, request: web.Request, files: Iterable[FileRow]) -> web.StreamResponse:
        wanted = request.match_info["file"]
        found = next((each for each in files if each.id == wanted and not each.purged), None)
        if found is None:
            raise NotFoundError("there is no such file")
        return await hand_out(request, self.files, found)


async def _ask(request: web.Request, resource: str) -> Ask:
    """Who asks; refused without the right to read."""
    gate = request.app[GATE]
    who = await gate.admit(request, Right(resource, "r"), fresh=False)
    return Ask(request, who, gate.source(request))
