"""Two records of one person: merging, undoing it, pairs to decide on, official numbers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime  # noqa: TC003 - read at run time
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import BaseModel, Field

from ivr.domain.errors import NotFoundError
from ivr.web.api.customers.fields import (
    Line,
    MaybeRef,
    Out,
    Ref,
    Word,
)
from ivr.web.api.customers.shapes import CustomerOut, customer_out
from ivr.web.api.fields import Reason  # noqa: TC001 - read at run time
from ivr.web.api.parts import BASE
from ivr.web.permissions import Right
from ivr.web.typed import Ask, Body, Items, Limit, Reply, Route

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ivr.runtime.ports.merges import Alike
    from ivr.web.api.customers.parts import CustomerParts

Value = Annotated[Line, Field(min_length=4, max_length=64)]


class MergeOut(Out):
    """A merge of two customers (public ids). moved: rows that changed."""

    id: str
    survivor: str
    loser: str
    at: datetime
    by: str
    reason: str
    moved: int
    undone_at: datetime | None
    undone_by: str


class ConflictOut(Out):
    """A row that stays as it is: changed since, gone, or taken by somebody else."""

    table: str
    row: str
    reason: str


class UndoneOut(Out):
    """What undoing brought. restored: rows that are as before."""

    merge: MergeOut
    restored: int
    conflicts: tuple[ConflictOut, ...]


class AlikeOut(Out):
    """Two customers who may be one. score: 0 to 100; evidence: codes, the weightiest first."""

    id: str
    a: CustomerOut
    b: CustomerOut
    score: int
    evidence: tuple[str, ...]
    state: str
    at: datetime
    decided_at: datetime | None
    decided_by: str


class IdentifierOut(Out):
    """An official number. last4: all that can be read of it."""

    scheme: str
    last4: str
    at: datetime
    verified_at: datetime | None


class IdentifierAddedOut(Out):
    """identifier null: another customer has it, until somebody decides."""

    identifier: IdentifierOut | None
    merged: str
    candidate: str


class CustomerMerge(Body):
    """The record that goes, and why."""

    loser: Ref
    reason: Reason


class Decision(Body):
    """Which of the two stays; "" = they are two people, and are never asked about again."""

    survivor: MaybeRef


class IdentifierNew(Body):
    """An official number, such as a citizen or passport number."""

    scheme: Annotated[Word, Field(min_length=1, max_length=24)]
    value: Value
    verified: bool = False


class IdentifierAsked(Body):
    """A number to be compared with the one that is kept."""

    scheme: Annotated[Word, Field(min_length=1, max_length=24)]
    value: Value


class Same(BaseModel):
    """Whether it is the same; nothing else can be learnt."""

    same: bool


@dataclass(frozen=True, slots=True)
class MergeRoutes:
    """The routes about merges, candidates and identifiers of customers."""

    parts: CustomerParts

    def routes(self) -> list[Route]:
        """The operations of this module."""
        many, one = f"{BASE}/customers", f"{BASE}/customers/{{customer}}"
        read, merge = Right("customer", "r"), Right("customer", "x")
        edit, compare = Right("customer", "e"), Right("identifier", "x")
        return [
            Route("GET", f"{many}/candidates", self.candidates, read),
            Route("POST", f"{many}/candidates/{{pair}}", self.decide, merge, also=(409,)),
            Route("POST", f"{many}/merges/{{merge}}/undo", self.undo_merge, merge, also=(409,)),
            Route("POST", f"{one}/merge", self.merge_customers, merge, also=(409,)),
            Route("GET", f"{one}/merges", self.customer_merges, read),
            Route("POST", f"{one}/candidates", self.seek_candidates, edit),
            Route("GET", f"{one}/identifiers", self.identifiers, read),
            Route("POST", f"{one}/identifiers", self.add_identifier, edit, status=201),
            Route("POST", f"{one}/identifiers/compare", self.compare_identifier, compare),
        ]

    async def candidates(
        self, ask: Ask, state: Literal["open", "merged", "rejected"] = "open", limit: Limit = 50
    ) -> Items[AlikeOut]:
        """Pairs of customers who may be one, the surest first."""
        return await self._pairs(ask, await self.parts.merges.candidates(state, limit=limit))

    async def decide(self, ask: Ask, pair: Ref, body: Decision) -> Items[MergeOut]:
        """Say that a pair is one person, and who stays; or that they are two."""
        merged = await self.parts.merges.decide(pair, body.survivor, self.parts.act(ask))
        return Items(items=[MergeOut.model_validate(merged)] if merged else [])

    async def merge_customers(
        self, ask: Ask, customer: Ref, body: CustomerMerge
    ) -> Reply[MergeOut]:
        """Merge another record into this one; it can be undone."""
        act = self.parts.act(ask)
        row = await self.parts.merges.merge(customer, body.loser, body.reason, act)
        return Reply(MergeOut.model_validate(row))

    async def undo_merge(self, ask: Ask, merge: Ref) -> UndoneOut:
        """Everything back that has not changed since; the rest is listed."""
        return UndoneOut.model_validate(await self.parts.merges.undo(merge, self.parts.act(ask)))

    async def customer_merges(self, customer: Ref) -> Items[MergeOut]:
        """Every merge that he took part in, the newest first."""
        await self._there(customer)
        rows = await self.parts.merges.merges(customer)
        return Items(items=[MergeOut.model_validate(row) for row in rows])

    async def seek_candidates(self, ask: Ask, customer: Ref) -> Items[AlikeOut]:
        """Look for others who may be the same person."""
        return await self._pairs(ask, await self.parts.merges.seek(customer, self.parts.act(ask)))

    async def identifiers(self, customer: Ref) -> Items[IdentifierOut]:
        """Which official numbers are kept of him, with their last four characters."""
        await self._there(customer)
        rows = await self.parts.merges.identifiers(customer)
        return Items(items=[IdentifierOut.model_validate(row) for row in rows])

    async def add_identifier(
        self, ask: Ask, customer: Ref, body: IdentifierNew
    ) -> IdentifierAddedOut:
        """Keep an official number; it can be compared and never be read again."""
        added = await self.parts.merges.add_identifier(
            customer, body.scheme, body.value, self.parts.act(ask), verified=body.verified
        )
        return IdentifierAddedOut.model_validate(added)

    async def compare_identifier(self, ask: Ask, customer: Ref, body: IdentifierAsked) -> Same:
        """Whether the customer has this very number. Each question is written down."""
        await self._there(customer)
        await self.parts.api.write_down(ask, "identifier.compare", customer, scheme=body.scheme)
        merges = self.parts.merges
        return Same(same=await merges.same_identifier(customer, body.scheme, body.value))

    async def _there(self, customer: str) -> None:
        if await self.parts.customers.get(customer) is None:
            raise NotFoundError("there is no such customer")

    async def _pairs(self, ask: Ask, rows: Sequence[Alike]) -> Items[AlikeOut]:
        eyes = await self.parts.eyes(ask)
        found = []
        for row in rows:
            fields = {name: getattr(row, name) for name in row.__dataclass_fields__}
            pair = {"a": customer_out(row.a, eyes), "b": customer_out(row.b, eyes)}
            found.append(AlikeOut(**{**fields, **pair}))
        return Items(items=found)
