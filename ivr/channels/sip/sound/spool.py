"""Writes messages to the disk while they are spoken, on a thread of its own: no tick waits for it.

A file is `NAME.part` while it grows, with a header that is true to the second, so that it can be
played after a kill; then it is cut to what counts, brought to the disk and called `NAME.wav`.

Source: sip-media.md section 11 (writer thread, crash).
"""

from __future__ import annotations

import contextlib
import os
import struct
import threading
from collections import deque
from typing import TYPE_CHECKING, Final

from ivr.domain.errors import MediaError
from ivr.media.g711 import FRAME_OCTETS, RATE, SILENT_FRAME

if TYPE_CHECKING:
    from ivr.media.g711 import Codec

EVERY_S: Final = 0.2
HEADER_TURNS: Final = 5
MOST_WAITING: Final = 1500
"""Frames that wait for a slow disk: half a minute of one caller. More become silence."""
HEADER_OCTETS: Final = 44
SHUT_S: Final = 1.0
_TAG: Final[dict[Codec, int]] = {"pcma": 6, "pcmu": 7}
_HEAD: Final = struct.Struct("<4sI4s4sIHHIIHH4sI")
_FLAGS: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


def header(codec: Codec, octets: int) -> bytes:
    """The first 44 octets of a WAV file with so many octets of G.711, mono, 8,000 a second."""
    whole = HEADER_OCTETS - 8 + octets
    form = (_TAG[codec], 1, RATE, RATE, 1, 8)
    return _HEAD.pack(b"RIFF", whole, b"WAVE", b"fmt ", 16, *form, b"data", octets)


class FileSink:
    """One message on its way to the disk; implements `Sink`. Raises OSError if it cannot begin."""

    def __init__(self, path: str, codec: Codec, wake: threading.Event) -> None:
        folder, self._name = os.path.split(path)
        self._folder = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        self._codec: Codec = codec
        self._wake = wake
        self._waiting: deque[bytes] = deque()
        self._missing = 0
        self._frames: int | None = None
        self._dropped = False
        self._octets = self._turns = 0
        try:
            with contextlib.suppress(FileNotFoundError):  # of a former try, cut off by a crash
                os.unlink(f"{self._name}.part", dir_fd=self._folder)
            self._file = os.open(f"{self._name}.part", _FLAGS, 0o600, dir_fd=self._folder)
        except OSError:
            os.close(self._folder)
            raise
        os.write(self._file, header(codec, 0))

    def add(self, frame: bytes) -> None:
        """One frame more; silence in its place while the disk is too slow."""
        if len(self._waiting) >= MOST_WAITING:
            self._missing += 1
            return
        if self._missing:
            self._waiting.append(SILENT_FRAME[self._codec] * self._missing)
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
        """On the thread: what has come since; whether that was the end."""
        over = self._dropped or self._frames is not None
        try:
            self._put()
            if over:
                self._end()
        except OSError:  # the disk is full or gone: what stands there is all there will be
            over = True
        if over:
            os.close(self._file)
            os.close(self._folder)
        return over

    def _put(self) -> None:
        came = bytearray()
        while self._waiting:
            came += self._waiting.popleft()
        if came:
            os.write(self._file, came)
            self._octets += len(came)
        self._turns += 1
        if self._turns % HEADER_TURNS == 0:
            os.pwrite(self._file, header(self._codec, self._octets), 0)

    def _end(self) -> None:
        part = f"{self._name}.part"
        if self._dropped or self._frames is None:
            os.unlink(part, dir_fd=self._folder)
            return
        octets = min(self._octets, self._frames * FRAME_OCTETS)
        os.ftruncate(self._file, HEADER_OCTETS + octets)
        os.pwrite(self._file, header(self._codec, octets), 0)
        os.fsync(self._file)
        os.rename(part, f"{self._name}.wav", src_dir_fd=self._folder, dst_dir_fd=self._folder)
        os.fsync(self._folder)


class Spool:
    """The messages of one worker. Its thread begins with the first of them."""

    def __init__(self) -> None:
        self._wake = threading.Event()
        self._fresh: deque[FileSink] = deque()
        self._sinks: list[FileSink] = []
        self._thread: threading.Thread | None = None
        self._shut = False

    def open(self, path: str, codec: Codec) -> FileSink:
        """A file for a message. Raises MediaError if there cannot be one."""
        try:
            sink = FileSink(path, codec, self._wake)
        except OSError as error:
            raise MediaError(f"no file for a message: {error.strerror}") from error
        self._fresh.append(sink)
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="spool", daemon=True)
            self._thread.start()
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
