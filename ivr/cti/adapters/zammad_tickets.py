"""Tickets of Zammad by its REST API.

Our number stands in an attribute of tickets that the administrator has made (`number_field`); each
article has its mark in its subject. A ticket that was merged there has the state `merged` and
is linked to the one that its articles went to. A pending ticket needs a time: a week from now.
Source: docs.zammad.org, "Ticket", "Articles", "Links".
"""

from __future__ import annotations

import base64
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from ivr.cti.adapters.far import Api, FarPlace, FarTicket, TicketAdapter, marks_in
from ivr.cti.outbox.retrying import NotTakenError
from ivr.runtime.ports.deliveries import HELD

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ivr.cti.adapters.far import ArticleOut, TicketOut

STATES = {
    "new": "new",
    "open": "open",
    "pending_customer": "pending reminder",
    "pending_third": "pending reminder",
    "resolved": "closed",
    "closed": "closed",
    "merged": "closed",
    "cancelled": "closed",
}
PRIORITIES = ("1 low", "2 normal", "3 high", "3 high")
MERGED = "merged"
REMIND = timedelta(days=7)
_BASE = "/api/v1"


class ZammadTickets:
    """One Zammad; implements `FarSystem`."""

    def __init__(self, place: FarPlace) -> None:
        self._rules = place.rules
        self._clock = place.clock
        self._api = Api(place)

    async def find(self, ticket: TicketOut) -> str | None:
        """By our number. Zammad's search may be seconds behind."""
        asked = {
            "query": f'{self._rules.number_field}:"{ticket.number}"',
            "expand": "true",
            "limit": 10,
        }
        found = await self._api.get(f"{_BASE}/tickets/search?{urlencode(asked)}")
        same = [
            int(item["id"])
            for item in found or ()
            if str(item.get(self._rules.number_field) or "") == ticket.number
        ]
        return str(min(same)) if same else None

    async def create(self, ticket: TicketOut) -> str:
        """Open it, in the name of the customer or of `requester`."""
        asked: dict[str, object] = {
            "title": ticket.subject,
            "group": self._rules.teams.get(ticket.team, self._rules.queue),
            "customer_id": f"guess:{ticket.email or self._rules.requester}",
            "priority": PRIORITIES[ticket.priority - 1],
            self._rules.number_field: ticket.number,
            "article": {
                "subject": ticket.subject,
                "body": ticket.text or ticket.subject,
                "content_type": "text/plain",
                "type": "note",
                "internal": False,
            },
            **self._state(ticket),
        }
        made = await self._api.send("POST", f"{_BASE}/tickets", asked)
        return str(made["id"])

    async def look(self, far_id: str) -> FarTicket:
        """How it stands; a merged one leads to the only ticket it is linked to."""
        found = await self._ticket(far_id)
        if found["state"] == MERGED:
            found = await self._ticket(await self._survivor(far_id))
        return FarTicket(str(found["id"]), str(found["state"]), str(found.get("owner") or ""))

    async def told(self, far_id: str) -> Mapping[str, str]:
        """From the subjects of its articles."""
        found = await self._api.get(f"{_BASE}/ticket_articles/by_ticket/{quote(far_id)}")
        return {
            mark: str(item["id"]) for item in found for mark in marks_in(item.get("subject") or "")
        }

    async def append(self, far_id: str, article: ArticleOut) -> str:
        """A note, internal or seen by the customer."""
        asked: dict[str, Any] = {
            "ticket_id": int(far_id),
            "subject": article.subject,
            "body": article.text,
            "content_type": "text/html" if article.is_html else "text/plain",
            "type": "note",
            "internal": article.internal,
        }
        files = [
            {
                "filename": each.name,
                "data": base64.b64encode(each.content).decode(),
                "mime-type": each.mime,
            }
            for each in article.files
            if each.content is not None
        ]
        if files:
            asked["attachments"] = files
        made = await self._api.send("POST", f"{_BASE}/ticket_articles", asked)
        return str(made["id"])

    async def settle(self, there: FarTicket, ticket: TicketOut) -> None:
        """State and owner."""
        state = self._state(ticket)
        wanted: dict[str, object] = {} if state["state"] == there.status else dict(state)
        owner = self._rules.people.get(ticket.assignee, "")
        if owner and owner != there.owner:
            wanted["owner"] = owner
        if wanted:
            await self._api.send("PUT", f"{_BASE}/tickets/{quote(there.id)}", wanted)

    async def close(self) -> None:
        """Let go of every connection."""
        await self._api.close()

    async def _ticket(self, far_id: str) -> Mapping[str, Any]:
        found: Mapping[str, Any] = await self._api.get(
            f"{_BASE}/tickets/{quote(far_id)}?expand=true"
        )
        return found

    async def _survivor(self, far_id: str) -> str:
        asked = urlencode({"link_object": "Ticket", "link_object_value": far_id})
        found = await self._api.get(f"{_BASE}/links?{asked}")
        others = {
            str(link["link_object_value"])
            for link in found.get("links", ())
            if link.get("link_object") == "Ticket"
        }
        if len(others) != 1:
            raise NotTakenError("it was merged there, and nobody says into which ticket", HELD)
        return others.pop()

    def _state(self, ticket: TicketOut) -> dict[str, str]:
        state = self._rules.status.get(ticket.status, STATES[ticket.state])
        if not state.startswith("pending"):
            return {"state": state}
        due = self._clock.now() + REMIND
        return {"state": state, "pending_time": due.strftime("%Y-%m-%dT%H:%M:%SZ")}


ADAPTER = TicketAdapter(ZammadTickets)
