"""Proof: the audit log and its chain, and what was destroyed when its time was over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BaseModel, Field

from ivr.web.api.customers.fields import Out, Word
from ivr.web.api.parts import BASE
from ivr.web.permissions import Right
from ivr.web.typed import Ask, Body, Items, Limit, Route

if TYPE_CHECKING:
    from ivr.web.api.compliance.parts import ComplianceParts

Cursor = Annotated[str, Field(pattern=r"^[0-9]{0,18}\z")]


class AuditOut(Out):
    """Who did what to what. facts: names of fields, counts and public ids; nothing personal."""

    seq: int
    at: datetime
    who: str
    what: str
    about: str
    why: str
    source: str
    facts: Mapping[str, Any]


class ChainOut(Out):
    """The audit log as it was found. broken: the first row that is not as it was written, null =
    all are. first, last: numbers of the rows read; head: the hash of the last."""

    rows: int
    first: int
    last: int
    head: str
    broken: int | None


class Retained(BaseModel):
    """Destruction of what is no longer needed. due: what the next run will destroy, by kind."""

    last_run: datetime | None
    due: Mapping[str, int]
    held: int


class RetentionRun(Body):
    """confirmed: a person says that the clock is right, after it may have jumped."""

    confirmed: bool = False


class RetentionDone(Out):
    """What was destroyed, by kind; held: how many things a legal hold kept."""

    counts: Mapping[str, int]
    held: int


@dataclass(frozen=True, slots=True)
class ProofRoutes:
    """The routes /audit and /retention."""

    parts: ComplianceParts

    def routes(self) -> list[Route]:
        """The operations of this module."""
        audit, kept = f"{BASE}/audit", f"{BASE}/retention"
        run = Right("retention", "x")
        return [
            Route("GET", audit, self.audit, Right("audit", "r")),
            Route("POST", f"{audit}/verify", self.verify_audit, Right("audit", "x")),
            Route("GET", kept, self.retention, Right("retention", "r")),
            Route("POST", f"{kept}/run", self.run_retention, run, fresh=True, also=(409,)),
        ]

    async def audit(
        self, cursor: Cursor = "", limit: Limit = 100, who: Word = "", what: Word = ""
    ) -> Items[AuditOut]:
        """What people did, the newest first; of one person, or of one kind."""
        after = int(cursor or 0)
        rows = await self.parts.trail.page(after, limit, who=who, what=what)
        following = str(rows[-1].seq) if len(rows) == limit else None
        return Items(items=[AuditOut.model_validate(row) for row in rows], next=following)

    async def verify_audit(self, ask: Ask) -> ChainOut:
        """Read every row and check its place in the chain."""
        await self.parts.api.write_down(ask, "audit.verify")
        return ChainOut.model_validate(await self.parts.trail.verify())

    async def retention(self) -> Retained:
        """When the last run was, and what the next one has to do."""
        destroying = self.parts.destroying
        due = await destroying.preview(self.parts.api.clock.now())
        return Retained(last_run=await destroying.last_run(), due=due.counts, held=due.held)

    async def run_retention(self, ask: Ask, body: RetentionRun) -> RetentionDone:
        """Destroy what is due now."""
        act = self.parts.act(ask)
        done = await self.parts.destroying.run(act, confirmed=body.confirmed)
        return RetentionDone.model_validate(done)
