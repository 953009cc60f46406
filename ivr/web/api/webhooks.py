"""What other systems are still to be told: what waits, what was given up, and trying it again.

Receivers belong to no team, so the team's view of a supervisor holds none of them.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import BaseModel, StringConstraints

from ivr.domain.errors import NotFoundError, NotValidError
from ivr.runtime.ports.deliveries import RUNNING, Backlog, DeliveryRow, EndpointRow
from ivr.web.api.parts import BASE
from ivr.web.permissions import Right
from ivr.web.typed import Ask, Body, Items, Limit, Route, Row

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ivr.runtime.ports.deliveries import Deliveries
    from ivr.runtime.ports.far.refs import FarRefs
    from ivr.web.api.parts import ApiParts

SYSTEM = "system:"
"""How the names of ticket systems begin among receivers."""
Endpoint = Annotated[str, StringConstraints(pattern=r"^[a-z]{1,16}(:[a-z0-9_]{1,47})?\z")]
Event = Annotated[str, StringConstraints(pattern=r"^[0-9A-Z]{26}\z")]
Cursor = Annotated[str, StringConstraints(pattern=r"^[0-9]{0,18}\z")]
FarId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._-]{0,64}\z")]
State = Literal["pending", "held", "done", "dead"]


class Again(Body):
    """Which receiver is told again. far_id: the id under which a ticket system has the ticket now,
    where it is another than before."""

    endpoint: Endpoint
    far_id: FarId = ""


class EndpointOut(BaseModel):
    """A receiver. oldest: since when the oldest of what waits does. reason: why it is paused."""

    endpoint: str
    state: str
    reason: str
    pending: int
    held: int
    dead: int
    oldest: str | None


@dataclass(frozen=True, slots=True)
class Outbox:
    """What is told, and to whom. endpoints: of the configuration."""

    deliveries: Deliveries
    refs: FarRefs
    endpoints: Sequence[str]


@dataclass(frozen=True, slots=True)
class WebhookRoutes:
    """The routes /webhooks."""

    parts: ApiParts
    outbox: Outbox

    def routes(self) -> list[Route]:
        """The operations of this module."""
        base, see, change = f"{BASE}/webhooks", Right("webhook", "r"), Right("webhook", "e")
        again, go_on = (
            f"{base}/deliveries/{{event}}/replay",
            f"{base}/endpoints/{{endpoint}}/resume",
        )
        return [
            Route("GET", f"{base}/deliveries", self.deliveries, see, also=(422,)),
            Route("POST", again, self.replay, change, also=(404, 409, 422)),
            Route("GET", f"{base}/endpoints", self.endpoints, see),
            Route("POST", go_on, self.go_on, change, also=(404,)),
        ]

    async def deliveries(
        self,
        state: State = "dead",
        endpoint: Annotated[str, StringConstraints(max_length=64)] = "",
        cursor: Cursor = "",
        limit: Limit = 50,
    ) -> Items[Row]:
        """Deliveries of a state, newest first: `dead` were given up, `held` wait for a person."""
        page = await self.outbox.deliveries.page(
            state, endpoint=endpoint, cursor=cursor, limit=limit
        )
        return Items(items=[_row(row) for row in page.rows], next=page.next or None)

    async def replay(self, ask: Ask, event: Event, body: Again) -> Row:
        """Try a dead or held delivery again from the start."""
        row = await self.outbox.deliveries.get(event, body.endpoint)
        if row is None:
            raise NotFoundError("there is no such delivery")
        if body.far_id and not (row.endpoint.startswith(SYSTEM) and row.aggregate == "ticket"):
            raise NotValidError("only a ticket system has tickets under ids of its own")
        await self.parts.write_down(ask, "webhook-replay", event, endpoint=body.endpoint)
        now = self.parts.clock.now()
        if body.far_id:
            system, ref = row.endpoint.removeprefix(SYSTEM), row.aggregate_id
            await self.outbox.refs.keep(system, "ticket", ref, body.far_id, now)
        return _row(await self.outbox.deliveries.replay(event, body.endpoint, now))

    async def endpoints(self) -> Items[EndpointOut]:
        """Every receiver, with what waits for it."""
        paused = {row.endpoint: row for row in await self.outbox.deliveries.endpoints()}
        waits = {row.endpoint: row for row in await self.outbox.deliveries.backlog()}
        names = sorted({*self.outbox.endpoints, *waits})
        return Items(items=[_endpoint(one, waits.get(one), paused.get(one)) for one in names])

    async def go_on(self, ask: Ask, endpoint: Endpoint) -> EndpointOut:
        """Tell a paused receiver again; what waited for it follows in order."""
        rows = {row.endpoint: row for row in await self.outbox.deliveries.endpoints()}
        if endpoint not in rows and endpoint not in self.outbox.endpoints:
            raise NotFoundError("there is no such receiver")
        await self.parts.write_down(ask, "webhook-resume", endpoint)
        await self.outbox.deliveries.go_on(endpoint, self.parts.clock.now())
        waits = {row.endpoint: row for row in await self.outbox.deliveries.backlog()}
        return _endpoint(endpoint, waits.get(endpoint), None)


def _row(row: DeliveryRow) -> Row:
    times = {name: getattr(row, name) for name in ("at", "next_at", "done_at")}
    return asdict(row) | {name: at.isoformat() if at else None for name, at in times.items()}


def _endpoint(name: str, waits: Backlog | None, known: EndpointRow | None) -> EndpointOut:
    return EndpointOut(
        endpoint=name,
        state=known.state if known else RUNNING,
        reason=known.reason if known else "",
        pending=waits.pending if waits else 0,
        held=waits.held if waits else 0,
        dead=waits.dead if waits else 0,
        oldest=waits.oldest.isoformat() if waits and waits.oldest else None,
    )
