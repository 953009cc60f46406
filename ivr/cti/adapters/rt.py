"""Request Tracker 5 by its REST 2.0 API.

Our number stands in a custom field, or in the subject as `[ivr NUMBER]`, so that a ticket is found
before it is opened a second time; each article has its mark in the subject of its transaction. A
merged ticket answers under its old id with the id that it lives on under. `_url` is never followed.
RT 5.0.3 breaks at file names that are not ASCII and says so to nobody, so names are folded; it
answers 200 to a status it does not have, so we look again. It posts nothing, so it is asked for its
transactions: their numbers rise, but one that is being written may come to light behind a higher
one, so a few are asked for again.
Source: docs.bestpractical.com, "RT::REST2".
"""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from ivr.cti.adapters.far import (
    Api,
    FarArticle,
    FarPlace,
    FarTicket,
    News,
    TicketAdapter,
    TicketOut,
    marks_in,
    moment_of,
    said_text,
)
from ivr.cti.adapters.words import Tongue, Translation
from ivr.cti.outbox.retrying import NotTakenError
from ivr.domain.fold import fold
from ivr.runtime.ports.deliveries import DEAD
from ivr.runtime.ports.far.inbox import Message

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

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
PRIORITIES = ("20", "50", "80", "100")
TONGUE = Tongue(STATUSES, PRIORITIES, "Nobody")
MOST_PAGES = 100
MOST_NEWS = 100
BEHIND = 50
"""Transactions that are asked for again."""
_BASE = "/REST/2.0"
_SAID = {"Create", "Comment", "Correspond"}
_SILENT = ("EmailRecord", "CommentEmailRecord")
_OTHERS = ("Subject", "Due", "Starts", "TimeWorked", "TimeLeft", "TimeEstimated")


class RequestTracker:
    """One Request Tracker; implements `FarSystem`."""

    def __init__(self, place: FarPlace) -> None:
        self._rules = place.rules
        self._api = Api(place)
        self.words = Translation(place.rules, TONGUE)

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
            "Status": self.words.status(ticket),
            "Priority": int(PRIORITIES[ticket.priority - 1]),
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
        return FarTicket(
            str(found["id"]),
            found["Status"],
            str((found.get("Owner") or {}).get("id", "")),
            priority=str(found.get("Priority") or ""),
            customers=frozenset(str(each["id"]) for each in found.get("Requestor") or ()),
            others=_others(found),
        )

    async def told(self, far_id: str) -> Mapping[str, str]:
        """From the subjects of its transactions."""
        known: dict[str, str] = {}
        for item in await self._history(far_id):
            if item["Type"] in _SAID:
                marks = marks_in(item["Data"] or "")
                known = dict.fromkeys(marks, str(item["id"])) | known  # who repeats one is another
        return known

    async def said(self, there: FarTicket) -> Sequence[FarArticle]:
        """From its comments and correspondences."""
        return [
            FarArticle(
                id=str(item["id"]),
                author=str(item["Creator"]["id"]),
                at=moment_of(item["Created"]),
                internal=item["Type"] == "Comment",
                is_customer=str(item["Creator"]["id"]) in there.customers,
                marks=tuple(marks_in(item["Data"] or "")),
            )
            for item in await self._history(there.id)
            if item["Type"] in _SAID - {"Create"}
        ]

    async def whole(self, article: FarArticle) -> FarArticle:
        """A transaction has its words and its files as attachments."""
        asked = urlencode({"fields": "Content,ContentType,Filename", "per_page": 100})
        path = f"{_BASE}/transaction/{quote(article.id)}/attachments?{asked}"
        parts = (await self._api.get(path))["items"]
        files = tuple(str(each["Filename"]) for each in parts if each.get("Filename"))
        words = [each for each in parts if not each.get("Filename") and each.get("Content")]
        plain = [each for each in words if each.get("ContentType") == "text/plain"]
        first = (plain or words or [{}])[0]
        is_html = first.get("ContentType") == "text/html"
        return replace(article, body=said_text(first.get("Content"), is_html), files=files)

    async def news(self, position: str) -> News:
        """Its transactions, whatever ticket they are about."""
        if not position:
            newest = await self._transactions("id > 0", "DESC", 1)
            return News((), str(newest[0]["id"]) if newest else "0")
        after = max(0, int(position) - BEHIND)
        found = await self._transactions(f"id > {after}", "ASC", MOST_NEWS)
        last = max((int(item["id"]) for item in found), default=0)
        messages = [_message(item) for item in found if item["Type"] not in _SILENT]
        return News(messages, str(max(last, int(position))))

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

    async def settle(self, there: FarTicket, wanted: Mapping[str, str]) -> None:
        """Status, owner and priority."""
        asked: dict[str, Any] = {}
        status = wanted.get("status", there.status)
        if there.status != status:
            asked["Status"] = status
        owner = wanted.get("assignee", there.owner) or TONGUE.nobody
        if owner != (there.owner or TONGUE.nobody):
            asked["Owner"] = owner
        if wanted.get("priority", there.priority) != there.priority:
            asked["Priority"] = int(wanted["priority"])
        if not asked:
            return
        said = await self._api.send("PUT", f"{_BASE}/ticket/{quote(there.id)}", asked)
        now = await self.look(there.id)
        if now.status != status:
            raise NotTakenError(f"it keeps its status {now.status}: {said}"[:200], DEAD)

    async def close(self) -> None:
        """Let go of every connection."""
        await self._api.close()

    async def _history(self, far_id: str) -> list[dict[str, Any]]:
        """All of a ticket's transactions, oldest first."""
        items: list[dict[str, Any]] = []
        for page in range(1, MOST_PAGES + 1):
            asked = {"fields": "Type,Data,Creator,Created", "per_page": 100, "page": page}
            path = f"{_BASE}/ticket/{quote(far_id)}/history?{urlencode(asked)}"
            found = await self._api.get(path)
            items += found["items"]
            if page >= int(found["pages"]):
                break
        return sorted(items, key=lambda item: int(item["id"]))

    async def _transactions(self, where: str, order: str, most: int) -> list[dict[str, Any]]:
        asked = {
            "query": f"ObjectType = 'RT::Ticket' AND {where}",
            "fields": "Type,Field,OldValue,NewValue,ObjectId,Creator,Created",
            "orderby": "id",
            "order": order,
            "per_page": most,
        }
        found = await self._api.get(f"{_BASE}/transactions?{urlencode(asked)}")
        return list(found["items"])


def _others(found: Mapping[str, Any]) -> dict[str, str]:
    """What a ticket says that we do not keep: words, its queue, its custom fields."""
    known = {name: str(found.get(name) or "") for name in _OTHERS}
    known["Queue"] = str((found.get("Queue") or {}).get("id", ""))
    for each in found.get("CustomFields") or ():
        known[f"CF.{each['name']}"] = ", ".join(map(str, each.get("values") or ()))
    return known


def _message(item: Mapping[str, Any]) -> Message:
    what = " ".join(filter(None, (str(item["Type"]), str(item.get("Field") or ""))))
    shown = {name: each for name, each in item.items() if not name.startswith("_")}
    return Message(
        event=str(item["id"]),
        far_id=str(item["ObjectId"]),
        version=f"{int(item['id']):020d}",
        what=what,
        body=json.dumps(shown, ensure_ascii=False, sort_keys=True),
    )


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
