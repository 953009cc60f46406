"""The provider's REST interface: calls, rooms, and whatever can go wrong with a request.

Shapes of requests and answers: twilio/twilio-oai, `spec/json/twilio_api_v2010.json`.
"""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass
from datetime import timedelta
from email.utils import format_datetime
from typing import TYPE_CHECKING, Any

from aiohttp import encode_basic_auth, web

from ivr.channels.twilio.rest import BASE, LostError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ivr.channels.twilio.rest import Pairs, Said
    from ivr.runtime.ports import Clock
    from tests.fakes.twilio_exchange import Exchange
    from tests.fakes.twilio_legs import Leg, Member

WANTED = {"To", "From", "Url", "StatusCallback", "Timeout"}


@dataclass(slots=True)
class Fault:
    """What goes wrong with one request.

    status, code: answered instead. lost: done, but not answered. dropped: neither. late_s: done
    only then.
    """

    status: int = 0
    lost: bool = False
    dropped: bool = False
    late_s: float = 0.0
    code: int = 0


class RestServer:
    """Answers what our server asks. asked: kind, path and fields of each request.

    Kinds: `create move end fetch room sit text texts`. texts: messages that were sent.
    clock: for answers that come late.
    """

    def __init__(self, exchange: Exchange, clock: Clock) -> None:
        self.exchange = exchange
        self.asked: list[tuple[str, str, dict[str, str]]] = []
        self.texts: list[dict[str, Any]] = []
        self._clock = clock
        self._faults: dict[str, deque[Fault]] = {}

    def fails(self, kind: str, *faults: Fault) -> None:
        """What goes wrong with the next requests of a kind."""
        self._faults[kind] = deque(faults)

    def ended_by_us(self, leg: Leg) -> list[str]:
        """The statuses that our server has set on a leg."""
        path = f"Calls/{leg.sid}.json"
        return [form["Status"] for _kind, at, form in self.asked if at == path and "Status" in form]

    async def send(self, method: str, path: str, form: Pairs) -> Said:
        """Implements `Send`: one request of our server."""
        fields = dict(form)
        kind = _kind(method, path, fields)
        self.asked.append((kind, path, fields))
        waiting = self._faults.get(kind)
        fault = waiting.popleft() if waiting else Fault()
        if fault.late_s:
            await self._clock.sleep_until(self._clock.now() + timedelta(seconds=fault.late_s))
        if fault.dropped:
            raise LostError("dropped")
        if fault.status:
            return fault.status, {"code": fault.code or None}
        said = self._done(kind, path, fields)
        if fault.lost:
            raise LostError("lost")
        return said

    def _done(self, kind: str, path: str, fields: Mapping[str, str]) -> Said:
        if kind == "create":
            assert {*fields} >= WANTED, fields
            return 201, {"sid": self.exchange.ring_up(fields).sid, "status": "queued"}
        if kind == "room":
            room = self.exchange.rooms.get(fields["FriendlyName"])
            there = room is not None and bool(room.members)
            return 200, {"conferences": [{"sid": room.sid}] if room and there else []}
        if kind in {"text", "texts"}:
            return self._texting(kind, fields)
        return self._of_call(kind, path, fields)

    def _of_call(self, kind: str, path: str, fields: Mapping[str, str]) -> Said:
        parts = path.removesuffix(".json").split("/")
        if kind == "sit":
            return self._sit(parts[1], parts[3], fields)
        leg = self.exchange.legs.get(parts[1])
        if leg is None:
            return 404, {"code": 20404}
        if kind == "fetch":
            return 200, {"sid": leg.sid, "status": leg.status}
        return self._update(leg, fields)

    def _texting(self, kind: str, fields: Mapping[str, str]) -> Said:
        if kind == "texts":
            mine = [one for one in reversed(self.texts) if one["to"] == fields["To"]]
            return 200, {"messages": mine}
        assert {*fields} >= {"To", "Body", "StatusCallback"}, fields
        assert ("From" in fields) != ("MessagingServiceSid" in fields), fields
        sid = f"SM{len(self.texts) + 1:032}"
        self.texts.append(
            {
                "sid": sid,
                "to": fields["To"],
                "from": fields.get("From"),
                "body": fields["Body"],
                "status": "queued",
                "direction": "outbound-api",
                "date_created": format_datetime(self._clock.now()),
                "callback": fields["StatusCallback"],
            }
        )
        return 201, {"sid": sid, "status": "queued"}

    def _update(self, leg: Leg, fields: Mapping[str, str]) -> Said:
        if leg.is_over:
            return 400, {"code": 21220}
        status, url = fields.get("Status"), fields.get("Url")
        if url is not None:
            if leg.status != "in-progress":
                return 400, {"code": 21220}
            self.exchange.later(0.05, lambda: self.exchange.moved(leg, url))
        elif status == "completed" or leg.status != "in-progress":
            self.exchange.later(
                0,
                lambda: self.exchange.ended(
                    leg, "canceled" if status == "canceled" else "completed"
                ),
            )
        return 200, {"sid": leg.sid, "status": leg.status}

    def _sit(self, room_sid: str, sid: str, fields: Mapping[str, str]) -> Said:
        room = next((one for one in self.exchange.rooms.values() if one.sid == room_sid), None)
        member = room.members.get(sid) if room is not None else None
        if member is None:
            return 404, {"code": 20404}
        if "Hold" in fields:
            member.held = fields["Hold"] == "true"
            assert not member.held or fields["HoldUrl"]
        if "Muted" in fields:
            member.muted = fields["Muted"] == "true"
        if "AnnounceUrl" in fields:
            url = fields["AnnounceUrl"]
            self.exchange.later(0.05, lambda: self._announce(member, url))
        if "Coaching" in fields:
            member.coach = fields["CallSidToCoach"] if fields["Coaching"] == "true" else ""
        return 200, {"call_sid": sid}

    async def _announce(self, member: Member, url: str) -> None:
        """Play a document to somebody in a room."""
        provider = self.exchange.provider
        form = (("AccountSid", provider.account), ("CallSid", member.leg.sid))
        answer = await provider.send(url, form)
        member.announced += re.findall(r"<Say[^>]*>([^<]*)</Say>", answer.body.decode())

    # over HTTP

    def app(self, token: str) -> web.Application:
        """The same for a real server."""
        account = self.exchange.provider.account
        known = encode_basic_auth(account, token)

        async def handle(request: web.Request) -> web.Response:
            if request.headers.get("Authorization") != known:
                return web.json_response({"code": 20003}, status=401)
            form = request.query if request.method == "GET" else await request.post()
            fields = [(name, str(value)) for name, value in form.items()]
            status, said = await self.send(request.method, request.match_info["path"], fields)
            return web.json_response(dict(said), status=status)

        app = web.Application()
        app.router.add_route("*", f"/{BASE}/{account}/{{path:.*}}", handle)
        return app


def _kind(method: str, path: str, fields: Mapping[str, str]) -> str:
    if path == "Calls.json":
        return "create"
    if path == "Messages.json":
        return "text" if method == "POST" else "texts"
    if path == "Conferences.json":
        return "room"
    if path.startswith("Conferences/"):
        return "sit"
    if method == "GET":
        return "fetch"
    return "move" if "Url" in fields else "end"
