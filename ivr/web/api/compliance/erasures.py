"""Customers who ask to be forgotten, or to see all that is kept of them."""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003 - read at run time
from dataclasses import dataclass
from datetime import datetime  # noqa: TC003 - read at run time
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from ivr.domain.errors import NotFoundError
from ivr.web.api.customers.fields import Line, Out, Ref, Word
from ivr.web.api.fields import Reason  # noqa: TC001 - read at run time
from ivr.web.api.parts import BASE
from ivr.web.permissions import Right
from ivr.web.typed import Ask, Body, Items, Reply, Route, Row

if TYPE_CHECKING:
    from ivr.runtime.ports.compliance import ErasureRow
    from ivr.web.api.compliance.parts import ComplianceParts


class ErasureOut(Out):
    """A wish to be forgotten. counts: step -> rows done; receipts: system -> its answer, "" = none
    yet; held: a legal hold stops it; late: it should have been answered; waits_for: why it stands
    still, "" = it goes on."""

    id: str
    customer: str
    state: str
    requested_by: str
    reason: str
    requested_at: datetime
    due_at: datetime
    approved_by: str
    approved_at: datetime | None
    done_at: datetime | None
    refused_because: str
    counts: Mapping[str, int]
    receipts: Mapping[str, str]
    held: bool
    late: bool
    waits_for: str


class ErasurePreview(Out):
    """counts: kind of data -> rows and files that would be destroyed or made anonymous."""

    counts: Mapping[str, int]


class ErasureNew(Body):
    """Who wants to be forgotten, and how we know."""

    customer: Ref
    reason: Reason


class ErasureRefused(Body):
    """Why it is not done; the customer is told."""

    because: Reason


class Receipt(Body):
    """What an outside system answered."""

    system: Annotated[Word, Field(min_length=1)]
    answer: Annotated[Line, Field(min_length=1, max_length=500)]


@dataclass(frozen=True, slots=True)
class ErasureRoutes:
    """The routes /erasures and /customers/{customer}/export."""

    parts: ComplianceParts

    def routes(self) -> list[Route]:
        """The operations of this module."""
        many, one = f"{BASE}/erasures", f"{BASE}/erasures/{{request}}"
        read, add, decide = (Right("erasure", action) for action in "rax")
        export = Right("person_export", "x")
        return [
            Route("GET", many, self.erasures, read),
            Route("POST", many, self.add_erasure, add, status=201, also=(404, 409)),
            Route("GET", one, self.erasure, read),
            Route("GET", f"{one}/preview", self.erasure_preview, read),
            Route("POST", f"{one}/verify", self.verify_erasure, add, also=(409,)),
            Route("POST", f"{one}/approve", self.approve_erasure, decide, fresh=True, also=(409,)),
            Route("POST", f"{one}/refuse", self.refuse_erasure, decide, also=(409,)),
            Route("POST", f"{one}/receipts", self.add_receipt, decide, also=(409,)),
            Route("GET", f"{BASE}/customers/{{customer}}/export", self.export, export, fresh=True),
        ]

    async def erasures(
        self, state: Literal["", "open", "verified", "running", "done", "refused"] = ""
    ) -> Items[ErasureOut]:
        """Requests, the newest first, 200 at most."""
        rows = await self.parts.erasures.list(state, self.parts.api.clock.now())
        return Items(items=[_out(row) for row in rows])

    async def add_erasure(self, ask: Ask, body: ErasureNew) -> Reply[ErasureOut]:
        """Write a request down; it is to be answered within 30 days."""
        act = self.parts.act(ask)
        return Reply(_out(await self.parts.erasures.open(body.customer, body.reason, act)))

    async def erasure(self, request: Ref) -> ErasureOut:
        """One request."""
        row = await self.parts.erasures.get(request, self.parts.api.clock.now())
        if row is None:
            raise NotFoundError("there is no such request")
        return _out(row)

    async def erasure_preview(self, request: Ref) -> ErasurePreview:
        """What approving would destroy: counts, nothing else."""
        return ErasurePreview(counts=await self.parts.erasures.preview(request))

    async def verify_erasure(self, ask: Ask, request: Ref) -> ErasureOut:
        """Whoever asked was proven to be the customer."""
        return _out(await self.parts.erasures.verify(request, self.parts.act(ask)))

    async def approve_erasure(self, ask: Ask, request: Ref) -> ErasureOut:
        """Let it run: by another person than who wrote it down. It begins at once."""
        row = await self.parts.erasures.approve(request, self.parts.act(ask))
        self.parts.begin(row.id)
        return _out(row)

    async def refuse_erasure(self, ask: Ask, request: Ref, body: ErasureRefused) -> ErasureOut:
        """It is not done, for this reason."""
        act = self.parts.act(ask)
        return _out(await self.parts.erasures.refuse(request, body.because, act))

    async def add_receipt(self, ask: Ask, request: Ref, body: Receipt) -> ErasureOut:
        """An outside system says that it forgot the customer, too."""
        act = self.parts.act(ask)
        row = await self.parts.erasures.receipt(request, body.system, body.answer, act)
        self.parts.begin(row.id)
        return _out(row)

    async def export(self, ask: Ask, customer: Ref, why: Reason) -> Row:
        """Everything that is kept of a customer, for himself; each export is written down."""
        return await self.parts.exports.of(customer, why, self.parts.act(ask))


def _out(row: ErasureRow) -> ErasureOut:
    return ErasureOut.model_validate(row)
