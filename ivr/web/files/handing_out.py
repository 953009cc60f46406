"""Handing a file out, as a download: what is in it is never shown as a page."""

from __future__ import annotations

from contextlib import aclosing
from typing import TYPE_CHECKING
from urllib.parse import quote

from aiohttp import web

from ivr.domain.errors import PortError, RequestError

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from ivr.runtime.ports.files import Files
    from ivr.runtime.ports.ticket_rows import FileRow

SHOWN_AS = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp", "application/pdf"})
"""Kinds that keep their name; a browser asks before it opens anything else."""
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
}


async def hand_out(request: web.Request, files: Files, row: FileRow) -> web.StreamResponse:
    """Send a file, a piece at a time. Raises NotFoundError, StoreError, both before it begins."""
    async with aclosing(files.stream(row.uri)) as pieces:
        first = await anext(pieces, b"")
        response = web.StreamResponse(headers=_headers(row))
        response.content_type = row.mime if row.mime in SHOWN_AS else "application/octet-stream"
        response.content_length = row.size_bytes
        await response.prepare(request)
        try:
            await _send(response, first, pieces)
        except (ConnectionError, PortError, RequestError):
            # The head is out: whoever reads sees that the rest is missing.
            if request.transport is not None:
                request.transport.abort()
    return response


async def _send(
    response: web.StreamResponse, first: bytes, pieces: AsyncGenerator[bytes, None]
) -> None:
    piece = first
    while piece:
        await response.write(piece)
        piece = await anext(pieces, b"")
    await response.write_eof()


def _headers(row: FileRow) -> dict[str, str]:
    name = quote(row.filename, safe="")
    return {**HEADERS, "Content-Disposition": f"attachment; filename*=UTF-8''{name}"}
