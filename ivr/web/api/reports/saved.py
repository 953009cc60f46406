"""Questions to reports that people keep: each his own, and those that others share."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Annotated
from urllib.parse import parse_qs

from pydantic import BaseModel, Field

from ivr.domain.errors import NotFoundError
from ivr.reports.kinds import REPORTS
from ivr.runtime.ports.reports import SavedReport
from ivr.web.api.fields import Key  # noqa: TC001 - read at run time
from ivr.web.api.parts import BASE
from ivr.web.errors import InvalidError
from ivr.web.permissions import Right
from ivr.web.typed import Ask, Body, Items, Reply, Route

if TYPE_CHECKING:
    from ivr.web.api.reports.asking import ReportParts

MOST = 50


class SavedOut(BaseModel):
    """A question that is kept. mine: whether you may take it away."""

    id: str
    name: str
    query: str
    shared: bool
    owner: str
    mine: bool
    saved_at: datetime


class SavedNew(Body):
    """query: as the address of the page has it, `report=R2&by=queue&period=week`. shared: whether
    others see it; of the report itself everybody sees only what he may."""

    name: Annotated[str, Field(min_length=1, max_length=80, pattern=r"^\S(.*\S)?$")]
    query: Annotated[str, Field(min_length=1, max_length=1000)]
    shared: bool = False


@dataclass(frozen=True, slots=True)
class SavedRoutes:
    """The routes /saved-reports."""

    parts: ReportParts

    def routes(self) -> list[Route]:
        """The operations of this module."""
        many, right = f"{BASE}/saved-reports", Right("report", "r")
        return [
            Route("GET", many, self.saved, right),
            Route("POST", many, self.save, right, status=201),
            Route("DELETE", f"{many}/{{saved}}", self.remove, right, status=204),
        ]

    async def saved(self, ask: Ask) -> Items[SavedOut]:
        """Your own and those that others share, by name."""
        who = ask.who.name
        found = await self.parts.saved.seen_by(who)
        return Items(items=[_out(each, who) for each in found])

    async def save(self, ask: Ask, body: SavedNew) -> Reply[SavedOut]:
        """Keep a question, in the place of your earlier one of this name; fifty at most."""
        if parse_qs(body.query).get("report", [""])[0] not in REPORTS:
            told = {"in": "body", "pointer": "/query", "code": "value", "params": {}}
            raise InvalidError([{**told, "message": "the query names no report"}])
        new = SavedReport(
            id=self.parts.new_id(),
            owner=ask.who.name,
            name=body.name,
            query=body.query,
            shared=body.shared,
            saved_at=self.parts.api.clock.now(),
        )
        return Reply(_out(await self.parts.saved.save(new, MOST), ask.who.name))

    async def remove(self, ask: Ask, saved: Key) -> None:
        """Take one of your own away."""
        if not await self.parts.saved.remove(saved, ask.who.name):
            raise NotFoundError("you keep no such report")


def _out(row: SavedReport, who: str) -> SavedOut:
    return SavedOut(
        id=row.id,
        name=row.name,
        query=row.query,
        shared=row.shared,
        owner=row.owner,
        mine=row.owner == who,
        saved_at=row.saved_at,
    )
