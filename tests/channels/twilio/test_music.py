"""Music in pieces that the provider fetches."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from ivr.channels.twilio import music
from ivr.channels.twilio.music import PIECE_S, Jukebox
from ivr.channels.twilio.routes import routes
from ivr.media.g711 import RATE
from ivr.media.music import TUNES
from ivr.media.wav import Clip, read_wav, write_wav
from ivr.web.bodies import read_body

if TYPE_CHECKING:
    from pathlib import Path

    from tests.fakes.twilio_floor import Open

BASE = "https://ivr.example.com"


def song(folder: Path, seconds: int) -> str:
    path = folder / f"{seconds}.wav"
    path.write_bytes(write_wav(Clip(b"\x00\x10\x00\xf0" * (RATE * seconds // 2), RATE)))
    return str(path)


def pieces(box: Jukebox, name: str, count: int) -> list[str]:
    return [box.url(name, piece) for piece in range(count)]


async def test_a_song_is_cut_into_pieces_of_the_same_length(tmp_path: Path) -> None:
    box, name = Jukebox(BASE, lambda: ()), song(tmp_path, 60)
    assert box.url(name, 0) == ""
    await box.make(name)
    await box.make(name)
    first, second, third, fourth = pieces(box, name, 4)
    assert first == fourth
    assert first.startswith(f"{BASE}/media/music/")
    for url in (first, second, third):
        data = box.piece(url.rpartition("/")[2].removesuffix(".wav"))
        assert data is not None
        assert read_wav(data).seconds == pytest.approx(20, abs=0.1)
        assert read_wav(data).seconds <= PIECE_S


async def test_the_server_plays_the_files_it_is_told_one_after_the_other(tmp_path: Path) -> None:
    box = Jukebox(BASE, lambda: [song(tmp_path, 5), song(tmp_path, 7)])
    await box.make("")
    assert len({*pieces(box, "", 6)}) == 2


async def test_our_own_tunes_stand_in_for_what_cannot_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tune = b"\x00\x01" * RATE * 30
    monkeypatch.setattr(music, "_tunes", lambda: [tune[2 * n :] for n in range(len(TUNES))])
    (tmp_path / "broken.wav").write_bytes(b"no music")
    box = Jukebox(BASE, lambda: ())
    await box.make(str(tmp_path / "broken.wav"))
    await box.make(str(tmp_path / "missing.wav"))
    assert box.has(str(tmp_path / "missing.wav"))
    assert all(box.url(str(tmp_path / "broken.wav"), piece) for piece in range(2 * len(TUNES)))


async def test_a_piece_is_fetched_without_a_signature_and_kept(opened: Open) -> None:
    centre = await opened()
    app = web.Application()
    app.add_routes(routes({"main": centre.trunk}, read_body))
    path = centre.trunk.jukebox.url("", 0).partition("8080")[2]
    async with TestClient(TestServer(app)) as client:
        answer = await client.get(path)
        assert (answer.status, answer.content_type) == (200, "audio/wav")
        assert "max-age" in answer.headers["Cache-Control"]
        assert (await client.get(f"/media/music/{'0' * 64}.wav")).status == 404
