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

from ivr.cti.adapters.far import (
    Api,
    FarArticle,
    FarPlace,
    FarTicket,
    News,
    TicketAdapter,
    marks_in,
    moment_of,
    never_asked,
    said_text,
)
from ivr.cti.adapters.hooks_in import from_zammad
from ivr.cti.adapters.words import Tongue, Translation
from ivr.cti.outbox.retrying import NotTakenError
from ivr.runtime.ports.deliveries import HELD

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

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
TONGUE = Tongue(STATES, PRIORITIES, "-", {"pending close": "pending reminder"})
MERGED = "merged"
NOBODY = 1
"""The user of Zammad's own who owns what nobody owns."""
REMIND = timedelta(days=7)
_BASE = "/api/v1"
_OTHERS = ("title", "group", "type", "organization", "note")
_CUSTOMER, _AGENT = "Customer", "Agent"


class ZammadTickets:
    """One Zammad; implements `FarSystem`."""

    def __init__(self, place: FarPlace) -> None:
        self._rules = place.rules
        self._clock = place.clock
        self._api = Api(place)
        self.words = Translation(place.rules, TONGUE)

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
            **self._state(self.words.status(ticket)),
        }
        made = await self._api.send("POST", f"{_BASE}/tickets", asked)
        return str(made["id"])

    async def look(self, far_id: str) -> FarTicket:
        """How it stands; a merged one leads to the only ticket it is linked to."""
        found = await self._ticket(far_id)
        if found["state"] == MERGED:
            found = await self._ticket(await self._survivor(far_id))
        named = {name: str(found.get(name) or "") for name in _OTHERS}
        return FarTicket(
            str(found["id"]),
            str(found["state"]),
            str(found.get("owner") or ""),
            priority=str(found.get("priority") or ""),
            others=named,
        )

    async def told(self, far_id: str) -> Mapping[str, str]:
        """From the subjects of its articles."""
        known: dict[str, str] = {}
        for item in await self._articles(far_id):
            marks = marks_in(item.get("subject") or "")
            known = dict.fromkeys(marks, str(item["id"])) | known  # who repeats one is another
        return known

    async def said(self, there: FarTicket) -> Sequence[FarArticle]:
        """Its articles but the first one; what Zammad itself writes is for us alone."""
        return [_said(item) for item in (await self._articles(there.id))[1:]]

    async def whole(self, article: FarArticle) -> FarArticle:
        """It came whole."""
        return article

    async def news(self, position: str) -> News:
        """It posts what happens."""
        return await never_asked(position)

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

    async def settle(self, there: FarTicket, wanted: Mapping[str, str]) -> None:
        """State, owner and priority."""
        asked: dict[str, object] = {}
        state = wanted.get("status", there.status)
        if state != there.status:
            asked |= self._state(state)
        owner = wanted.get("assignee", there.owner) or TONGUE.nobody
        if owner != (there.owner or TONGUE.nobody):
            asked |= {"owner": owner} if owner != TONGUE.nobody else {"owner_id": NOBODY}
        if wanted.get("priority", there.priority) != there.priority:
            asked["priority"] = wanted["priority"]
        if asked:
            await self._api.send("PUT", f"{_BASE}/tickets/{quote(there.id)}", asked)

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

    async def _articles(self, far_id: str) -> list[dict[str, Any]]:
        """Oldest first."""
        path = f"{_BASE}/ticket_articles/by_ticket/{quote(far_id)}?expand=true"
        return sorted(await self._api.get(path), key=lambda item: int(item["id"]))

    def _state(self, state: str) -> dict[str, str]:
        if not state.startswith("pending"):
            return {"state": state}
        due = self._clock.now() + REMIND
        return {"state": state, "pending_time": due.strftime("%Y-%m-%dT%H:%M:%SZ")}


def _said(item: Mapping[str, Any]) -> FarArticle:
    sender = str(item.get("sender") or "")
    is_html = str(item.get("content_type") or "").startswith("text/html")
    return FarArticle(
        id=str(item["id"]),
        author=str(item.get("from") or item.get("created_by") or ""),
        at=moment_of(item.get("created_at")),
        internal=bool(item.get("internal")) or sender not in {_CUSTOMER, _AGENT},
        is_customer=sender == _CUSTOMER,
        marks=tuple(marks_in(item.get("subject") or "")),
        body=said_text(item.get("body"), is_html),
        files=tuple(str(each["filename"]) for each in item.get("attachments") or ()),
    )


ADAPTER = TicketAdapter(ZammadTickets, from_zammad)
