"""Ticket systems of others, small: the public shapes of what our adapters ask of them.

Each keeps tickets and what was said on them, and shows them to a test in one way. Sources:
docs.bestpractical.com (RT::REST2), docs.zammad.org, developer.zendesk.com.
"""

from __future__ import annotations

import base64
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

    def _keep(self, key: str, subject: str, body: str, status: str) -> Kept:
        made = Kept(next(self._ids), key, subject, body, status)
        self.kept[made.id] = made
        return made

    def _of(self, request: web.Request) -> Kept:
        found = self.kept.get(int(request.match_info["id"]))
        if found is None:
            raise web.HTTPNotFound(text='{"message":"Not Found"}')
        return found


class FakeRt(FakeSystem):
    """Request Tracker 5."""

    kind = "rt"

    def routes(self) -> list[web.RouteDef]:
        base = "/REST/2.0"
        return [
            web.get(f"{base}/tickets", self._search),
            web.post(f"{base}/ticket", self._create),
            web.get(f"{base}/ticket/{{id}}", self._show),
            web.put(f"{base}/ticket/{{id}}", self._change),
            web.get(f"{base}/ticket/{{id}}/history", self._history),
            web.post(f"{base}/ticket/{{id}}/{{what:comment|correspond}}", self._say),
        ]

    async def _search(self, request: web.Request) -> web.Response:
        words = next(filter(None, QUOTED.search(request.query["query"]).groups()))  # type: ignore[union-attr]
        found = [{"id": str(one.id)} for one in self.kept.values() if words in one.subject]
        return web.json_response({"items": found, "pages": 1, "total": len(found)})

    async def _create(self, request: web.Request) -> web.Response:
        asked = await request.json()
        made = self._keep("", asked["Subject"], asked["Content"], asked["Status"])
        return web.json_response({"id": str(made.id), "type": "ticket"}, status=201)

    async def _show(self, request: web.Request) -> web.Response:
        one = self._of(request)
        one = self.kept[one.into] if one.into else one
        return web.json_response(
            {"id": one.id, "Status": one.status, "Owner": {"id": one.owner or "Nobody"}}
        )

    async def _change(self, request: web.Request) -> web.Response:
        one, asked = self._of(request), await request.json()
        one.status = asked.get("Status", one.status)
        one.owner = asked.get("Owner", one.owner)
        return web.json_response(["changed"])

    async def _history(self, request: web.Request) -> web.Response:
        one = self._of(request)
        items = [
            {"id": str(each.id), "Type": "Comment", "Data": each.subject + "\n"}
            for each in one.said
        ]
        return web.json_response({"items": items, "pages": 1})

    async def _say(self, request: web.Request) -> web.Response:
        one, asked = self._of(request), await request.json()
        files = {
            each["FileName"]: base64.b64decode(each["FileContent"])
            for each in asked.get("Attachments", ())
        }
        internal = request.match_info["what"] == "comment"
        one.said.append(
            Said(next(self._ids), asked["Subject"], asked["Content"], internal, files=files)
        )
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
        made = self._keep(asked["ivr_number"], asked["title"], article["body"], asked["state"])
        return web.json_response(_zammad(made), status=201)

    async def _show(self, request: web.Request) -> web.Response:
        return web.json_response(_zammad(self._of(request)))

    async def _change(self, request: web.Request) -> web.Response:
        one, asked = self._of(request), await request.json()
        _want_time(asked)
        one.status = asked.get("state", one.status)
        one.owner = asked.get("owner", one.owner)
        return web.json_response(_zammad(one))

    async def _links(self, request: web.Request) -> web.Response:
        into = self.kept[int(request.query["link_object_value"])].into
        link = {"link_type": "parent", "link_object": "Ticket", "link_object_value": into}
        return web.json_response({"links": [link] if into else [], "assets": {}})

    async def _articles(self, request: web.Request) -> web.Response:
        one = self._of(request)
        return web.json_response([{"id": each.id, "subject": each.subject} for each in one.said])

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
    return {"id": one.id, "state": state, "owner": one.owner or "-", "ivr_number": one.key}


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
            made = self._keep(asked["external_id"], asked["subject"], body, asked["status"])
            self._once[once] = made
        return web.json_response({"ticket": {"id": self._once[once].id}}, status=201)

    async def _show(self, request: web.Request) -> web.Response:
        one = self._of(request)
        shown = {"id": one.id, "status": one.status, "assignee_id": one.owner or None}
        return web.json_response({"ticket": shown})

    async def _change(self, request: web.Request) -> web.Response:
        one, asked = self._of(request), (await request.json())["ticket"]
        if one.status == "closed":
            raise web.HTTPUnprocessableEntity(text='{"error":"RecordInvalid"}')
        one.status = asked.get("status", one.status)
        one.owner = str(asked.get("assignee_id", one.owner))
        audit = next(self._ids)
        if "comment" in asked:
            comment, mark = asked["comment"], asked["metadata"]["ivr_article"]
            files = dict(self._uploads.pop(token) for token in comment.get("uploads", ()))
            text = comment.get("html_body", comment.get("body"))
            one.said.append(Said(audit, "", text, not comment["public"], mark, files))
        return web.json_response({"ticket": {"id": one.id}, "audit": {"id": audit}})

    async def _audits(self, request: web.Request) -> web.Response:
        audits = [
            {"id": each.id, "metadata": {"system": {}, "custom": {"ivr_article": each.mark}}}
            for each in self._of(request).said
        ]
        return web.json_response({"audits": audits, "next_page": None})

    async def _upload(self, request: web.Request) -> web.Response:
        token = f"u{next(self._ids)}"
        self._uploads[token] = (request.query["filename"], await request.read())
        return web.json_response({"upload": {"token": token}}, status=201)
