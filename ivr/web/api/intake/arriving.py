"""Putting something into the intake by program: a chat, a letter that was scanned, a fax."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from ivr.domain.errors import NotFoundError
from ivr.runtime.ports.intake import NewItem
from ivr.tickets.identity.points import Standing, read_point
from ivr.web.api.customers.fields import (  # noqa: TC001 - read at run time
    Line,
    Long,
    MaybeCode,
    Word,
)
from ivr.web.api.intake.shapes import ItemLine  # noqa: TC001 - read at run time
from ivr.web.api.parts import BASE
from ivr.web.once import key_of
from ivr.web.permissions import Right
from ivr.web.typed import Ask, Body, Reply, Route

if TYPE_CHECKING:
    from ivr.web.api.intake.parts import IntakeParts

MOST_KEY = 200


class Arrival(Body):
    """Something that came in elsewhere. sender: an e-mail address or a telephone number, "" = not
    known. source_name: the place it came from, such as the name of a mailbox or page."""

    medium: Literal["social", "letter", "fax", "api", "sms", "email"] = "api"
    subject: Line = ""
    body: Annotated[Long, Field(min_length=1)]
    sender: Word = ""
    sender_name: Word = ""
    category: MaybeCode = ""
    team: Word = ""
    source_name: Word = ""


@dataclass(frozen=True, slots=True)
class ArrivingRoutes:
    """The route POST /intake."""

    parts: IntakeParts

    def routes(self) -> list[Route]:
        """The operation of this module."""
        return [Route("POST", f"{BASE}/intake", self.arrive, Right("intake", "a"), status=201)]

    async def arrive(self, ask: Ask, body: Arrival) -> Reply[ItemLine]:
        """Put something in; with an Idempotency-Key a repeat gives the item that there is."""
        act = self.parts.act(ask)
        key = key_of(ask.request) or self.parts.new_id()
        catalogue = self.parts.rules().catalogue
        if body.category and catalogue.category(body.category) is None:
            raise NotFoundError("there is no such category")
        kind = "email" if "@" in body.sender else "phone" if body.sender else ""
        point = read_point(kind, body.sender, self.parts.rules().country) if kind else None
        known = point is not None and point.standing is Standing.OK
        new = NewItem(
            medium=body.medium,
            received_at=act.at,
            dedupe_key=f"api:{ask.who.name}:{key}"[:MOST_KEY],
            subject=body.subject,
            body=body.body,
            sender=body.sender,
            sender_norm=(point.norm or "") if point and known else "",
            sender_kind=kind if known else "",
            sender_name=body.sender_name,
            account=body.source_name,
            team=body.team,
            category=body.category,
        )
        accepted = await self.parts.intake.accept(new, act)
        row = self.parts.line(ask, accepted.item)
        return Reply(row, 201 if accepted.fresh else 200)
