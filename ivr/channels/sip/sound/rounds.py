"""The rounds of a worker: every 20 ms a frame for each leg, every 5 ms a look at what has come.

All frames leave in one burst, and packets are read in gathers between two bursts: no wake-up per
packet, no timer per leg. A leg that fails is closed; the others do not notice.

Source: sip-media.md section 8.
"""

from __future__ import annotations

import contextlib
import select
import time
from typing import TYPE_CHECKING, Final, TypeAlias

from ivr.channels.sip.sound.sockets import MOST_OCTETS
from ivr.channels.sip.wire.control import Figures, Load

if TYPE_CHECKING:
    from collections.abc import Callable

    from ivr.channels.sip.sound.sockets import Sockets
    from ivr.media.leg.pace import Pace

    Entry: TypeAlias = tuple[
        Callable[[bytearray], int | None], Callable[[bytearray, int, int, int], None], Sockets
    ]
    """How a socket is read, who takes what was read, and whose it is."""

GATHER_S: Final = 0.005
SLOTS: Final = 50
"""Ticks in a second: each leg has one of them for what is done once a second."""
MOST_EVENTS: Final = 8192


class Rounds:
    """All legs of a worker. on_failed: told a leg and what went wrong with it.

    clock: monotonic seconds, the scale of `pace`.
    """

    def __init__(
        self,
        pace: Pace,
        on_failed: Callable[[int, Exception], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.pace = pace
        self._clock = clock
        self.legs: dict[int, Sockets] = {}
        self.late_frames = 0
        self.willing = True
        self._on_failed = on_failed
        self._epoll = select.epoll()
        self._table: dict[int, Entry] = {}
        self._files: dict[int, list[int]] = {}
        self._ticking: dict[int, tuple[Callable[[int, int], None], int]] = {}
        self._beat: list[tuple[Callable[[int, int], None], int]] = []
        self._slots: list[dict[int, Sockets]] = [{} for _ in range(SLOTS)]
        self._buffer = bytearray(MOST_OCTETS)
        self._gather_s = 0.0
        self._ticks = 0
        self._cpu = 0.0
        self._cpu_s = time.process_time()
        self._cpu_at_s = clock()

    def add(self, sockets: Sockets) -> None:
        """A leg was opened. What comes for it waits until its far end is known."""
        leg = sockets.lane.leg
        self.legs[leg] = sockets
        self._slots[leg % SLOTS][leg] = sockets

    def start(self, sockets: Sockets) -> None:
        """The far end is known: from now on there is something to send."""
        leg = sockets.lane.leg
        if leg not in self._ticking:
            self._ticking[leg] = sockets.lane.tick, leg
            self._beat = list(self._ticking.values())

    def watch(self, sockets: Sockets) -> None:
        """The sockets of a leg, or the way to read them, have changed."""
        leg = sockets.lane.leg
        self._unwatch(leg)
        if leg not in self.legs:
            return
        self._register(
            leg, sockets.rtp.fileno(), (sockets.read, sockets.lane.incoming.packet, sockets)
        )
        if sockets.rtcp is not None:
            self._register(leg, sockets.rtcp.fileno(), (sockets.read_report, _nobody, sockets))

    def remove(self, sockets: Sockets) -> None:
        """A leg is about to be closed."""
        leg = sockets.lane.leg
        self._unwatch(leg)
        del self.legs[leg]
        del self._slots[leg % SLOTS][leg]
        if self._ticking.pop(leg, None) is not None:
            self._beat = list(self._ticking.values())

    def turn(self, now_s: float) -> None:
        """Do what is due: ticks, then a look at the sockets."""
        given_up = self.pace.given_up
        ticks = self.pace.ticks(now_s)
        self.late_frames += (self.pace.given_up - given_up) * len(self._beat)
        for _ in range(ticks):
            self._tick()
        if ticks or now_s >= self._gather_s:
            self._gather(self._clock())

    def wait_s(self, now_s: float) -> float:
        """For how long nothing is due."""
        return max(0.0, min(self.pace.due_s, self._gather_s) - now_s)

    def load(self) -> Load:
        """How much there is to do."""
        late_ms = round(self.pace.late_ms, 2)
        willing = self.willing and self.pace.willing
        return Load(len(self.legs), round(self._cpu, 4), late_ms, self.late_frames, willing)

    def measure(self) -> None:
        """Once a second: the share of a core that was used since the last time."""
        cpu_s, at_s = time.process_time(), self._clock()
        self._cpu = (cpu_s - self._cpu_s) / max(0.001, at_s - self._cpu_at_s)
        self._cpu_s, self._cpu_at_s = cpu_s, at_s

    def figures(self, ask: int) -> Figures:
        """What is carried now."""
        lanes = [sockets.lane for sockets in self.legs.values()]
        came = sum(lane.incoming.totals[0] for lane in lanes)
        return Figures(ask, self.load(), came, sum(lane.out.packets for lane in lanes))

    def close(self) -> None:
        """Say goodbye on every leg."""
        for sockets in list(self.legs.values()):
            self.remove(sockets)
            sockets.close()
        self._epoll.close()

    def _tick(self) -> None:
        clock = self.pace.step()
        now_ms = self.pace.now_ms
        failed: list[tuple[int, Exception]] = []
        for tick, leg in self._beat:
            try:
                tick(now_ms, clock)
            except Exception as mistake:  # one leg must not cost the others their sound
                failed.append((leg, mistake))
        self._ticks += 1
        for sockets in list(self._slots[self._ticks % SLOTS].values()):
            self._second(sockets, failed)
        for leg, wrong in failed:
            self._on_failed(leg, wrong)

    def _second(self, sockets: Sockets, failed: list[tuple[int, Exception]]) -> None:
        try:
            report = sockets.lane.second()
            if report is not None:
                sockets.report(report)
            sockets.relearn()
        except Exception as mistake:
            failed.append((sockets.lane.leg, mistake))

    def _gather(self, now_s: float) -> None:
        self._gather_s = now_s + GATHER_S
        self.pace.look(now_s)
        buffer, clock, now_ms = self._buffer, self.pace.clock, self.pace.now_ms
        find = self._table.get
        for file, _ in self._epoll.poll(0, MOST_EVENTS):
            entry = find(file)
            if entry is None:
                continue
            read, take, sockets = entry
            try:
                length = read(buffer)
                if length:
                    take(buffer, length, clock, now_ms)
            except OSError:
                sockets.lane.out.errors += 1
            except Exception as wrong:
                self._on_failed(sockets.lane.leg, wrong)

    def _register(self, leg: int, file: int, entry: Entry) -> None:
        self._table[file] = entry
        self._files.setdefault(leg, []).append(file)
        self._epoll.register(file, select.EPOLLIN)

    def _unwatch(self, leg: int) -> None:
        for file in self._files.pop(leg, ()):
            del self._table[file]
            with contextlib.suppress(OSError):  # closed meanwhile: that took it out already
                self._epoll.unregister(file)


def _nobody(_buffer: bytearray, _length: int, _clock: int, _now_ms: int) -> None:
    """Reports are taken where they are read."""
