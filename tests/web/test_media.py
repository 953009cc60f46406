"""Recorded prompts, named by their content."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from ivr.web.media import wav

SOUND = b"RIFF\x24\0\0\0WAVE" + bytes(range(32))
DIGEST = sha256(SOUND).hexdigest()


async def client() -> TestClient[Any, Any]:
    app = web.Application()
    app.add_routes([web.get("/media/{digest}.wav", wav({DIGEST: SOUND}.get))])
    made: TestClient[Any, Any] = TestClient(TestServer(app))
    await made.start_server()
    return made


async def test_a_recording_comes_as_it_is_and_may_be_kept() -> None:
    made = await client()
    response = await made.get(f"/media/{DIGEST}.wav")
    assert await response.read() == SOUND
    assert response.content_type == "audio/wav"
    assert response.headers["ETag"] == f'"{DIGEST}"'
    assert "max-age=86400" in response.headers["Cache-Control"]
    await made.close()


@pytest.mark.parametrize("digest", ["0" * 64, "x", DIGEST.upper(), "..%2f..%2fetc"])
async def test_what_nobody_recorded_is_not_there(digest: str) -> None:
    made = await client()
    assert (await made.get(f"/media/{digest}.wav")).status == 404
    await made.close()
