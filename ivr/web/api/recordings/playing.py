"""The sound itself, for whoever has a pass: whole or in parts, never kept on the way.

Whatever is wrong with a request for it, the answer is the same: there is nothing here.
"""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Any

from aiohttp import web

from ivr.domain.errors import NotFoundError, ReplayError, RequestError
from ivr.web.api.parts import BASE
from ivr.web.gate import GATE

if TYPE_CHECKING:
    from ivr.runtime.ports.recorded.recordings import RecordingRow, Sound
    from ivr.web.api.recordings.parts import RecordingParts

PATH = f"{BASE}/recordings/{{recording}}/audio"
HEADERS = {
    "Accept-Ranges": "bytes",
    "Cache-Control": "no-store",
    "Content-Disposition": 'inline; filename="message.wav"',
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Content-Type": "audio/wav",
    "X-Content-Type-Options": "nosniff",
}
_LOG = logging.getLogger(__name__)
Json = dict[str, Any]


class Playing:
    """The route that gives out sound."""

    def __init__(self, parts: RecordingParts) -> None:
        self._parts = parts

    def routes(self) -> list[web.RouteDef]:
        """One."""
        return [web.get(PATH, self.audio)]

    async def audio(self, request: web.Request) -> web.Response:
        """The WAV file of a recording, or the part that is asked for."""
        row, sound = await self._allowed(request)
        try:
            part = request.http_range
        except ValueError:
            return _not_so_long(sound.size_bytes)
        begin, end, _step = part.indices(sound.size_bytes)
        if begin >= end:
            return _not_so_long(sound.size_bytes)
        content = await self._read(row, sound, begin, end)
        if "Range" not in request.headers:
            return web.Response(body=content, headers=HEADERS)
        place = {"Content-Range": f"bytes {begin}-{end - 1}/{sound.size_bytes}"}
        return web.Response(status=206, body=content, headers={**HEADERS, **place})

    async def _allowed(self, request: web.Request) -> tuple[RecordingRow, Sound]:
        gone = NotFoundError("there is nothing here")
        try:
            who = await request.app[GATE].who(request)
        except RequestError:
            raise gone from None
        recording, token = request.match_info["recording"], request.query.get("pass", "")
        if not self._parts.passes.opens(token, recording, who):
            raise gone
        row = await self._parts.rows.get(recording)
        if row is None or row.sound is None:
            raise gone
        return row, row.sound

    async def _read(self, row: RecordingRow, sound: Sound, begin: int, end: int) -> bytes:
        """Raises StoreError: it may come back, a disk that is away."""
        try:
            return await asyncio.to_thread(self._parts.folder.sound, sound, begin, end)
        except (ReplayError, NotFoundError) as error:
            facts = {"recording": row.id, "why": str(error)}
            _LOG.error("recording_unreadable", extra={"facts": facts})
            raise NotFoundError("there is nothing here") from error


def _not_so_long(size: int) -> web.Response:
    return web.Response(status=416, headers={"Content-Range": f"bytes */{size}"})


def paths(_document: Json) -> Json:
    """The route as the OpenAPI document tells of it: it gives octets, no JSON."""
    sound = {"audio/wav": {"schema": {"type": "string", "format": "binary"}}}
    place = {"in": "path", "name": "recording", "required": True, "schema": {"type": "string"}}
    token = {"in": "query", "name": "pass", "required": True, "schema": {"type": "string"}}
    return {
        "/api/v1/recordings/{recording}/audio": {
            "get": {
                "operationId": "recording_audio",
                "summary": "The sound of a message, for who has a pass; takes Range.",
                "tags": ["recordings"],
                "security": [{"session": []}, {"key": []}],
                "parameters": [place, token],
                "responses": {
                    "200": {"description": "All of it", "content": sound},
                    "206": {"description": "The part that was asked for", "content": sound},
                    "404": {"description": "No such recording, or no pass to it"},
                    "416": {"description": "It is not so long"},
                },
            }
        }
    }
