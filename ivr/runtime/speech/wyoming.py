"""Speech from a server of the Wyoming protocol, such as piper: better voices, on any machine.

An event is a line of JSON with `type`, and where it has them `data`, `data_length` and
`payload_length`; then come so many octets of JSON, merged over `data`, and of payload. `synthesize`
is answered by `audio-start`, `audio-chunk` (PCM) and `audio-stop`; `describe` by `info`. One
connection for each text; the protocol has no login and no encryption, so the server belongs on a
trusted network. Source: the README of the Wyoming project (Open Home Foundation).
"""

from __future__ import annotations

import asyncio
import json
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, TypeVar

from ivr.domain.errors import MediaError
from ivr.media.wav import Clip, write_wav
from ivr.runtime.speech.voice import FIRST_SOUND_S, MOST_AUDIO_BYTES, plain

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Coroutine, Mapping
    from datetime import datetime

    from ivr.runtime.ports import Clock

T = TypeVar("T")
PAUSE = timedelta(seconds=30)
"""After a failure the server is left alone for so long."""
LIMIT_S = 20.0
"""For a whole text, from the first sound on."""
MOST_LINE_BYTES = 64 * 1024
MOST_DATA_BYTES = 4 * 1024 * 1024
"""`info` lists every voice that there is, some 0.5 KB each."""
MOST_PAYLOAD_BYTES = 4 * 1024 * 1024
MOST_EVENTS = 100_000
_SAMPLE_BYTES = 2


class _RefusedError(MediaError):
    """The server is well but will not say this text, so others may still be asked of it."""


@dataclass(frozen=True, slots=True)
class _Event:
    type: str
    data: Mapping[str, Any]
    payload: bytes


class Wyoming:
    """Implements `Voice`. clock: says when a server that failed may be asked again."""

    def __init__(self, host: str, port: int, clock: Clock) -> None:
        self._host = host
        self._port = port
        self._clock = clock
        self._shut_until: datetime | None = None
        self._version = ""

    @property
    def name(self) -> str:
        """With the address: another server may have other voices under the same names."""
        return f"wyoming {self._host}:{self._port}"

    async def version(self) -> str:
        """Names and versions of the server's speech programs. Asked once."""
        if not self._version:
            info = await self._guarded(self._describe(), FIRST_SOUND_S)
            self._version = _programs(info) or "unknown"
        return self._version

    async def render(
        self, text: str, language: str, voice: str, *, first_s: float = FIRST_SOUND_S
    ) -> bytes:
        """The text as WAV; `first_s` is the time for connecting and the first sound."""
        wanted = {"name": voice} if voice else {"language": language}
        ask = _line("synthesize", {"text": plain(text), "voice": wanted})
        return write_wav(await self._guarded(self._said(ask, first_s), first_s + LIMIT_S))

    async def _guarded(self, work: Coroutine[Any, Any, T], limit_s: float) -> T:
        """Whatever goes wrong is a MediaError and shuts the door, unless the text is to blame."""
        if self._shut_until is not None and self._clock.now() < self._shut_until:
            work.close()
            raise MediaError("left alone for a while since it failed")
        try:
            async with asyncio.timeout(limit_s):
                return await work
        except _RefusedError:
            raise
        except MediaError:
            self._shut_until = self._clock.now() + PAUSE
            raise
        except TimeoutError:
            self._shut_until = self._clock.now() + PAUSE
            raise MediaError("too slow") from None

    async def _describe(self) -> Mapping[str, Any]:
        async with self._connected(_line("describe", {})) as reader:
            event = await _read_event(reader)
        if event.type != "info":
            raise MediaError("answered something else than its description")
        return event.data

    async def _said(self, ask: bytes, first_s: float) -> Clip:
        async with asyncio.timeout(first_s) as first, self._connected(ask) as reader:
            sound, rate = bytearray(), 0
            for _event in range(MOST_EVENTS):
                event = await _read_event(reader)
                if event.type == "audio-stop":
                    break
                if event.type == "audio-chunk":
                    rate = _rate(event, rate)
                    sound += event.payload
                    first.reschedule(None)
                _check(event, sound)
        if not sound or len(sound) % _SAMPLE_BYTES:
            raise MediaError("answered no sound, or half a sample of it")
        return Clip(bytes(sound), rate)

    @asynccontextmanager
    async def _connected(self, ask: bytes) -> AsyncIterator[asyncio.StreamReader]:
        try:
            reader, writer = await asyncio.open_connection(
                self._host, self._port, limit=MOST_LINE_BYTES
            )
        except OSError as error:
            raise MediaError(f"cannot be reached: {error.strerror or error}") from None
        try:
            writer.write(ask)
            yield reader
        except (OSError, EOFError):
            raise MediaError("the connection broke") from None
        finally:
            writer.close()


def _line(kind: str, data: Mapping[str, object]) -> bytes:
    return json.dumps({"type": kind, "data": data}).encode() + b"\n"


async def _read_event(reader: asyncio.StreamReader) -> _Event:
    try:
        header = _record(await reader.readuntil(b"\n"))
        size = _length(header, "data_length", MOST_DATA_BYTES)
        more = _record(await reader.readexactly(size)) if size else {}
        payload_size = _length(header, "payload_length", MOST_PAYLOAD_BYTES)
        payload = await reader.readexactly(payload_size)
    except asyncio.LimitOverrunError:
        raise MediaError("sent a line that is too long") from None
    return _Event(str(header.get("type")), {**(header.get("data") or {}), **more}, payload)


def _record(octets: bytes) -> dict[str, Any]:
    try:
        found = json.loads(octets)
    except (ValueError, RecursionError):
        raise MediaError("does not speak the Wyoming protocol") from None
    if not isinstance(found, dict) or not isinstance(found.get("data") or {}, dict):
        raise MediaError("does not speak the Wyoming protocol")
    return found


def _length(header: Mapping[str, Any], name: str, most: int) -> int:
    size = header.get(name) or 0
    if not isinstance(size, int) or not 0 <= size <= most:
        raise MediaError(f"sent a {name} that cannot be used")
    return size


def _rate(event: _Event, before: int) -> int:
    """Samples per second, the same in all chunks; the samples must be 16-bit mono."""
    data = event.data
    rate = data.get("rate")
    good = data.get("width") == _SAMPLE_BYTES and data.get("channels") == 1
    if not good or not isinstance(rate, int) or before not in {0, rate}:
        raise MediaError("sent sound that is not 16-bit mono of one rate")
    return rate


def _check(event: _Event, sound: bytearray) -> None:
    if event.type == "error":
        raise _RefusedError(f"refused the text or the voice ({str(event.data.get('code'))[:40]})")
    if len(sound) > MOST_AUDIO_BYTES:
        raise MediaError("sent more sound than a prompt can have")


def _programs(info: Mapping[str, Any]) -> str:
    """`piper 1.6.0`, more of them with commas."""
    listed = info.get("tts")
    found = [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
    return ", ".join(f"{one.get('name')} {one.get('version') or ''}".strip() for one in found)
