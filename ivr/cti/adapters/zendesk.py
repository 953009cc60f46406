"""Tickets of Zendesk by its Support API.

`external_id` is the public id of our ticket, and the metadata of each update name our article, so
nothing is told twice; opening also carries an Idempotency-Key. A closed ticket takes nothing any
more, which is also how one ends that was merged there: a person decides.
Source: developer.zendesk.com, "Tickets", "Ticket Audits", "Attachments".
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from ivr.cti.adapters.far import (
    Api,
    FarArticle,
    FarPlace,
    FarTicket,
    News,
    TicketAdapter,
    moment_of,
    never_asked,
    said_text,
)
from ivr.cti.adapters.hooks_in import from_zendesk
from ivr.cti.adapters.words import Tongue, Translation

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

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
TONGUE = Tongue(STATUSES, PRIORITIES, also={CLOSED: "solved"})
MARK = "ivr_article"
MOST_PAGES = 100
_BASE = "/api/v2"
_OTHERS = ("subject", "type", "group_id", "organization_id", "due_at", "ticket_form_id")
_COMMENT = "Comment"


class Zendesk:
    """One Zendesk; implements `FarSystem`."""

    def __init__(self, place: FarPlace) -> None:
        self._rules = place.rules
        self._api = Api(place)
        self.words = Translation(place.rules, TONGUE)

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
            "status": self.words.status(ticket),
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
            str(found["id"]),
            status,
            str(found.get("assignee_id") or ""),
            status == CLOSED,
            str(found.get("priority") or ""),
            frozenset({str(found.get("requester_id") or "")}),
            _others(found),
        )

    async def told(self, far_id: str) -> Mapping[str, str]:
        """From the metadata of its audits."""
        known: dict[str, str] = {}
        for audit in await self._audits(far_id):
            mark = _mark(audit)
            if mark:
                known.setdefault(mark, str(audit["id"]))
        return known

    async def said(self, there: FarTicket) -> Sequence[FarArticle]:
        """The comments of its audits but the first one, which opened it."""
        every = [
            _said(audit, event, there)
            for audit in await self._audits(there.id)
            for event in audit.get("events") or ()
            if event.get("type") == _COMMENT
        ]
        return every[1:]

    async def whole(self, article: FarArticle) -> FarArticle:
        """It came whole."""
        return article

    async def news(self, position: str) -> News:
        """It posts what happens."""
        return await never_asked(position)

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

    async def settle(self, there: FarTicket, wanted: Mapping[str, str]) -> None:
        """Status, assignee and priority. people: our name -> the number of their agent."""
        asked: dict[str, object] = {}
        if wanted.get("status", there.status) != there.status:
            asked["status"] = wanted["status"]
        owner = wanted.get("assignee", there.owner)
        if owner != there.owner:
            asked["assignee_id"] = int(owner) if owner else None
        if wanted.get("priority", there.priority) != there.priority:
            asked["priority"] = wanted["priority"]
        if asked:
            path = f"{_BASE}/tickets/{quote(there.id)}.json"
            await self._api.send("PUT", path, {"ticket": asked})

    async def close(self) -> None:
        """Let go of every connection."""
        await self._api.close()

    async def _upload(self, name: str, content: bytes, mime: str) -> str:
        path = f"{_BASE}/uploads.json?{urlencode({'filename': name})}"
        mime = mime or "application/octet-stream"
        made = await self._api.octets("POST", path, content, mime=mime)
        return str(made["upload"]["token"])

    async def _audits(self, far_id: str) -> list[dict[str, Any]]:
        """Oldest first."""
        audits: list[dict[str, Any]] = []
        path = f"{_BASE}/tickets/{quote(far_id)}/audits.json"
        for page in range(1, MOST_PAGES + 1):
            found = await self._api.get(f"{path}?{urlencode({'page': page, 'per_page': 100})}")
            audits += found["audits"]
            if not found.get("next_page"):
                break
        return sorted(audits, key=lambda audit: int(audit["id"]))


def _mark(audit: Mapping[str, Any]) -> str:
    return str(((audit.get("metadata") or {}).get("custom") or {}).get(MARK) or "")


def _said(audit: Mapping[str, Any], event: Mapping[str, Any], there: FarTicket) -> FarArticle:
    author, mark = str(event.get("author_id") or audit.get("author_id") or ""), _mark(audit)
    body = event.get("plain_body") or event.get("body")
    return FarArticle(
        id=str(event["id"]),
        author=author,
        at=moment_of(audit.get("created_at")),
        internal=not event.get("public"),
        is_customer=author in there.customers,
        marks=(mark,) if mark else (),
        body=said_text(body, is_html=False),
        files=tuple(str(each["file_name"]) for each in event.get("attachments") or ()),
    )


def _others(found: Mapping[str, Any]) -> dict[str, str]:
    """What a ticket says that we do not keep, its custom fields with it."""
    known = {name: str(found.get(name) or "") for name in _OTHERS}
    known["tags"] = " ".join(sorted(map(str, found.get("tags") or ())))
    for each in found.get("custom_fields") or ():
        known[f"custom {each['id']}"] = str(each.get("value") or "")
    return known


ADAPTER = TicketAdapter(Zendesk, from_zendesk)
