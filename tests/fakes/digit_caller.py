"""Callers of the digit table on real RTP: they press keys at given times and note what really was.

The kernel tells when a packet came (SO_TIMESTAMPNS), so that a slow test sees no slow prompt. What
must come of the keys is asked of the collector, with the moments at which they really were pressed.
"""

from __future__ import annotations

import asyncio
import socket
import struct
import time
from collections import deque
from dataclasses import dataclass, field
from itertools import pairwise, product
from typing import TYPE_CHECKING, Any

from ivr.media.collect import Collector
from tests.media.test_collect import listen_of, ms, prompts_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from ivr.media.collect import Heard
    from ivr.media.leg.told import Collected

NEAR_MS = 25
MOST_KEYS = 5
PATIENCE_S = 30.0
EVENTS = 101
KEYS = "0123456789*#ABCD"
_TIMESTAMPNS = 35
"""socket.SO_TIMESTAMPNS of Linux, also the type of its ancillary data. Source: socket(7)."""
_TIMESPEC = struct.Struct("@qq")
_HEADER = struct.Struct("!BBHII")
_EVENT = struct.Struct("!BBH")
_NEVER = 1 << 62
Row = dict[str, Any]
Press = tuple[str, int]
"""A key and the millisecond in which it was pressed."""
Plain = tuple[str, str, str, str]
"""An answer: keys, reason, what ended it, keys left."""


def presses_of(row: Row) -> list[Press]:
    """The keys of a row with their times, counted from the first listen."""
    found = (text.rpartition("@") for text in row.get("presses", "").split())
    return [(key, ms(at)) for key, _at, at in found]


def is_silent(row: Row) -> bool:
    """Whether no prompt is heard at the first listen: none is there, or keys answer before it."""
    collector, first = Collector(row.get("ahead", "")), row["listens"][0]
    heard = collector.listen(listen_of(first), prompts_of(first), 0)
    return heard is not None or collector.playing(0) is None


@dataclass(slots=True)
class Caller:
    """The RTP end of one caller. speaks: whether a payload is of a prompt.

    first_s: when the first packet of a prompt came; spoken_s: all of them; on the monotonic clock.
    """

    speaks: Callable[[bytes], bool]
    to: tuple[str, int] = ("", 0)
    first_s: float = 0.0
    spoken_s: list[float] = field(default_factory=list)
    pressed_s: list[tuple[str, float]] = field(default_factory=list)
    keeps: bool = False
    sock: socket.socket = field(init=False)
    _heard: asyncio.Event = field(default_factory=asyncio.Event)
    _sequence: int = 100
    _time: int = 8000

    def __post_init__(self) -> None:
        self.sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.sock.setsockopt(socket.SOL_SOCKET, _TIMESTAMPNS, 1)
        self.sock.bind(("127.0.0.1", 0))
        self.sock.setblocking(False)
        asyncio.get_running_loop().add_reader(self.sock, self._read)

    @property
    def port(self) -> int:
        """Where sound is heard."""
        port: int = self.sock.getsockname()[1]
        return port

    def close(self) -> None:
        """Hang up."""
        asyncio.get_running_loop().remove_reader(self.sock)
        self.sock.close()

    async def press(self, presses: Sequence[Press], *, silent: bool) -> None:
        """Press keys, counted from the first packet of a prompt; silent: from now."""
        if silent:
            self.first_s = time.monotonic()
            self._heard.set()
        async with asyncio.timeout(PATIENCE_S):
            await self._heard.wait()
        loop = asyncio.get_running_loop()
        offset_s = loop.time() - time.monotonic()
        for place, (key, at_ms) in enumerate(presses):
            following_ms = presses[place + 1][1] if place + 1 < len(presses) else _NEVER
            at_s = self.first_s + at_ms / 1000 + offset_s
            loop.call_at(at_s, self._down, key, following_ms - at_ms < 150)

    def pressed_ms(self) -> list[Press]:
        """The keys as they really were pressed."""
        return [(key, round((at_s - self.first_s) * 1000)) for key, at_s in self.pressed_s]

    def _down(self, key: str, hurried: bool) -> None:
        """The first packet now, the rest as a phone sends it: each 20 ms, its end three times."""
        self._time += 1600
        loop = asyncio.get_running_loop()
        self.pressed_s.append((key, time.monotonic()))
        for number in range(7):
            packet = KEYS.index(key), number, self._time
            if hurried or number == 0:
                self._send(*packet)
            else:
                loop.call_later(0.02 * min(number, 4), self._send, *packet)

    def _send(self, event: int, number: int, timestamp: int) -> None:
        if self.sock.fileno() < 0:
            return
        self._sequence += 1
        second = EVENTS | (0x80 if number == 0 else 0)
        head = _HEADER.pack(0x80, second, self._sequence, timestamp, 77)
        end = 0x80 if number >= 4 else 0
        body = _EVENT.pack(event, 10 | end, 160 * min(number + 1, 5))
        self.sock.sendto(head + body, self.to)

    def _read(self) -> None:
        while True:
            try:
                data, extra, _flags, _source = self.sock.recvmsg(400, 64)
            except BlockingIOError:
                return
            if not self.speaks(data[12:]):
                continue
            seconds, nanoseconds = _TIMESPEC.unpack(extra[0][2])
            at_s = seconds + nanoseconds / 1e9 - time.time() + time.monotonic()
            self.first_s = self.first_s or at_s
            self._heard.set()
            if not self.keeps:
                asyncio.get_running_loop().remove_reader(self.sock)
                return
            self.spoken_s.append(at_s)


