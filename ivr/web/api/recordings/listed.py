"""Which messages there are, and the pass to hear one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime  # noqa: TC003 - read at run time
from typing import TYPE_CHECKING, Annotated

from pydantic import StringConstraints

from ivr.domain.errors import NotFoundError
from ivr.runtime.ports.recorded.recordings import READY
from ivr.web.api.customers.fields import Out, Ref
from ivr.web.api.fields import Key  # noqa: TC001 - read at run time
from ivr.web.api.parts import BASE
from ivr.web.api.recordings.parts import knows_of
from ivr.web.api.tickets.interactions import InteractionRoutes
from ivr.web.api.tickets.sight import sight_of
from ivr.web.permissions import Right, demand, may
from ivr.web.typed import Ask, Body, Items, Route

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ivr.runtime.ports.recorded.recordings import RecordingRow
    from ivr.web.api.recordings.parts import RecordingParts

LIST, PLAY = Right("recording", "r"), Right("recording", "x")
Why = Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=200)]


class RecordingOut(Out):
    """A message. state: ready, pending (its sound is still to come), failed or gone.

    seconds: how long it is; partial: something of it was lost. words: what was typed, on the
    simulator. may_play: whether you may hear it. queue: that which has it recorded, "" = none.
    """

    id: str
    kind: str
    state: str
    interaction: str
    at: datetime
    seconds: float
    box: str
    words: str
    partial: bool
    may_play: bool
    queue: str = ""


class PlayBody(Body):
    """Why somebody wants to hear it; it is written down."""

    reason: Why


class PlayOut(Out):
    """Where it can be heard, by you, in this session, until then."""

    url: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class RecordingRoutes:
    """The routes."""

    parts: RecordingParts

    def routes(self) -> list[Route]:
        """The operations of this module."""
        return [
            Route("GET", f"{BASE}/tickets/{{ref}}/recordings", self.of_ticket, LIST),
            Route("GET", f"{BASE}/interactions/{{contact}}/recordings", self.of_contact, LIST),
            Route("POST", f"{BASE}/recordings/{{recording}}/plays", self.play, PLAY),
        ]

    async def of_ticket(self, ask: Ask, ref: Ref) -> Items[RecordingOut]:
        """The messages of the contacts that a ticket is about, oldest first."""
        demand(ask.who, LIST.resource, LIST.action)
        ticket = await sight_of(self.parts.tickets, ask).ticket(ref)
        rows = await self.parts.rows.of_ticket(ticket.number)
        return self._known(ask, rows)

    async def of_contact(self, ask: Ask, contact: Key) -> Items[RecordingOut]:
        """The messages of a contact, oldest first."""
        found = await InteractionRoutes(self.parts.tickets).interaction(ask, contact)
        rows = await self.parts.rows.of_call(found.id)  # type: ignore[arg-type]
        return self._known(ask, rows)

    async def play(self, ask: Ask, recording: Key, body: PlayBody) -> PlayOut:
        """A pass to hear it, five minutes long; who and why is written down first."""
        row = await self.parts.needed(ask, recording, PLAY)
        if row.state != READY:
            raise NotFoundError("there is no sound of it")
        facts = {"interaction": row.call, "kind": row.kind}
        api = self.parts.tickets.api
        await api.write_down(ask, "recording.play", row.id, why=body.reason, **facts)
        token, until = self.parts.passes.make(row.id, ask.who)
        return PlayOut(url=f"{BASE}/recordings/{row.id}/audio?pass={token}", expires_at=until)

    def _known(self, ask: Ask, rows: Sequence[RecordingRow]) -> Items[RecordingOut]:
        return Items(items=[self._out(ask, row) for row in rows if knows_of(ask.who, row)])

    def _out(self, ask: Ask, row: RecordingRow) -> RecordingOut:
        sound = row.sound
        return RecordingOut(
            id=row.id,
            kind=row.kind,
            state=row.state,
            interaction=row.call,
            at=row.at,
            seconds=row.seconds if sound is None else sound.duration_ms / 1000,
            box=row.box,
            words=row.words,
            partial=sound is not None and sound.partial,
            may_play=sound is not None and may(ask.who, PLAY.resource, PLAY.action) is not None,
            queue=row.queue,
        )
