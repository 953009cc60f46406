"""Recorded prompts for providers that fetch them: named by their content, so they never change."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from aiohttp import web

Find = Callable[[str], bytes | None]
"""A file by the hex SHA-256 of its bytes."""


def wav(find: Find) -> Callable[[web.Request], Awaitable[web.Response]]:
    """The handler of `/media/{digest}.wav`."""

    async def handle(request: web.Request) -> web.Response:
        digest = request.match_info["digest"]
        data = find(digest)
        if data is None:
            raise web.HTTPNotFound
        headers = {"Cache-Control": "public, max-age=86400", "ETag": f'"{digest}"'}
        return web.Response(body=data, content_type="audio/wav", headers=headers)

    return handle
