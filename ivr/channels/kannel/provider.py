"""Kannel as the registry of providers knows it: its trunks, and the pages that it asks for."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

from aiohttp import web

from ivr.channels import Place, Provider
from ivr.channels.kannel.line import KannelLine
from ivr.channels.kannel.wire.requests import Gateway, Query, report, text_in
from ivr.domain.errors import PortError, RequestError
from ivr.runtime import metrics

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ivr.channels import ReadBody
    from ivr.config.texting.kannel import KannelTrunk as Entry
    from ivr.runtime.ports import Clock
    from ivr.runtime.ports.texts import TextDoor

MOST_BYTES = 64 * 1024
BODY_WITHIN_S = 5.0
FORM = "application/x-www-form-urlencoded"
_LOG = logging.getLogger(__name__)
Handler = Callable[[web.Request], Awaitable[web.Response]]


@dataclass(frozen=True, slots=True)
class Trunk:
    """One gateway."""

    name: str
    gateway: Gateway
    line: KannelLine
    door: TextDoor | None
    clock: Clock

    async def text(self, query: Query) -> int:
        """A text comes in; the HTTP status."""
        text = text_in(query, self.name, self.clock.now())
        if text is None or self.door is None:
            return 400
        await self.door.received(text)
        return 200

    async def report(self, query: Query) -> int:
        """A report comes in; the HTTP status."""
        found = report(query, self.name, self.clock.now())
        if found is not None and self.door is not None:
            await self.door.reported(found)
        return 200


class Together:
    """What the trunks of this provider hold open."""

    def __init__(self, trunks: Mapping[str, Trunk]) -> None:
        self._trunks = trunks

    async def start(self) -> None:
        """Nothing is begun: the gateway asks us."""

    def drain(self) -> None:
        """Texts are no calls."""

    async def close(self) -> None:
        """Let go of the connections."""
        for trunk in self._trunks.values():
            await trunk.line.close()


def _open(name: str, entry: Entry, place: Place) -> Trunk:
    gateway = Gateway(
        base=place.public_base.rstrip("/"),
        trunk=name,
        sender=entry.texts.sender,
        username=entry.username,
        password=entry.password.reveal(),
        secret=entry.secret.reveal(),
        smsc=entry.smsc or "",
    )
    line = KannelLine(gateway, str(entry.sendsms))
    return Trunk(name, gateway, line, place.texts, place.switch.ports.clock)


def _routes(trunks: Mapping[str, Trunk], read_body: ReadBody) -> Sequence[web.RouteDef]:
    """By GET, as `get-url` and `dlr-url` are asked for, and by POST. The paths name the trunks:
    other providers have pages of the same names."""
    found: list[web.RouteDef] = []
    for name, trunk in trunks.items():
        for page, act in (("sms", trunk.text), ("status", trunk.report)):
            handle = _handler(trunk, act, read_body)
            path = f"/hooks/{quote(name, safe='')}/{page}"
            found += [web.get(path, handle), web.post(path, handle)]
    return found


def _handler(trunk: Trunk, act: Callable[[Query], Awaitable[int]], read_body: ReadBody) -> Handler:
    async def handle(request: web.Request) -> web.Response:
        try:
            query = await _query(request, read_body)
            if not trunk.gateway.lets_in(query):
                metrics.REFUSED.labels(trunk.name, "secret").inc()
                return web.Response(status=403)
            return web.Response(status=await act(query), content_type="text/plain")
        except RequestError as error:
            return web.Response(status=error.status)
        except ValueError:
            return web.Response(status=400)
        except PortError as error:
            _LOG.warning("text_not_kept", extra={"facts": {"why": str(error)}})
            return web.Response(status=503)

    return handle


async def _query(request: web.Request, read_body: ReadBody) -> Query:
    raw = request.rel_url.raw_query_string
    if request.method == "POST" and request.content_type == FORM:
        body = await read_body(request, MOST_BYTES, BODY_WITHIN_S)
        raw = "&".join([part for part in (raw, body.decode("latin-1")) if part])
    return Query(raw)


def _line(trunk: Trunk) -> KannelLine:
    return trunk.line


def _together(trunks: Mapping[str, Trunk], _place: Place) -> Together:
    return Together(trunks)


PROVIDER = Provider(open=_open, routes=_routes, together=_together, line=_line, calls=False)
