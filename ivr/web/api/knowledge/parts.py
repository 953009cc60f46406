"""What the API of the knowledge base is made from, and who reads what there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ivr.domain.errors import NotAllowedError, NotFoundError
from ivr.tickets.knowledge import DRAFT, Reader
from ivr.web.api.tickets.sight import TicketSight, sight_of
from ivr.web.permissions import OWN, demand, may

if TYPE_CHECKING:
    from ivr.runtime.ports.knowledge import ArticleRow, Knowledge
    from ivr.runtime.ports.search import Search
    from ivr.runtime.ports.tickets import Act
    from ivr.web.api.tickets.parts import TicketParts
    from ivr.web.permissions import Who
    from ivr.web.typed import Ask

_INSIDE = frozenset({"supervisor", "quality", "admin", "auditor"})
"""Roles that lead or check the work: they read what is internal, too."""
_CHECKS = "auditor"


@dataclass(frozen=True, slots=True)
class KnowledgeParts:
    """The seams behind it. of_tickets: what the API of tickets is made from."""

    of_tickets: TicketParts
    knowledge: Knowledge
    search: Search

    def act(self, ask: Ask) -> Act:
        """Whoever asks does something now."""
        return self.of_tickets.act(ask)

    def sight(self, ask: Ask) -> TicketSight:
        """The tickets of whoever asks."""
        return sight_of(self.of_tickets, ask)

    async def article(self, ask: Ask, ref: str) -> ArticleRow:
        """A version that he may read. Raises NotFoundError, also for one that he may not."""
        found = await self.knowledge.get(ref, reader_of(ask.who))
        if found is None:
            raise NotFoundError("there is no such article")
        return found

    async def changeable(self, ask: Ask, ref: str) -> ArticleRow:
        """A version that he may change: agents their own drafts. Raises NotAllowedError."""
        found = await self.article(ask, ref)
        is_own = found.author == ask.who.name and found.state == DRAFT
        if demand(ask.who, "kb", "e") == OWN and not is_own:
            raise NotAllowedError("agents change their own drafts only")
        return found

    async def led(self, ask: Ask, ref: str) -> ArticleRow:
        """A version that he may publish or take out of use. Raises NotAllowedError."""
        if demand(ask.who, "kb", "e") == OWN:
            raise NotAllowedError("publishing is for supervisors")
        return await self.article(ask, ref)


def reader_of(who: Who) -> Reader:
    """What somebody reads of the knowledge base. Whoever edits reads every draft and version."""
    roles = {*who.roles}
    edits = may(who, "kb", "e") not in {None, OWN} or _CHECKS in roles
    return Reader(who.name, inside=bool(roles & _INSIDE), edits=edits)
