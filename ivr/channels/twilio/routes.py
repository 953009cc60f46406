"""The HTTP side of the webhooks: raw body and raw target in, an answer out."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from aiohttp import web

from ivr.channels.twilio.hooks import Hooks
from ivr.channels.twilio.wire.signature import SignedRequest
from ivr.domain.errors import RequestError
from ivr.runtime import metrics

if TYPE_CHECKING:
    from ivr.channels import ReadBody
    from ivr.channels.twilio.pages import Answer
    from ivr.channels.twilio.trunk import TwilioTrunk

PAGES = ("next", "voice", "status", "ask", "fallback")  # the most asked for is found first
MOST_BYTES = 256 * 1024
BODY_WITHIN_S = 5.0
SIGNATURE = "X-Twilio-Signature"
SETTINGS = "X-Twilio-Webhooks-Signature-Settings"

Handler = Callable[[web.Request], Awaitable[web.Response]]


def routes(trunks: Mapping[str, TwilioTrunk], read_body: ReadBody) -> Sequence[web.RouteDef]:
    """POST only: digits in the URL of a GET would reach logs on the way."""
    doors = {name: Hooks(trunk) for name, trunk in trunks.items()}
    return [web.post(f"/hooks/{{trunk}}/{page}", _page(page, doors, read_body)) for page in PAGES]


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
    signed = SignedRequest(
        raw_target=request.raw_path,
        signatures=request.headers.getall(SIGNATURE, ()),
        content_type=request.headers.get("Content-Type", ""),
        body=body,
        settings=request.headers.getall(SETTINGS, ()),
    )
    return await hooks.answer(page, signed)


def _response(answer: Answer) -> web.Response:
    headers = {"Content-Type": answer.content_type} if answer.body else None
    return web.Response(status=answer.status, body=answer.body or None, headers=headers)
