"""The Wyoming protocol against a server of our own that behaves, and ones that do not."""

from __future__ import annotations

import asyncio
import json
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import pytest

from ivr.domain.errors import MediaError
from ivr.media.wav import SPEECH_RATES, Clip, read_wav
from ivr.runtime.memory.clock import VirtualClock
from ivr.runtime.speech.wyoming import MOST_LINE_BYTES, Wyoming

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

FORM = {"rate": 22050, "width": 2, "channels": 1}


def event(kind: str, data: object = None, payload: bytes = b"") -> bytes:
    """As the reference server writes: data behind the line, not in it."""
    body = json.dumps(data).encode() if data is not None else b""
    sizes = {"data_length": len(body)} if body else {}
    if payload:
        sizes["payload_length"] = len(payload)
    line = json.dumps({"type": kind, "version": "1.8", **sizes}).encode()
    return line + b"\n" + body + payload


def spoken(*chunks: bytes, form: Mapping[str, object] = FORM) -> bytes:
    middle = b"".join(event("audio-chunk", form, chunk) for chunk in chunks)
    return event("audio-start", form) + middle + event("audio-stop")


class Server:
    """Answers every question with the same octets, then leaves the connection open."""

    def __init__(self, *answers: bytes, hang_up: bool = False) -> None:
        self.asked: list[dict[str, Any]] = []
        self._answers = answers
        self._hang_up = hang_up
        self._done = asyncio.Event()

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.asked.append(json.loads(await reader.readline()))
        for answer in self._answers:
            writer.write(answer)
            await writer.drain()
        if not self._hang_up:
            await self._done.wait()
        writer.close()

    @asynccontextmanager
    async def open(self, clock: VirtualClock) -> AsyncIterator[Wyoming]:
        server = await asyncio.start_server(self.talk, "127.0.0.1", 0)
        async with server:
            port = server.sockets[0].getsockname()[1]
            yield Wyoming("127.0.0.1", port, clock)
            self._done.set()


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock()


async def test_the_chunks_become_one_wav(clock: VirtualClock) -> None:
    server = Server(spoken(b"\1\2", b"\3\4\5\6"))
    async with server.open(clock) as voice:
        wav = await voice.render("Günaydın\n ışık", "tr", "")
    assert read_wav(wav, SPEECH_RATES) == Clip(b"\1\2\3\4\5\6", 22050)
    asked = {"text": "Günaydın ışık", "voice": {"language": "tr"}}
    assert server.asked == [{"type": "synthesize", "data": asked}]


async def test_a_named_voice_is_asked_for_by_its_name(clock: VirtualClock) -> None:
    server = Server(spoken(b"\1\2"))
    async with server.open(clock) as voice:
        await voice.render("a", "tr", "tr_TR-dfki-medium")
    assert server.asked[0]["data"]["voice"] == {"name": "tr_TR-dfki-medium"}


async def test_data_in_the_line_and_unknown_events_are_taken_too(clock: VirtualClock) -> None:
    line = {"type": "audio-chunk", "data": FORM, "payload_length": 2}
    chunk = json.dumps(line).encode() + b"\n\1\2"
    server = Server(event("news", {"x": 1}, b"abc") + chunk + event("audio-stop"))
    async with server.open(clock) as voice:
        assert read_wav(await voice.render("a", "tr", ""), SPEECH_RATES).pcm == b"\1\2"


async def test_the_version_is_that_of_its_programs_and_asked_once(clock: VirtualClock) -> None:
    programs = [{"name": "piper", "version": "1.6.0", "voices": [{"name": "x" * 500}] * 500}]
    server = Server(event("info", {"tts": [*programs, {"name": "old"}, 3]}))
    async with server.open(clock) as voice:
        assert await voice.version() == "piper 1.6.0, old"
        assert await voice.version() == "piper 1.6.0, old"
    assert server.asked == [{"type": "describe", "data": {}}]


