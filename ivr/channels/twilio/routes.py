"""The HTTP side of the webhooks: raw body and raw target in, an answer out."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TYPE_CHECKING
from urllib.parse import quote

from aiohttp import web

from ivr.channels.twilio import texting
from ivr.channels.twilio.wire.signature import SignedRequest
from ivr.domain.errors import RequestError
from ivr.runtime import metrics

if TYPE_CHECKING:
    from ivr.channels import Give, Headers, ReadBody, Way
    from ivr.channels.twilio.answers import Answer
    from ivr.channels.twilio.hooks import HookedTrunk, Hooks

PAGES = (
    *("next", "voice", "status", "ask", "fallback", "leg", "left", "room", "hold", "recording"),
    *("machine", "notice"),
    *texting.PAGES,
)
"""The most asked for is found first."""
MOST_BYTES = 256 * 1024
BODY_WITHIN_S = 5.0
SIGNATURE = "X-Twilio-Signature"
SETTINGS = "X-Twilio-Webhooks-Signature-Settings"

Handler = Callable[[web.Request], Awaitable[web.Response]]


def routes(trunks: Mapping[str, HookedTrunk], read_body: ReadBody) -> Sequence[web.RouteDef]:
    """POST only: digits in the URL of a GET would reach logs on the way."""
    doors = {name: trunk.hooks for name, trunk in trunks.items()}
    music = web.get("/media/music/{piece:[0-9a-f]{64}}.wav", _music(trunks))
    pages = [(page, _page(page, doors, read_body)) for page in PAGES]
    return [music, *(web.post(f"/hooks/{{trunk}}/{page}", handle) for page, handle in pages)]


def ways(trunks: Mapping[str, HookedTrunk]) -> Mapping[str, Way]:
    """The same pages for requests that come the short way, whose bodies have been read."""
    return {
        f"/hooks/{quote(name, safe='')}/{page}": _way(page, trunk.hooks)
        for name, trunk in trunks.items()
        for page in PAGES
    }


def _way(page: str, hooks: Hooks) -> Way:
    def serve(target: str, headers: Headers, body: bytes, give: Give) -> None:
        signed = _signed(target, headers, body)
        hooks.begin(page, signed, lambda one: give(one.status, one.content_type, one.body))

    return serve


def _signed(target: str, headers: Headers, body: bytes) -> SignedRequest:
    return SignedRequest(
        raw_target=target,
        signatures=headers.getall(SIGNATURE, ()),
        content_type=headers.get("Content-Type", ""),
        body=body,
        settings=headers.getall(SETTINGS, ()),
    )


def _music(trunks: Mapping[str, HookedTrunk]) -> Handler:
    """A piece of music for who waits; it never changes, so the provider may keep it."""

    async def handle(request: web.Request) -> web.Response:
        name = request.match_info["piece"]
        found = (trunk.jukebox.piece(name) for trunk in trunks.values())
        piece = next((data for data in found if data is not None), None)
        if piece is None:
            raise web.HTTPNotFound
        headers = {"Cache-Control": "public, max-age=86400", "ETag": f'"{name}"'}
        return web.Response(body=piece, content_type="audio/wav", headers=headers)

    return handle


def _page(page: str, doors: Mapping[str, Hooks], read_body: ReadBody) -> Handler:
    async def handle(request: web.Request) -> web.Response:
        hooks = doors.get(request.match_info["trunk"])
        if hooks is None:
            metrics.REFUSED.labels("?", "unknown_trunk").inc()
            return web.Response(status=404)
        return _response(await handled(page, hooks, request, read_body))

    return handle


async def handled(page: str, hooks: Hooks, request: web.Request, read_body: ReadBody) -> Answer:
    """One request, from its raw octets to its answer."""
    try:
        body = await read_body(request, MOST_BYTES, BODY_WITHIN_S)
    except RequestError as error:
        return hooks.refuse(error.code, error.status)
    return await hooks.answer(page, _signed(request.raw_path, request.headers, body))


def _response(answer: Answer) -> web.Response:
    headers = {"Content-Type": answer.content_type} if answer.body else None
    return web.Response(status=answer.status, body=answer.body or None, headers=headers)
