"""Ticket systems of others, small: the public shapes of what our adapters ask of them.

Each keeps tickets and what was said on them, and shows them to a test in one way. Sources:
docs.bestpractical.com (RT::REST2), docs.zammad.org, developer.zendesk.com.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING, Any

from aiohttp import web
from aiohttp.test_utils import TestServer

from ivr.cti.adapters.far import FarRules

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

SECRET = "s" * 32
BEGAN = "2026-11-22T09:00:00Z"
CUSTOMER = "musteri@firm.example"
QUOTED = re.compile(r"""LIKE '([^']*)'|= '([^']*)'|:"([^"]*)\"""")


@dataclass
class Said:
    """Something said there. files: name -> content."""

    id: int
    subject: str
    body: str
    internal: bool
    mark: str = ""
    files: dict[str, bytes] = field(default_factory=dict)
    is_customer: bool = False


@dataclass
class Kept:
    """A ticket there. key: what it is found by; into: where it was merged."""

    id: int
    key: str
    subject: str
    body: str
    status: str
    owner: str = ""
    into: int = 0
    said: list[Said] = field(default_factory=list)
    priority: str = ""


class FakeSystem(ABC):
    """What all have in common. headers: that sign us in."""

    kind = ""
    headers: Mapping[str, str] = {"Authorization": "t"}
    rules = FarRules(queue="General", people={"ayşe": "7"})

    def __init__(self) -> None:
        self.kept: dict[int, Kept] = {}
        self._ids = count(1)
        self._server: TestServer | None = None

    async def open(self) -> None:
        """Begin to listen."""
        app = web.Application(client_max_size=2**26)
        app.add_routes(self.routes())
        self._server = TestServer(app, host="127.0.0.1")
        await self._server.start_server()

    async def close(self) -> None:
        """Stop listening."""
        if self._server is not None:
            await self._server.close()

    @property
    def base(self) -> str:
        """Its address."""
        assert self._server is not None
        return f"http://127.0.0.1:{self._server.port}"

    @abstractmethod
    def routes(self) -> list[web.RouteDef]:
        """What can be asked."""

    async def tickets(self) -> list[Kept]:
        """All there are, oldest first."""
        return list(self.kept.values())

    async def said(self, far_id: int) -> list[Said]:
        """What was said after the opening, oldest first."""
        return self.kept[far_id].said

    async def merge(self, far_id: int, into: int) -> None:
        """Somebody merges one there."""
        self.kept[far_id].into = into

    async def lose(self, far_id: int) -> None:
        """Somebody deletes one there."""
        del self.kept[far_id]

    async def speak(
        self, far_id: int, body: str, *, internal: bool = False, is_customer: bool = False
    ) -> None:
        """Somebody writes on one there."""
        said = Said(next(self._ids), "", body, internal, is_customer=is_customer)
        self.kept[far_id].said.append(said)
        self.note(far_id, "Comment" if internal else "Correspond", said.id)

    async def turn(self, far_id: int, **fields: str) -> None:
        """Somebody changes one there: status, owner, priority, subject."""
        for name, value in fields.items():
            setattr(self.kept[far_id], name, value)
            self.note(far_id, f"Set {name}")

    async def newest(self) -> int:
        """Number of its last transaction, if it has such."""
        return 0

    def post(self, far_id: int, now: datetime) -> tuple[dict[str, str], bytes]:
        """What it posts of a ticket now: headers in lower case, and the body."""
        raise NotImplementedError

    def note(self, far_id: int, what: str, number: int = 0) -> None:
        """Something has happened."""
        del far_id, what, number

    def _keep(self, key: str, subject: str, body: str, status: str, priority: str = "") -> Kept:
        made = Kept(next(self._ids), key, subject, body, status, priority=priority)
        self.kept[made.id] = made
        self.note(made.id, "Create")
        return made

    def _of(self, request: web.Request) -> Kept:
        found = self.kept.get(int(request.match_info["id"]))
        if found is None:
            raise web.HTTPNotFound(text='{"message":"Not Found"}')
        return found


class FakeRt(FakeSystem):
    """Request Tracker 5."""

    kind = "rt"

    def __init__(self) -> None:
        super().__init__()
        self.log: list[dict[str, Any]] = []

    async def newest(self) -> int:
        """Number of its last transaction."""
        return max((int(line["id"]) for line in self.log), default=0)

    def note(self, far_id: int, what: str, number: int = 0) -> None:
        """A transaction."""
        kind, _, of = what.partition(" ")
        number = number or next(self._ids)
        line = {"id": str(number), "Type": kind, "Field": of, "ObjectId": str(far_id)}
        self.log.append({**line, "Creator": {"id": "bob"}, "Created": BEGAN})

    def routes(self) -> list[web.RouteDef]:
        base = "/REST/2.0"
        return [
            web.get(f"{base}/tickets", self._search),
            web.post(f"{base}/ticket", self._create),
            web.get(f"{base}/ticket/{{id}}", self._show),
            web.put(f"{base}/ticket/{{id}}", self._change),
            web.get(f"{base}/ticket/{{id}}/history", self._history),
            web.get(f"{base}/transactions", self._transactions),
            web.get(f"{base}/transaction/{{id}}/attachments", self._attachments),
            web.post(f"{base}/ticket/{{id}}/{{what:comment|correspond}}", self._say),
        ]

    async def _search(self, request: web.Request) -> web.Response:
        words = next(filter(None, QUOTED.search(request.query["query"]).groups()))  # type: ignore[union-attr]
        found = [{"id": str(one.id)} for one in self.kept.values() if words in one.subject]
        return web.json_response({"items": found, "pages": 1, "total": len(found)})

    async def _create(self, request: web.Request) -> web.Response:
        asked = await request.json()
        level = str(asked["Priority"])
        made = self._keep("", asked["Subject"], asked["Content"], asked["Status"], level)
        return web.json_response({"id": str(made.id), "type": "ticket"}, status=201)

    async def _show(self, request: web.Request) -> web.Response:
        one = self._of(request)
        one = self.kept[one.into] if one.into else one
        shown = {"id": one.id, "Status": one.status, "Owner": {"id": one.owner or "Nobody"}}
        shown |= {"Priority": one.priority, "Subject": one.subject}
        return web.json_response({**shown, "Requestor": [{"id": CUSTOMER}]})

    async def _change(self, request: web.Request) -> web.Response:
        one, asked = self._of(request), await request.json()
        one.status = asked.get("Status", one.status)
        one.owner = asked.get("Owner", one.owner)
        one.priority = str(asked.get("Priority", one.priority))
        self.note(one.id, "Status Status")
        return web.json_response(["changed"])

    async def _history(self, request: web.Request) -> web.Response:
        one = self._of(request)
        items = [
            {
                "id": str(each.id),
                "Type": "Comment" if each.internal else "Correspond",
                "Data": each.subject + "\n",
                "Creator": {"id": CUSTOMER if each.is_customer else "bob"},
                "Created": BEGAN,
            }
            for each in one.said
        ]
        return web.json_response({"items": items, "pages": 1})

    async def _transactions(self, request: web.Request) -> web.Response:
        after = int(request.query["query"].rpartition(" ")[2])
        found = [line for line in self.log if int(line["id"]) > after]
        found.sort(key=lambda line: int(line["id"]), reverse=request.query["order"] == "DESC")
        most = int(request.query["per_page"])
        return web.json_response({"items": found[:most], "pages": 1})

    async def _attachments(self, request: web.Request) -> web.Response:
        number = int(request.match_info["id"])
        every = [each for one in self.kept.values() for each in one.said]
        said = next(each for each in every if each.id == number)
        part = {"Content": said.body, "ContentType": "text/plain", "Filename": ""}
        return web.json_response({"items": [part], "pages": 1})

    async def _say(self, request: web.Request) -> web.Response:
        one, asked = self._of(request), await request.json()
        files = {
            each["FileName"]: base64.b64decode(each["FileContent"])
            for each in asked.get("Attachments", ())
        }
        internal = request.match_info["what"] == "comment"
        said = Said(next(self._ids), asked["Subject"], asked["Content"], internal, files=files)
        one.said.append(said)
        self.note(one.id, "Comment" if internal else "Correspond", said.id)
        return web.json_response(["added"], status=201)


class FakeZammad(FakeSystem):
    """Zammad; an attribute `ivr_number` was made for our number."""

    kind = "zammad"
    rules = FarRules("Users", "ivr_number", "phone@firm.example", people={"ayşe": "ayse@f.example"})

    def routes(self) -> list[web.RouteDef]:
        base = "/api/v1"
        return [
            web.get(f"{base}/tickets/search", self._search),
            web.post(f"{base}/tickets", self._create),
            web.get(f"{base}/tickets/{{id}}", self._show),
            web.put(f"{base}/tickets/{{id}}", self._change),
            web.get(f"{base}/links", self._links),
            web.get(f"{base}/ticket_articles/by_ticket/{{id}}", self._articles),
            web.post(f"{base}/ticket_articles", self._say),
        ]

    async def _search(self, request: web.Request) -> web.Response:
        words = request.query["query"].partition(":")[2].strip('"')
        found = [_zammad(one) for one in self.kept.values() if one.key == words]
        return web.json_response(found)

    async def _create(self, request: web.Request) -> web.Response:
        asked = await request.json()
        if not asked["customer_id"].removeprefix("guess:"):
            raise web.HTTPUnprocessableEntity(text='{"error":"customer"}')
        _want_time(asked)
        article = asked["article"]
        made = self._keep(
            *(asked["ivr_number"], asked["title"], article["body"], asked["state"]),
            asked["priority"],
        )
        return web.json_response(_zammad(made), status=201)

    async def _show(self, request: web.Request) -> web.Response:
        return web.json_response(_zammad(self._of(request)))

    async def _change(self, request: web.Request) -> web.Response:
        one, asked = self._of(request), await request.json()
        _want_time(asked)
        one.status = asked.get("state", one.status)
        one.owner = "" if asked.get("owner_id") == 1 else asked.get("owner", one.owner)
        one.priority = asked.get("priority", one.priority)
        return web.json_response(_zammad(one))

    def post(self, far_id: int, now: datetime) -> tuple[dict[str, str], bytes]:
        """A trigger's webhook."""
        ticket = {**_zammad(self.kept[far_id]), "updated_at": now.isoformat()}
        body = json.dumps({"ticket": ticket, "article": {}}).encode()
        signed = hmac.new(SECRET.encode(), body, hashlib.sha1).hexdigest()
        delivery = f"delivery-{next(self._ids)}"
        return {"x-hub-signature": f"sha1={signed}", "x-zammad-delivery": delivery}, body

    async def _links(self, request: web.Request) -> web.Response:
        into = self.kept[int(request.query["link_object_value"])].into
        link = {"link_type": "parent", "link_object": "Ticket", "link_object_value": into}
        return web.json_response({"links": [link] if into else [], "assets": {}})

    async def _articles(self, request: web.Request) -> web.Response:
        one = self._of(request)
        first = Said(0, one.subject, one.body, internal=False)
        return web.json_response([_article(each) for each in (first, *one.said)])

    async def _say(self, request: web.Request) -> web.Response:
        asked = await request.json()
        one = self.kept[asked["ticket_id"]]
        files = {
            each["filename"]: base64.b64decode(each["data"])
            for each in asked.get("attachments", ())
        }
        made = Said(
            next(self._ids), asked["subject"], asked["body"], asked["internal"], files=files
        )
        one.said.append(made)
        return web.json_response({"id": made.id}, status=201)


def _want_time(asked: Mapping[str, Any]) -> None:
    if str(asked.get("state", "")).startswith("pending") and "pending_time" not in asked:
        raise web.HTTPUnprocessableEntity(text='{"error":"pending_time"}')


def _zammad(one: Kept) -> dict[str, object]:
    state = "merged" if one.into else one.status
    found = {"id": one.id, "state": state, "owner": one.owner or "-", "ivr_number": one.key}
    return {**found, "priority": one.priority, "title": one.subject}


def _article(said: Said) -> dict[str, object]:
    return {
        "id": said.id,
        "subject": said.subject,
        "body": said.body,
        "content_type": "text/plain",
        "internal": said.internal,
        "sender": "Customer" if said.is_customer else "Agent",
        "from": CUSTOMER if said.is_customer else "bob@firm.example",
        "created_at": BEGAN,
        "attachments": [],
    }