async def test_a_server_that_tells_nothing_has_a_version_too(clock: VirtualClock) -> None:
    async with Server(event("info", {"tts": "none"})).open(clock) as voice:
        assert await voice.version() == "unknown"


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (b"HTTP/1.1 400 Bad Request\r\n", "does not speak the Wyoming protocol"),
        (b"[1]\n", "does not speak"),
        (b'{"type": "x", "data": 7}\n', "does not speak"),
        (b"[" * 30000 + b"\n", "does not speak"),
        (b"x" * (2 * MOST_LINE_BYTES) + b"\n", "a line that is too long"),
        (b'{"type": "x", "payload_length": 99999999}\n', "payload_length that cannot be used"),
        (b'{"type": "x", "data_length": -1}\n', "data_length that cannot be used"),
        (b'{"type": "x", "data_length": "9"}\n', "data_length that cannot be used"),
        (event("audio-stop"), "answered no sound"),
        (spoken(b"\1\2\3"), "half a sample"),
        (spoken(b"\1\2", form={**FORM, "width": 4}), "not 16-bit mono"),
        (spoken(b"\1\2", form={**FORM, "channels": 2}), "not 16-bit mono"),
        (spoken(b"\1\2", form={**FORM, "rate": "fast"}), "not 16-bit mono"),
        (
            event("audio-chunk", FORM, b"\1\2") + spoken(b"\1\2", form={**FORM, "rate": 8000}),
            "of one rate",
        ),
        (event("audio-chunk", FORM, b"\1\2"), "the connection broke"),
        (b"", "the connection broke"),
    ],
)
async def test_an_answer_that_cannot_be_used_is_an_error_and_shuts_the_door(
    clock: VirtualClock, answer: bytes, message: str
) -> None:
    server = Server(answer, hang_up=True)
    async with server.open(clock) as voice:
        with pytest.raises(MediaError, match=message):
            await voice.render("a", "tr", "")
        with pytest.raises(MediaError, match="left alone"):
            await voice.render("a", "tr", "")
    assert len(server.asked) == 1


async def test_endless_sound_is_cut(clock: VirtualClock) -> None:
    chunk = event("audio-chunk", FORM, bytes(4 * 1024 * 1024))
    async with Server(*[chunk] * 9).open(clock) as voice:
        with pytest.raises(MediaError, match="more sound than a prompt"):
            await voice.render("a", "tr", "")


async def test_a_refused_text_does_not_shut_the_door(clock: VirtualClock) -> None:
    server = Server(event("error", {"text": "secret words", "code": "voice-not-found"}))
    async with server.open(clock) as voice:
        for _try in range(2):
            with pytest.raises(MediaError, match=r"refused .* \(voice-not-found\)") as refused:
                await voice.render("secret words", "tr", "xx")
            assert "secret" not in str(refused.value)
    assert len(server.asked) == 2


async def test_a_server_without_a_first_sound_in_time_is_left_for_half_a_minute(
    clock: VirtualClock,
) -> None:
    server = Server(event("audio-start", FORM))
    async with server.open(clock) as voice:
        with pytest.raises(MediaError, match="too slow"):
            await voice.render("a", "tr", "", first_s=0.05)
        await clock.advance(29.9)
        with pytest.raises(MediaError, match="left alone"):
            await voice.version()
        await clock.advance(0.2)
        with pytest.raises(MediaError, match="too slow"):
            await voice.render("a", "tr", "", first_s=0.05)
    assert len(server.asked) == 2


async def test_after_the_first_sound_there_is_more_time(clock: VirtualClock) -> None:
    last = asyncio.Event()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readline()
        writer.write(event("audio-chunk", FORM, b"\1\2"))
        await last.wait()
        writer.write(event("audio-stop"))
        writer.close()

    async with await asyncio.start_server(talk, "127.0.0.1", 0) as server:
        voice = Wyoming("127.0.0.1", server.sockets[0].getsockname()[1], clock)
        asyncio.get_running_loop().call_later(0.3, last.set)
        assert await voice.render("a", "tr", "", first_s=0.2)


async def test_a_server_that_is_not_there_is_an_error(clock: VirtualClock) -> None:
    async with Server().open(clock) as voice:
        pass
    with pytest.raises(MediaError, match="cannot be reached"):
        await voice.version()
    assert voice.name.startswith("wyoming 127.0.0.1:")


async def test_something_else_than_a_description_is_an_error(clock: VirtualClock) -> None:
    async with Server(event("pong")).open(clock) as voice:
        with pytest.raises(MediaError, match="something else"):
            await voice.version()
