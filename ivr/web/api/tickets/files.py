"""Files on tickets: sent with a reply, a note, or with what a customer has said.

A form (multipart), not JSON: this stands beside the typed routes, behind the same gate and rights.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from aiohttp import web
from pydantic import ValidationError

from ivr.domain.errors import NotValidError
from ivr.web.api.customers.fields import Long, Word  # noqa: TC001 - read at run time
from ivr.web.api.fields import Key  # noqa: TC001 - read at run time
from ivr.web.api.parts import BASE
from ivr.web.api.tickets.articles import ArticleAdded, ArticleRoutes
from ivr.web.api.tickets.sight import sight_of
from ivr.web.errors import InvalidError
from ivr.web.files.receiving import received
from ivr.web.gate import GATE
from ivr.web.permissions import Right
from ivr.web.reading import told
from ivr.web.typed import Ask, Body

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ivr.web.api.tickets.parts import TicketParts
    from ivr.web.files.receiving import Sent, Taking

ADD = Right("ticket", "a")


class FilesSaid(Body):
    """What is said with files, as fields of a form; see ArticleNew."""

    kind: Literal["reply", "note", "message", "call"] = "note"
    body: Long = ""
    internal: bool = False
    interaction: Key | Literal[""] = ""
    sender: Word = ""


@dataclass(frozen=True, slots=True)
class TicketFiles:
    """The route that takes files."""

    parts: TicketParts
    taking: Taking

    def routes(self) -> list[web.RouteDef]:
        """One."""
        return [web.post(f"{BASE}/tickets/{{ref}}/files", self.add)]

    async def add(self, request: web.Request) -> web.Response:
        """Say something with files. A repeat with the same Idempotency-Key adds nothing."""
        gate = request.app[GATE]
        ask = Ask(request, await gate.admit(request, ADD, fresh=False), gate.source(request))
        ref = request.match_info["ref"]
        await sight_of(self.parts, ask).ticket(ref)  # before anything is read
        async with received(request, self.taking) as sent:
            if sent.refused is not None:
                raise sent.refused
            if not sent.files:
                raise NotValidError("there is no file")
            added, fresh = await self._say(ask, ref, sent)
        headers = {"ETag": f'"{added.version}"'}
        text = added.model_dump_json()
        status = 201 if fresh else 200
        return web.json_response(text=text, status=status, headers=headers)

    async def _say(self, ask: Ask, ref: str, sent: Sent) -> tuple[ArticleAdded, bool]:
        articles = ArticleRoutes(self.parts)
        added, fresh = await articles.say(ask, ref, _said(sent.values), sent.take())
        sent.taken = fresh  # of a repeat the files are there already
        return added, fresh


def _said(values: Mapping[str, str]) -> FilesSaid:
    try:
        return FilesSaid.model_validate(values)
    except ValidationError as error:
        raise InvalidError(told("body", error)) from None
