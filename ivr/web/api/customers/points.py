"""How a customer is reached: adding numbers and addresses, ending, verifying, confirming them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from ivr.domain.errors import NotFoundError
from ivr.runtime.ports.customers import NewPoint
from ivr.web.api.customers.fields import Line, Out, Ref, Word
from ivr.web.api.customers.shapes import PointOut, point_out
from ivr.web.api.parts import BASE
from ivr.web.permissions import Right
from ivr.web.typed import Ask, Body, Items, Reply, Route

if TYPE_CHECKING:
    from ivr.runtime.ports.customers import ContactPoint, PointAdded
    from ivr.web.api.customers.parts import CustomerParts

AGENT = "agent"


class PointNew(Body):
    """A number or address. network: of a handle that does not name it. origin: how it came to us;
    only programs choose it, what people type is `agent`."""

    kind: Literal["phone", "email", "handle"]
    value: Annotated[Line, Field(min_length=1, max_length=254)]
    origin: Literal["code", "agent", "import", "web_form", "text"] = "agent"
    label: Word = ""
    primary: bool = False
    shared: bool = False
    network: Annotated[str, Field(pattern=r"^[a-z0-9_.-]{0,24}\z")] = ""


class PointChange(Body):
    """What shall be otherwise. One of a kind is primary at most."""

    label: Word | None = None
    primary: bool | None = None
    shared: bool | None = None


class Verification(Body):
    """How it was checked. By code: programs only, which have sent the code."""

    how: Literal["agent", "code"] = "agent"


class PointAddedOut(Out):
    """merged: the merge that it brought about; candidate: the pair that a person has to decide on;
    both "" as a rule."""

    point: PointOut
    merged: str
    candidate: str


@dataclass(frozen=True, slots=True)
class PointRoutes:
    """The routes /customers/{customer}/points and /contact-points."""

    parts: CustomerParts

    def routes(self) -> list[Route]:
        """The operations of this module."""
        many, one = f"{BASE}/customers/{{customer}}/points", f"{BASE}/contact-points/{{point}}"
        edit = Right("customer", "e")
        return [
            Route("GET", many, self.customer_points, Right("customer", "r")),
            Route("POST", many, self.add_point, edit, status=201),
            Route("PATCH", one, self.change_point, edit),
            Route("POST", f"{one}/end", self.end_point, edit),
            Route("POST", f"{one}/verify", self.verify_point, edit),
            Route("POST", f"{one}/confirm", self.confirm_point, edit),
        ]

    async def customer_points(self, ask: Ask, customer: Ref) -> Items[PointOut]:
        """Every number and address, those in use and primary first."""
        row = await self.parts.customers.get(customer)
        if row is None:
            raise NotFoundError("there is no such customer")
        eyes = await self.parts.eyes(ask, row.id)
        found = await self.parts.customers.points(row.id)
        return Items(items=[point_out(each, eyes) for each in found])

    async def add_point(self, ask: Ask, customer: Ref, body: PointNew) -> Reply[PointAddedOut]:
        """Add a number or address; one that he has already is confirmed."""
        origin = body.origin if ask.who.key_rights is not None else AGENT
        new = NewPoint(**{**body.model_dump(), "origin": origin})
        added = await self.parts.customers.add_point(customer, new, self.parts.act(ask))
        return Reply(await self._added(ask, added))

    async def change_point(self, ask: Ask, point: Ref, body: PointChange) -> PointOut:
        """Change how it is called, whether it comes first, whether several people use it."""
        changes = body.model_dump(exclude_none=True)
        act = self.parts.act(ask)
        return await self._out(ask, await self.parts.customers.change_point(point, changes, act))

    async def end_point(self, ask: Ask, point: Ref) -> PointOut:
        """It is no longer in use: never matched again, still shown in the record."""
        return await self._out(
            ask, await self.parts.customers.end_point(point, self.parts.act(ask))
        )

    async def verify_point(self, ask: Ask, point: Ref, body: Verification) -> PointAddedOut:
        """It was checked that it is his."""
        how = body.how if ask.who.key_rights is not None else AGENT
        act = self.parts.act(ask)
        return await self._added(ask, await self.parts.customers.verify_point(point, how, act))

    async def confirm_point(self, ask: Ask, point: Ref) -> PointOut:
        """He was reached by it: its confidence counts from now on again."""
        return await self._out(ask, await self.parts.customers.confirm(point, self.parts.act(ask)))

    async def _out(self, ask: Ask, row: ContactPoint) -> PointOut:
        return point_out(row, await self.parts.eyes(ask, row.customer))

    async def _added(self, ask: Ask, added: PointAdded) -> PointAddedOut:
        point = await self._out(ask, added.point)
        return PointAddedOut(point=point, merged=added.merged, candidate=added.candidate)
