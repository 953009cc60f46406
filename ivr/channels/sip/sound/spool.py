"""Writes messages to the disk while they are spoken, on a thread of its own: no tick waits for it.

A file is `NAME.part` while it grows, with a header that is true to the second, so that it can be
played after a kill; then it is cut to what counts, brought to the disk and called `NAME.wav`. Of a
message that a full disk has cut off what is there stays a part.

Source: sip-media.md section 11 (writer thread, crash).
"""

from __future__ import annotations

import contextlib
import os
import struct
import threading
from collections import deque
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ivr.media.g711 import FRAME_OCTETS, RATE, SILENT_FRAME

if TYPE_CHECKING:
    from collections.abc import Callable

    from ivr.media.g711 import Codec

EVERY_S: Final = 0.2
HEADER_TURNS: Final = 5
MOST_WAITING: Final = 1500
"""Frames that wait for a slow disk: half a minute of one caller. More become silence."""
HEADER_OCTETS: Final = 44
SHUT_S: Final = 1.0
PART, WHOLE = ".part", ".wav"
_TAG: Final[dict[Codec, int]] = {"pcma": 6, "pcmu": 7}
_HEAD: Final = struct.Struct("<4sI4s4sIHHIIHH4sI")
_FLAGS: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


def header(codec: Codec, octets: int, channels: int = 1) -> bytes:
    """The first 44 octets of a WAV file with so many octets of G.711, 8,000 of each channel a
    second."""
    whole = HEADER_OCTETS - 8 + octets
    form = (_TAG[codec], channels, RATE, RATE * channels, channels, 8)
    return _HEAD.pack(b"RIFF", whole, b"WAVE", b"fmt ", 16, *form, b"data", octets)


class FileSink:
    """One message on its way to the disk; implements `Sink`. All that waits for the disk is in
    `write`, which a thread calls: the file is opened there, too."""

    def __init__(self, path: str, codec: Codec, wake: threading.Event, channels: int = 1) -> None:
        """path: of the file without its suffix. channels: 2 for frames of both sides."""
        self._path = Path(path)
        self._codec: Codec = codec
        self._channels = channels
        self._frame = FRAME_OCTETS * channels
        self._wake = wake
        self._waiting: deque[bytes] = deque()
        self._missing = 0
        self._frames: int | None = None
        self._dropped = False
        self._octets = self._turns = 0
        self._open: list[int] = []
        self.fault = ""
        self.cut: int | None = None

    def add(self, frame: bytes) -> None:
        """One frame more; silence in its place while the disk is too slow."""
        if self.cut is not None:
            return
        if len(self._waiting) >= MOST_WAITING:
            self._missing += 1
            return
        if self._missing:
            self._waiting.append(SILENT_FRAME[self._codec] * (self._missing * self._channels))
            self._missing = 0
        self._waiting.append(frame)

    def close(self, frames: int) -> None:
        """That was all."""
        self._frames = frames
        self._wake.set()

    def drop(self) -> None:
        """Nothing of it stays."""
        self._dropped = True
        self._wake.set()

    def write(self) -> bool:
        """On the thread: what has come since; whether that was the end.

        What the disk refuses costs this message and nothing else: what it has of it stays.
        """
        over = self._dropped or self._frames is not None
        if self.cut is None and not self._dropped:
            self._tried(self._put)
        if over:
            self._tried(self._end)
            self._leave()
        return over

    def _tried(self, work: Callable[[], None]) -> None:
        try:
            work()
        except OSError as error:
            self._failed(error.strerror or type(error).__name__)
        except Exception as error:  # a fault of ours must not end the thread of all messages
            self._failed(type(error).__name__)

    def _failed(self, why: str) -> None:
        """Nothing more can be kept of it."""
        with contextlib.suppress(OSError, IndexError):
            self._octets = max(0, os.fstat(self._open[1]).st_size - HEADER_OCTETS)
        self.fault, self.cut = why, self._octets // self._frame
        self._waiting.clear()

    def _begin(self) -> None:
        place = self._path.parent
        for each in (place.parent, place):
            each.mkdir(mode=0o700, exist_ok=True)
        part = self._named(PART)
        part.unlink(missing_ok=True)  # of a former try, cut off by a crash
        self._open.append(os.open(place, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC))
        self._open.append(os.open(part.name, _FLAGS, 0o600, dir_fd=self._open[0]))
        _write(self._open[1], self._head(0))

    def _head(self, octets: int) -> bytes:
        return header(self._codec, octets, self._channels)

    def _named(self, suffix: str) -> Path:
        return self._path.with_name(f"{self._path.name}{suffix}")

    def _put(self) -> None:
        if not self._open:
            self._begin()
        came = bytearray()
        while self._waiting:
            came += self._waiting.popleft()
        file = self._open[1]
        _write(file, came)
        self._octets += len(came)
        self._turns += 1
        if self._turns % HEADER_TURNS == 0:
            os.pwrite(file, self._head(self._octets), 0)

    def _end(self) -> None:
        """Called by its name if it is whole; what was cut off keeps that of a part."""
        if len(self._open) < 2:
            return
        place, file = self._open
        part = self._named(PART).name
        if self._dropped or not self._frames:
            os.unlink(part, dir_fd=place)
            return
        octets = min(self._octets, self._frames * self._frame)
        os.ftruncate(file, HEADER_OCTETS + octets)
        os.pwrite(file, self._head(octets), 0)
        os.fsync(file)
        if self.cut is None:
            whole = self._named(WHOLE).name
            os.rename(part, whole, src_dir_fd=place, dst_dir_fd=place)
        os.fsync(place)

    def _leave(self) -> None:
        for each in self._open:
            with contextlib.suppress(OSError):  # it is closed all the same
                os.close(each)
        self._open.clear()


def _write(file: int, octets: bytes | bytearray) -> None:
    """All of it: a disk that is nearly full takes a part, and says so only at the next write."""
    rest = memoryview(octets)
    while rest:
        rest = rest[os.write(file, rest) :]


class Spool:
    """The messages of one worker. Its thread begins with the first of them."""

    def __init__(self) -> None:
        self._wake = threading.Event()
        self._fresh: deque[FileSink] = deque()
        self._sinks: list[FileSink] = []
        self._thread: threading.Thread | None = None
        self._shut = False

    def open(self, path: str, codec: Codec, channels: int = 1) -> FileSink:
        """A file for a message or a call; whether there can be one is seen by the thread."""
        sink = FileSink(path, codec, self._wake, channels)
        self._fresh.append(sink)
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="spool", daemon=True)
            self._thread.start()
        self._wake.set()
        return sink

    def shut(self) -> None:
        """Bring to the disk what is over; at most a second."""
        self._shut = True
        self._wake.set()
        if self._thread is not None:
            self._thread.join(SHUT_S)

    def _run(self) -> None:
        while not (self._shut and not self._sinks and not self._fresh):
            self._wake.wait(EVERY_S)
            self._wake.clear()
            while self._fresh:
                self._sinks.append(self._fresh.popleft())
            self._sinks = [sink for sink in self._sinks if not sink.write()]
            if self._shut:
                return
