"""Which recordings a ticket or a contact has, and the pass to hear one."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime  # noqa: TC003 - read at run time
from functools import partial
from typing import TYPE_CHECKING, Annotated

from pydantic import Field, StringConstraints

from ivr.domain.errors import MediaError, NotFoundError, ReplayError
from ivr.media.peaks import peaks
from ivr.runtime.ports.recorded.recordings import READY
from ivr.web.api.customers.fields import Out, Ref
from ivr.web.api.fields import Key  # noqa: TC001 - read at run time
from ivr.web.api.parts import BASE
from ivr.web.api.recordings.parts import knows_of
from ivr.web.api.recordings.shapes import LIST, PLAY, RecordingOut, recording_out
from ivr.web.api.tickets.interactions import InteractionRoutes
from ivr.web.api.tickets.sight import sight_of
from ivr.web.permissions import demand
from ivr.web.typed import Ask, Body, Items, Query, Route

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ivr.runtime.ports.recorded.recordings import RecordingRow
    from ivr.web.api.recordings.parts import RecordingParts

Why = Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=200)]


class PlayBody(Body):
    """Why somebody wants to hear it; it is written down."""

    reason: Why


class PlayOut(Out):
    """Where it can be heard, by you, in this session, until then."""

    url: str
    expires_at: datetime


class PeaksAsked(Query):
    """With the pass that the sound is heard by."""

    token: Annotated[str, Field(alias="pass", max_length=200)]


class PeaksOut(Out):
    """How loud it is from begin to end, 0..255 of full scale, in parts of equal length.

    sides: of a call the caller, then what he hears; of what a caller left the one that there is.
    """

    sides: tuple[tuple[int, ...], ...]


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
            Route("GET", f"{BASE}/recordings/{{recording}}/peaks", self.peaks, PLAY),
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

    async def peaks(self, ask: Ask, recording: Key, query: PeaksAsked) -> PeaksOut:
        """What a player draws of it, for who has a pass to it."""
        row = await self.parts.rows.get(recording)
        opened = self.parts.passes.opens(query.token, recording, ask.who)
        if not opened or row is None or row.sound is None:
            raise NotFoundError("there is nothing here")
        read = partial(self.parts.folder.sound, row.sound)
        try:
            sides = await asyncio.to_thread(peaks, read, row.sound.size_bytes)
        except (MediaError, ReplayError) as error:
            raise NotFoundError("there is nothing here") from error
        return PeaksOut(sides=sides)

    def _known(self, ask: Ask, rows: Sequence[RecordingRow]) -> Items[RecordingOut]:
        return Items(items=[recording_out(ask.who, row) for row in rows if knows_of(ask.who, row)])
