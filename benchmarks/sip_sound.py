"""The sound of many phones in one process: a packet each 20 ms out, and when each packet came in.

Phases of 2 ms, so that not all phones speak at once. What comes is stamped by the kernel, so that a
busy generator does not show as a gap of the server.

Source: RFC 3550 5.1, RFC 4733 2.3; socket(7), SO_TIMESTAMPNS.
"""

from __future__ import annotations

import select
import socket
import struct
import time
from array import array
from typing import TYPE_CHECKING, Final

from benchmarks.server import HOST

if TYPE_CHECKING:
    from collections.abc import Callable

FRAME_NS: Final = 20_000_000
PHASES: Final = 10
STEP_NS: Final = FRAME_NS // PHASES
SILENCE: Final = b"\xd5" * 160
SPEECH: Final = bytes(range(0x60, 0x80)) * 5
PCMA, EVENT = 8, 101
KEY_MS: Final = 100
_STAMPS: Final = getattr(socket, "SO_TIMESTAMPNS", 35)
_STAMP: Final = struct.Struct("@qq")
_HEADER: Final = struct.Struct("!BBHII")
_FIELDS: Final = struct.Struct("!BHI")
_ROOM: Final = socket.CMSG_SPACE(_STAMP.size)
_MOST_EVENTS: Final = 8192


class Sound:
    """One phone's RTP. came_ns: the last packet; heard_ns: the last one that was no silence."""

    __slots__ = (
        "_event_time", "_out", "_sequence", "_time", "came_ns", "file", "first_ns", "heard_ns",
        "key_ns", "keys", "listens", "packets", "socket",
    )  # fmt: skip

    def __init__(self, number: int) -> None:
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK)
        self.socket.setsockopt(socket.SOL_SOCKET, _STAMPS, 1)
        self.socket.bind((HOST, 0))
        self.file = self.socket.fileno()
        self._out = bytearray(_HEADER.pack(0x80, PCMA, 0, 0, 0x10000 + number) + SPEECH)
        self._sequence = self._time = self._event_time = 0
        self.came_ns = self.first_ns = self.heard_ns = self.key_ns = self.packets = 0
        self.listens = False
        self.keys: list[bytes] = []

    @property
    def port(self) -> int:
        """Where it listens."""
        port: int = self.socket.getsockname()[1]
        return port

    def press(self, key: int) -> None:
        """A key of 100 ms begins with the next packet; its end is said three times."""
        steps = [(0, step * 160) for step in range(1, KEY_MS // 20)]
        ends = [(0x80, KEY_MS * 8)] * 3
        self.keys = [struct.pack("!BBH", key, end | 10, units) for end, units in (*steps, *ends)]
        self.key_ns = 0

    def send(self) -> None:
        """The packet of this 20 ms; who does not listen any more is not our trouble."""
        self._sequence = self._sequence + 1 & 0xFFFF
        self._time = self._time + 160 & 0xFFFFFFFF
        try:
            if self.keys:
                self._send_key()
            else:
                _FIELDS.pack_into(self._out, 1, PCMA, self._sequence, self._time)
                self.socket.send(self._out)
        except OSError:
            return

    def _send_key(self) -> None:
        kind = EVENT
        if not self.key_ns:
            kind, self._event_time, self.key_ns = EVENT | 0x80, self._time, time.time_ns()
        ssrc = int.from_bytes(self._out[8:12], "big")
        head = _HEADER.pack(0x80, kind, self._sequence, self._event_time, ssrc)
        self.socket.send(head + self.keys.pop(0))


class Gaps:
    """Time from each packet to the next, of all phones, in microseconds, while `on`."""

    def __init__(self) -> None:
        self.on = False
        self.us = array("I")

    def percentile_ms(self, share: float) -> float:
        """Within this time came this share of the packets."""
        ordered = sorted(self.us)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] / 1000 if ordered else 0.0

    def above(self, limit_ms: float) -> int:
        """How many packets came so late."""
        return sum(each > limit_ms * 1000 for each in self.us)


class Air:
    """All phones' sockets for sound in one epoll; other sockets may be watched beside them."""

    def __init__(self) -> None:
        self.gaps = Gaps()
        self._phases: list[dict[int, Sound]] = [{} for _ in range(PHASES)]
        self._sounds: dict[int, Sound] = {}
        self._others: dict[int, Callable[[], None]] = {}
        self._epoll = select.epoll()
        self._buffer = bytearray(2048)
        self._made = 0

    def watch(self, file: int, do: Callable[[], None]) -> None:
        """Call this when another socket can be read."""
        self._others[file] = do
        self._epoll.register(file, select.EPOLLIN)

    def new_sound(self) -> Sound:
        """A phone's socket for sound."""
        self._made += 1
        sound = Sound(self._made)
        self._sounds[sound.file] = sound
        self._epoll.register(sound.file, select.EPOLLIN)
        return sound

    def speak(self, sound: Sound, port: int) -> None:
        """From now on it sends a packet each 20 ms to this port."""
        sound.socket.connect((HOST, port))
        min(self._phases, key=len)[sound.file] = sound

    def fall_silent(self, sound: Sound) -> None:
        """It sends no more and hears no more."""
        if self._sounds.pop(sound.file, None) is None:
            return
        for phase in self._phases:
            phase.pop(sound.file, None)
        self._epoll.unregister(sound.file)
        sound.socket.close()

    def beat(self, step: int) -> None:
        """One of the steps of 2 ms: the phones of this phase speak."""
        for sound in self._phases[step % PHASES].values():
            sound.send()

    def look(self, wait_s: float) -> None:
        """Take what has come, or wait for it."""
        find = self._sounds.get
        for file, _ in self._epoll.poll(wait_s, _MOST_EVENTS):
            sound = find(file)
            if sound is not None:
                self._take(sound)
            elif file in self._others:
                self._others[file]()

    def close(self) -> None:
        """Let all sockets of phones go."""
        for sound in list(self._sounds.values()):
            self.fall_silent(sound)
        self._epoll.close()

    def _take(self, sound: Sound) -> None:
        buffer = self._buffer
        try:
            length, extra, _flags, _from = sound.socket.recvmsg_into((buffer,), _ROOM)
        except OSError:
            return
        if length < 172 or not extra:
            return
        seconds, ns = _STAMP.unpack(extra[0][2])
        came_ns = seconds * 1_000_000_000 + ns
        if self.gaps.on and sound.came_ns:
            self.gaps.us.append((came_ns - sound.came_ns) // 1000)
        sound.packets += 1
        sound.first_ns = sound.first_ns or came_ns
        sound.came_ns = came_ns
        if sound.listens and buffer[12:172] != SILENCE:
            sound.heard_ns = came_ns
