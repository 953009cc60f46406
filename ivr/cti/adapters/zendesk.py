"""Tickets of Zendesk by its Support API.

`external_id` is the public id of our ticket, and the metadata of each update name our article, so
nothing is told twice; opening also carries an Idempotency-Key. A closed ticket takes nothing any
more, which is also how one ends that was merged there: a person decides.
Source: developer.zendesk.com, "Tickets", "Ticket Audits", "Attachments".
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from ivr.cti.adapters.far import Api, FarPlace, FarTicket, TicketAdapter

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ivr.cti.adapters.far import ArticleOut, TicketOut

STATUSES = {
    "new": "new",
    "open": "open",
    "pending_customer": "pending",
    "pending_third": "hold",
    "resolved": "solved",
    "closed": "solved",
    "merged": "solved",
    "cancelled": "solved",
}
PRIORITIES = ("low", "normal", "high", "urgent")
CLOSED = "closed"
MARK = "ivr_article"
MOST_PAGES = 100
_BASE = "/api/v2"


class Zendesk:
    """One Zendesk; implements `FarSystem`."""

    def __init__(self, place: FarPlace) -> None:
        self._rules = place.rules
        self._api = Api(place)

    async def find(self, ticket: TicketOut) -> str | None:
        """By our id."""
        found = await self._api.get(f"{_BASE}/tickets.json?{urlencode({'external_id': ticket.id})}")
        ids = sorted(int(item["id"]) for item in found["tickets"])
        return str(ids[0]) if ids else None

    async def create(self, ticket: TicketOut) -> str:
        """Open it."""
        asked: dict[str, Any] = {
            "subject": ticket.subject,
            "comment": {"body": ticket.text or ticket.subject, "public": True},
            "external_id": ticket.id,
            "priority": PRIORITIES[ticket.priority - 1],
            "status": self._status(ticket),
            "tags": [tag.replace(" ", "_") for tag in ticket.tags],
        }
        group = self._rules.teams.get(ticket.team, self._rules.queue)
        if group:
            asked["group_id"] = int(group)
        if self._rules.number_field:
            asked["custom_fields"] = [{"id": int(self._rules.number_field), "value": ticket.number}]
        requester = ticket.email or self._rules.requester
        if requester:
            asked["requester"] = {"email": requester, "name": requester.partition("@")[0]}
        once = {"Idempotency-Key": ticket.id}
        made = await self._api.send("POST", f"{_BASE}/tickets.json", {"ticket": asked}, once)
        return str(made["ticket"]["id"])

    async def look(self, far_id: str) -> FarTicket:
        """How it stands."""
        found = (await self._api.get(f"{_BASE}/tickets/{quote(far_id)}.json"))["ticket"]
        status = str(found["status"])
        return FarTicket(
            str(found["id"]), status, str(found.get("assignee_id") or ""), status == CLOSED
        )

    async def told(self, far_id: str) -> Mapping[str, str]:
        """From the metadata of its audits."""
        known: dict[str, str] = {}
        path = f"{_BASE}/tickets/{quote(far_id)}/audits.json"
        for page in range(1, MOST_PAGES + 1):
            found = await self._api.get(f"{path}?{urlencode({'page': page, 'per_page': 100})}")
            for audit in found["audits"]:
                mark = (audit.get("metadata") or {}).get("custom", {}).get(MARK)
                if mark:
                    known[str(mark)] = str(audit["id"])
            if not found.get("next_page"):
                break
        return known

    async def append(self, far_id: str, article: ArticleOut) -> str:
        """A comment, public or not; files are sent before it."""
        comment: dict[str, Any] = {
            "html_body" if article.is_html else "body": article.text,
            "public": not article.internal,
        }
        uploads = [
            await self._upload(each.name, each.content, each.mime)
            for each in article.files
            if each.content is not None
        ]
        if uploads:
            comment["uploads"] = uploads
        asked = {"ticket": {"comment": comment, "metadata": {MARK: article.id}}}
        made = await self._api.send("PUT", f"{_BASE}/tickets/{quote(far_id)}.json", asked)
        return str((made.get("audit") or {}).get("id") or "")

    async def settle(self, there: FarTicket, ticket: TicketOut) -> None:
        """Status and assignee. people: our name -> the number of their agent."""
        wanted: dict[str, Any] = {}
        if there.status != self._status(ticket):
            wanted["status"] = self._status(ticket)
        owner = self._rules.people.get(ticket.assignee, "")
        if owner and owner != there.owner:
            wanted["assignee_id"] = int(owner)
        if wanted:
            path = f"{_BASE}/tickets/{quote(there.id)}.json"
            await self._api.send("PUT", path, {"ticket": wanted})

    async def close(self) -> None:
        """Let go of every connection."""
        await self._api.close()

    async def _upload(self, name: str, content: bytes, mime: str) -> str:
        path = f"{_BASE}/uploads.json?{urlencode({'filename': name})}"
        mime = mime or "application/octet-stream"
        made = await self._api.octets("POST", path, content, mime=mime)
        return str(made["upload"]["token"])

    def _status(self, ticket: TicketOut) -> str:
        return self._rules.status.get(ticket.status, STATUSES[ticket.state])


ADAPTER = TicketAdapter(Zendesk)