def replay(
    row: Row, presses: Sequence[Press], lags_ms: Sequence[int], grace_ms: int = 0
) -> list[tuple[int, Heard]]:
    """What a collector makes of keys; each listen begins so long after the one before it.

    grace_ms: by so much every timer is late for a key.
    """
    collector, listens, lags = (
        Collector(row.get("ahead", "")),
        deque(row["listens"]),
        deque(lags_ms),
    )
    keys, answers = deque(presses), []
    begins_ms = 0
    while listens or collector.due_ms is not None:
        due_ms = _NEVER if collector.due_ms is None else collector.due_ms
        key_ms = keys[0][1] if keys else _NEVER
        if begins_ms <= min(key_ms, due_ms):
            now_ms, listen, begins_ms = begins_ms, listens.popleft(), _NEVER
            heard = collector.listen(listen_of(listen), prompts_of(listen), now_ms)
        elif key_ms <= due_ms + grace_ms:
            heard = collector.press(keys.popleft()[0], min(key_ms, due_ms))
        else:
            heard = collector.tick(due_ms)
        if heard is not None:
            answers.append((heard.at_ms, heard))
            begins_ms = heard.at_ms + (lags.popleft() if lags else 0) if listens else _NEVER
    return answers


def complaint(row: Row, told: Sequence[Collected], pressed: Sequence[Press]) -> str:
    """Why the answers on the wire are not those of the row; empty if they are.

    A key within 25 ms of a timer may fall on either side of it; no other answer may differ, and
    each comes within 25 ms of its moment.
    """
    begin_ms = told[0].began_ms if told else 0
    lags = [after.began_ms - before.at_ms for before, after in pairwise(told)]
    found = [(one.at_ms - begin_ms, plain(one)) for one in told]
    for grace_ms, shifts in _shifts(len(pressed)):
        moved = zip(pressed, shifts, strict=True)
        shifted = [(key, max(0, at_ms + shift_ms)) for (key, at_ms), shift_ms in moved]
        wanted = [(at, plain(heard)) for at, heard in replay(row, shifted, lags, grace_ms)]
        if [what for _, what in found] == [what for _, what in wanted]:
            late = [at - due for (at, _), (due, _) in zip(found, wanted, strict=True)]
            return "" if all(abs(each) <= NEAR_MS for each in late) else f"off by {late} ms"
    return f"{found} instead of {replay(row, pressed, lags)}"


def _shifts(keys: int) -> Iterator[tuple[int, tuple[int, ...]]]:
    """How late timers and keys may be, the least first: all keys alike, then each for itself."""
    alike = product((0, NEAR_MS), range(-NEAR_MS, NEAR_MS + 1))
    for grace_ms, shift_ms in sorted(alike, key=lambda each: each[0] + abs(each[1])):
        yield grace_ms, (shift_ms,) * keys
    if keys <= MOST_KEYS:
        yield from product((0,), product((-NEAR_MS // 2, 0, NEAR_MS // 2), repeat=keys))


def nominal(row: Row) -> list[Plain]:
    """The answers that the table names."""
    given = [listen["gives"] for listen in row["listens"]]
    return [(g.get("keys", ""), g["reason"], g["ended_by"], g.get("left", "")) for g in given]


def plain(one: Collected | Heard) -> Plain:
    """Keys, reason, what ended it, keys left."""
    return one.keys, str(one.reason), str(one.ended_by), one.left
