"""What people agreed to, and whether somebody may be contacted now."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import BaseModel, Field

from ivr.domain.errors import NotFoundError
from ivr.runtime.ports.compliance import EMAIL, SMS, VOICE, ConsentNew
from ivr.tickets.consent import Wish
from ivr.web.api.customers.fields import Line, Out, Ref, Word
from ivr.web.api.parts import BASE
from ivr.web.permissions import Right
from ivr.web.typed import Ask, Body, Items, Limit, Reply, Route

if TYPE_CHECKING:
    from ivr.runtime.ports.compliance import ConsentRow
    from ivr.web.api.compliance.parts import ComplianceParts
    from ivr.web.api.customers.eyes import Eyes

Medium = Literal["voice", "sms", "email", "chat"]
Value = Annotated[Line, Field(min_length=2, max_length=254)]
_MEDIA = {"phone": (VOICE, SMS), "email": (EMAIL,), "handle": ("chat",)}


class ConsentOut(Out):
    """What somebody said. value: as whoever asks may see it; 64 hex digits once it was erased."""

    id: int
    value: str
    medium: str
    purpose: str
    status: str
    source: str
    evidence: str
    at: datetime
    registry_synced_at: datetime | None
    masked: tuple[str, ...] = ()


class ConsentBody(Body):
    """What somebody said. source: how we know, such as `call` or `web_form`; `provider`: a provider
    blocks the number, or does so no longer. synced: the registry of the state knows it already."""

    value: Value
    medium: Medium
    purpose: Literal["service", "survey", "marketing", "recording"]
    status: Literal["opt_in", "opt_out"]
    source: Annotated[Word, Field(min_length=1)]
    evidence: Line = ""
    synced: bool = False


class ConsentAsked(Body):
    """Whom somebody wants to reach, and what for."""

    value: Value
    medium: Medium
    purpose: Literal["service", "survey", "marketing", "callback"]


class VerdictOut(BaseModel):
    """Whether he may be contacted now. refusal: why not, "" = he may; from_at: when that passes."""

    allowed: bool
    refusal: str
    from_at: datetime | None


class Synced(Body):
    """Rows that the registry of the state knows by now."""

    ids: Annotated[tuple[int, ...], Field(min_length=1, max_length=200)]


class Done(BaseModel):
    """How many rows were changed."""

    rows: int


@dataclass(frozen=True, slots=True)
class ConsentRoutes:
    """The routes /consents."""

    parts: ComplianceParts

    def routes(self) -> list[Route]:
        """The operations of this module."""
        many = f"{BASE}/consents"
        read, add, sync = (Right("consent", action) for action in "rae")
        return [
            Route("GET", many, self.consents, read, also=(404,)),
            Route("POST", many, self.add_consent, add, status=201),
            Route("POST", f"{many}/check", self.check_consent, read),
            Route("GET", f"{many}/unregistered", self.unregistered_consents, read),
            Route("POST", f"{many}/registered", self.register_consents, sync),
        ]

    async def consents(self, ask: Ask, customer: Ref) -> Items[ConsentOut]:
        """All that a customer said, for each of his numbers and addresses."""
        row = await self.parts.customers.get(customer)
        if row is None:
            raise NotFoundError("there is no such customer")
        eyes = await self._eyes(ask, row.id)
        found: list[ConsentRow] = []
        for point in await self.parts.customers.points(row.id):
            for medium in _MEDIA.get(point.kind, ()) if point.norm else ():
                found += await self.parts.consents.of(point.norm or "", medium)
        found.sort(key=lambda each: (each.at, each.id), reverse=True)
        return Items(items=[_shown(each, eyes) for each in found])

    async def add_consent(self, ask: Ask, body: ConsentBody) -> Reply[ConsentOut]:
        """Keep what somebody said; the latest word counts."""
        new = ConsentNew(**body.model_dump())
        row = await self.parts.consents.say(new, self.parts.act(ask))
        return Reply(_shown(row, await self._eyes(ask)))

    async def check_consent(self, body: ConsentAsked) -> VerdictOut:
        """Whether somebody may be contacted now; a refusal is kept."""
        consents = self.parts.consents
        value = consents.normal(body.value, body.medium)
        now, zone = self.parts.api.clock.now(), self.parts.zone()
        found = await consents.may_contact(Wish(value, body.medium, body.purpose, now, zone))
        refusal = found.refusal.value if found.refusal else ""
        return VerdictOut(allowed=found.allowed, refusal=refusal, from_at=found.from_at)

    async def unregistered_consents(self, ask: Ask, limit: Limit = 200) -> Items[ConsentOut]:
        """What the registry of the state has to be told, the oldest first."""
        eyes = await self._eyes(ask)
        rows = await self.parts.consents.to_register(limit=limit)
        return Items(items=[_shown(each, eyes) for each in rows])

    async def register_consents(self, ask: Ask, body: Synced) -> Done:
        """The registry knows these."""
        return Done(rows=await self.parts.consents.registered(body.ids, self.parts.act(ask)))

    async def _eyes(self, ask: Ask, customer: str = "") -> Eyes:
        return await self.parts.eyes(ask, customer)


def _shown(row: ConsentRow, eyes: Eyes) -> ConsentOut:
    """Who may read no names reads no evidence either: people write names into it."""
    values = asdict(row)
    masked = [] if eyes.names or not row.evidence else ["evidence"]
    if masked:
        values["evidence"] = ""
    hidden = "@" in row.value and not eyes.names
    value = "" if hidden else eyes.number(row.value)
    if value != row.value:
        masked.append("value")
    return ConsentOut(**{**values, "value": value, "masked": tuple(masked)})
