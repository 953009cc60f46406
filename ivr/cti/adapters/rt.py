"""Request Tracker 5 by its REST 2.0 API.

Our number stands in a custom field, or in the subject as `[ivr NUMBER]`, so that a ticket is found
before it is opened a second time; each article has its mark in the subject of its transaction. A
merged ticket answers under its old id with the id that it lives on under. `_url` is never followed.
RT 5.0.3 breaks at file names that are not ASCII and says so to nobody, so names are folded; it
answers 200 to a status it does not have, so we look again.
Source: docs.bestpractical.com, "RT::REST2".
"""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from ivr.cti.adapters.far import (
    Api,
    FarPlace,
    FarTicket,
    TicketAdapter,
    TicketOut,
    marks_in,
)
from ivr.cti.outbox.retrying import NotTakenError
from ivr.domain.fold import fold
from ivr.runtime.ports.deliveries import DEAD

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ivr.cti.adapters.far import ArticleOut, FarFile

STATUSES = {
    "new": "new",
    "open": "open",
    "pending_customer": "stalled",
    "pending_third": "stalled",
    "resolved": "resolved",
    "closed": "resolved",
    "merged": "resolved",
    "cancelled": "rejected",
}
PRIORITIES = (20, 50, 80, 100)
MOST_PAGES = 100
_BASE = "/REST/2.0"
_SAID = {"Create", "Comment", "Correspond"}


class RequestTracker:
    """One Request Tracker; implements `FarSystem`."""

    def __init__(self, place: FarPlace) -> None:
        self._rules = place.rules
        self._api = Api(place)

    async def find(self, ticket: TicketOut) -> str | None:
        """By our number; a ticket opened by us and merged there since is not found this way."""
        where = f"Subject LIKE '{_tag(ticket)}'"
        if self._rules.number_field:
            where = f"'CF.{{{self._rules.number_field}}}' = '{ticket.number}'"
        found = await self._api.get(f"{_BASE}/tickets?{urlencode({'query': where})}")
        ids = sorted(int(item["id"]) for item in found["items"])
        return str(ids[0]) if ids else None

    async def create(self, ticket: TicketOut) -> str:
        """Open it."""
        asked: dict[str, object] = {
            "Queue": self._rules.teams.get(ticket.team, self._rules.queue),
            "Subject": ticket.subject,
            "Content": ticket.text or ticket.subject,
            "ContentType": "text/plain",
            "Status": self._status(ticket),
            "Priority": PRIORITIES[ticket.priority - 1],
        }
        if self._rules.number_field:
            asked["CustomFields"] = {self._rules.number_field: ticket.number}
        else:
            asked["Subject"] = f"{ticket.subject} {_tag(ticket)}"
        requester = ticket.email or self._rules.requester
        if requester:
            asked["Requestor"] = requester
        made = await self._api.send("POST", f"{_BASE}/ticket", asked)
        return str(made["id"])

    async def look(self, far_id: str) -> FarTicket:
        """How it stands."""
        found = await self._api.get(f"{_BASE}/ticket/{quote(far_id)}")
        owner = found.get("Owner") or {}
        return FarTicket(str(found["id"]), found["Status"], str(owner.get("id", "")))

    async def told(self, far_id: str) -> Mapping[str, str]:
        """From the subjects of its transactions."""
        known: dict[str, str] = {}
        for page in range(1, MOST_PAGES + 1):
            asked = urlencode({"fields": "Type,Data", "per_page": 100, "page": page})
            found = await self._api.get(f"{_BASE}/ticket/{quote(far_id)}/history?{asked}")
            for item in found["items"]:
                if item["Type"] in _SAID:
                    known |= dict.fromkeys(marks_in(item["Data"] or ""), str(item["id"]))
            if page >= int(found["pages"]):
                break
        return known

    async def append(self, far_id: str, article: ArticleOut) -> str:
        """A comment for ourselves, a correspondence for the customer."""
        what = "comment" if article.internal else "correspond"
        asked: dict[str, object] = {
            "Subject": article.subject,
            "Content": article.text,
            "ContentType": "text/html" if article.is_html else "text/plain",
        }
        files = [_file(each, each.content) for each in article.files if each.content is not None]
        if files:
            asked["Attachments"] = files
        await self._api.send("POST", f"{_BASE}/ticket/{quote(far_id)}/{what}", asked)
        return ""

    async def settle(self, there: FarTicket, ticket: TicketOut) -> None:
        """Status and owner."""
        wanted: dict[str, Any] = {}
        if there.status != self._status(ticket):
            wanted["Status"] = self._status(ticket)
        owner = self._rules.people.get(ticket.assignee, "")
        if owner and owner != there.owner:
            wanted["Owner"] = owner
        if not wanted:
            return
        said = await self._api.send("PUT", f"{_BASE}/ticket/{quote(there.id)}", wanted)
        now = await self.look(there.id)
        if now.status != self._status(ticket):
            raise NotTakenError(f"it keeps its status {now.status}: {said}"[:200], DEAD)

    async def close(self) -> None:
        """Let go of every connection."""
        await self._api.close()

    def _status(self, ticket: TicketOut) -> str:
        return self._rules.status.get(ticket.status, STATUSES[ticket.state])


def _tag(ticket: TicketOut) -> str:
    return f"[ivr {ticket.number}]"


def _file(file: FarFile, content: bytes) -> dict[str, str]:
    plain = fold(file.name).encode("ascii", "replace").decode().replace("?", "_")
    return {
        "FileName": plain or "file",
        "FileType": file.mime or "application/octet-stream",
        "FileContent": base64.b64encode(content).decode(),
    }


ADAPTER = TicketAdapter(RequestTracker)
