"""What machines ask the server: is it alive, may it take calls, how is it doing."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from aiohttp import web

from ivr.runtime import metrics

Ready = Callable[[], Awaitable[dict[str, bool]]]
"""Each part that must work before calls are sent here, and whether it does."""


def routes(ready: Ready, *, with_metrics: bool) -> list[web.RouteDef]:
    """`/healthz` (the loop turns), `/readyz` (503 until every part works), `/metrics`."""

    async def alive(_request: web.Request) -> web.Response:
        return web.json_response({"alive": True})

    async def may_take_calls(_request: web.Request) -> web.Response:
        parts = await ready()
        return web.json_response(parts, status=200 if all(parts.values()) else 503)

    found = [web.get("/healthz", alive), web.get("/readyz", may_take_calls)]
    return [*found, web.get("/metrics", figures)] if with_metrics else found


async def figures(_request: web.Request) -> web.Response:
    """Prometheus text format 0.0.4."""
    body = metrics.page()
    return web.Response(body=body, headers={"Content-Type": "text/plain; version=0.0.4"})
