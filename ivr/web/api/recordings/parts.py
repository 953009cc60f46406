"""What hearing a recording is made from, and who may."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ivr.domain.errors import NotFoundError
from ivr.domain.recording import CALL, SURVEY_COMMENT, VOICEMAIL
from ivr.web.api.tickets.interactions import InteractionRoutes
from ivr.web.api.tickets.sight import sight_of
from ivr.web.permissions import ALL, OWN, demand, may

if TYPE_CHECKING:
    from ivr.runtime.ports.recorded.listing import RecordingLists
    from ivr.runtime.ports.recorded.recordings import RecordingRow, Recordings
    from ivr.runtime.recordings.folder import RecordingFolder
    from ivr.web.api.recordings.passes import Passes
    from ivr.web.api.tickets.parts import TicketParts
    from ivr.web.permissions import Right, Who
    from ivr.web.typed import Ask


def known_kinds(who: Who) -> frozenset[str]:
    """The kinds that he may learn of. What was said in a survey is for those who may read comments;
    agents know of messages alone."""
    found = {VOICEMAIL}
    if may(who, "recording", "r") != OWN:
        found.add(CALL)
    if may(who, SURVEY_COMMENT, "r") not in {None, OWN}:
        found.add(SURVEY_COMMENT)
    return frozenset(found)


def knows_of(who: Who, row: RecordingRow) -> bool:
    """Whether he may learn that it is there."""
    return row.kind in known_kinds(who)


@dataclass(frozen=True, slots=True)
class RecordingParts:
    """The seams behind it. passes: who may hear what for the next minutes."""

    tickets: TicketParts
    rows: Recordings
    lists: RecordingLists
    folder: RecordingFolder
    passes: Passes

    async def needed(self, ask: Ask, recording: str, right: Right) -> RecordingRow:
        """A recording that he may know of. Raises NotFoundError, also for one that he may not."""
        row = await self.rows.get(recording)
        scope = demand(ask.who, right.resource, right.action)
        if row is None or not knows_of(ask.who, row):
            raise NotFoundError("there is no such recording")
        if not (scope == ALL or await self._sees(ask, row, scope)):
            raise NotFoundError("there is no such recording")
        return row

    async def _sees(self, ask: Ask, row: RecordingRow, scope: str) -> bool:
        """A message is part of its ticket, whoever works on that; else it goes by the contact.
        Agents hear messages alone."""
        if not row.call or (scope == OWN and row.kind != VOICEMAIL):
            return False
        sight = sight_of(self.tickets, ask)
        for ticket in await self.tickets.tickets.of_interaction(row.call):
            try:
                await sight.ticket(ticket.number)
            except NotFoundError:
                continue
            return True
        try:
            await InteractionRoutes(self.tickets).interaction(ask, row.call)
        except NotFoundError:
            return False
        return True
