"""A small Zendesk: the public shapes of what our adapter asks of it, and of what it posts.

Source: developer.zendesk.com.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from typing import TYPE_CHECKING

from aiohttp import web

from ivr.cti.adapters.far import FarRules
from tests.fakes.ticket_systems import BEGAN, CUSTOMER, SECRET, FakeSystem, Kept, Said

if TYPE_CHECKING:
    from datetime import datetime


class FakeZendesk(FakeSystem):
    """Zendesk."""

    kind = "zendesk"
    rules = FarRules(people={"ayşe": "7"})

    def __init__(self) -> None:
        super().__init__()
        self._uploads: dict[str, tuple[str, bytes]] = {}
        self._once: dict[str, Kept] = {}

    def routes(self) -> list[web.RouteDef]:
        base = "/api/v2"
        return [
            web.get(f"{base}/tickets.json", self._list),
            web.post(f"{base}/tickets.json", self._create),
            web.get(f"{base}/tickets/{{id}}.json", self._show),
            web.put(f"{base}/tickets/{{id}}.json", self._change),
            web.get(f"{base}/tickets/{{id}}/audits.json", self._audits),
            web.post(f"{base}/uploads.json", self._upload),
        ]

    async def merge(self, far_id: int, into: int) -> None:
        """The loser is closed."""
        await super().merge(far_id, into)
        self.kept[far_id].status = "closed"

    async def _list(self, request: web.Request) -> web.Response:
        key = request.query["external_id"]
        found = [{"id": one.id} for one in self.kept.values() if one.key == key]
        return web.json_response({"tickets": found, "next_page": None})

    async def _create(self, request: web.Request) -> web.Response:
        asked = (await request.json())["ticket"]
        once = request.headers["Idempotency-Key"]
        if once not in self._once:
            body = asked["comment"]["body"]
            made = self._keep(
                asked["external_id"], asked["subject"], body, asked["status"], asked["priority"]
            )
            self._once[once] = made
        return web.json_response({"ticket": {"id": self._once[once].id}}, status=201)

    async def _show(self, request: web.Request) -> web.Response:
        one = self._of(request)
        shown = {"id": one.id, "status": one.status, "assignee_id": one.owner or None}
        shown |= {"priority": one.priority, "subject": one.subject, "requester_id": CUSTOMER}
        return web.json_response({"ticket": shown})

    async def _change(self, request: web.Request) -> web.Response:
        one, asked = self._of(request), (await request.json())["ticket"]
        if one.status == "closed":
            raise web.HTTPUnprocessableEntity(text='{"error":"RecordInvalid"}')
        one.status = asked.get("status", one.status)
        one.owner = str(asked.get("assignee_id", one.owner) or "")
        one.priority = asked.get("priority", one.priority)
        audit = next(self._ids)
        if "comment" in asked:
            comment, mark = asked["comment"], asked["metadata"]["ivr_article"]
            files = dict(self._uploads.pop(token) for token in comment.get("uploads", ()))
            text = comment.get("html_body", comment.get("body"))
            one.said.append(Said(audit, "", text, not comment["public"], mark, files))
        return web.json_response({"ticket": {"id": one.id}, "audit": {"id": audit}})

    async def _audits(self, request: web.Request) -> web.Response:
        one = self._of(request)
        first = Said(0, "", one.body, internal=False)
        audits = [_audit(each) for each in (first, *one.said)]
        return web.json_response({"audits": audits, "next_page": None})

    def post(self, far_id: int, now: datetime) -> tuple[dict[str, str], bytes]:
        """An event."""
        detail = {"id": str(far_id), "updated_at": now.isoformat()}
        kind = "zen:event-type:ticket.status_changed"
        body = json.dumps({"id": f"e-{next(self._ids)}", "type": kind, "detail": detail}).encode()
        stamp = now.strftime("%Y-%m-%dT%H:%M:%SZ")
        signed = hmac.digest(SECRET.encode(), stamp.encode() + body, hashlib.sha256)
        name = "x-zendesk-webhook-signature"
        return {name: base64.b64encode(signed).decode(), f"{name}-timestamp": stamp}, body

    async def _upload(self, request: web.Request) -> web.Response:
        token = f"u{next(self._ids)}"
        self._uploads[token] = (request.query["filename"], await request.read())
        return web.json_response({"upload": {"token": token}}, status=201)


def _audit(said: Said) -> dict[str, object]:
    event = {
        "id": said.id + 1_000_000,
        "type": "Comment",
        "body": said.body,
        "public": not said.internal,
        "author_id": CUSTOMER if said.is_customer else "bob",
    }
    custom = {"ivr_article": said.mark}
    metadata = {"system": {}, "custom": custom}
    return {"id": said.id, "created_at": BEGAN, "metadata": metadata, "events": [event]}
