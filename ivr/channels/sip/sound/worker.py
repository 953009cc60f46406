"""The process that carries the sound of calls: `python -m ivr.channels.sip.sound.worker FILE`.

FILE is the number of an inherited socket to the server. The process lives as long as that socket:
it ignores what a terminal or a stop sends to the whole group, because calls must be able to end.
No logging, no files but mapped sounds, nothing that waits; messages are written by a thread.

Source: sip-media.md section 8.
"""

from __future__ import annotations

import contextlib
import gc
import os
import resource
import select
import signal
import socket
import sys
import time
from typing import TYPE_CHECKING, Final

from ivr.channels.sip.sound.clips import Clips
from ivr.channels.sip.sound.cord import Cord
from ivr.channels.sip.sound.desk import Desk
from ivr.channels.sip.sound.rounds import Rounds
from ivr.channels.sip.wire.control import Ready
from ivr.media.leg.pace import Pace

if TYPE_CHECKING:
    from ivr.channels.sip.wire.control import Message
    from ivr.media.leg.chain import Sounds
    from ivr.media.leg.lane import Draw

IDLE_S: Final = 0.25
LOAD_S: Final = 1.0
TIDY_S: Final = 0.25
THOROUGHLY: Final = 40
"""Legs that were closed soon are swept up at once; the rest at each 40th time."""
LULL_S: Final = 0.002
"""After orders: others that come within this time are obeyed together, in one wake-up."""
SLACK_S: Final = 0.002
NICER: Final = -10
"""Sound comes before all else this machine does: a frame 20 ms late is a click in an ear."""


class Worker:
    """One media worker on its end of the cord."""

    def __init__(self, sock: socket.socket, sounds: Sounds, draw: Draw) -> None:
        now_s = time.monotonic()
        self.cord = Cord(sock)
        self.rounds = Rounds(Pace(now_s, time.time()), self._failed)
        self.desk = Desk(self.rounds, self.cord.tell, sounds, draw)
        self._load_s = now_s + LOAD_S
        self._tidy_s = now_s + TIDY_S
        self._tidied = 0

    def run(self) -> None:
        """Serve until the server is gone, or has asked to drain and the last leg is closed."""
        self.cord.tell(Ready(os.getpid()))
        while not self.cord.cut and not (self.desk.draining and not self.rounds.legs):
            now_s = time.monotonic()
            if self.rounds.legs:
                self.rounds.turn(now_s)
            else:
                self.rounds.pace.rest(now_s)
            self._each_second(now_s)
            self._serve()
        self.rounds.close()
        self.desk.spool.shut()

    def _serve(self) -> None:
        """Wait until something is due, and obey orders that come meanwhile."""
        wait_s = IDLE_S
        if self.rounds.legs:
            wait_s = self.rounds.wait_s(time.monotonic())
            wait_s -= self._tidy(wait_s)
        self.cord.flush()
        ready, _, _ = select.select([self.cord.sock], [], [], max(0.0, wait_s))
        if ready:
            now_s = time.monotonic()
            if not self.rounds.legs:
                self.rounds.pace.rest(now_s)  # the wait for the first leg makes no tick late
            for order in self.cord.orders():
                self._obey(order, now_s)
            self.cord.flush()
            self._lull()

    def _lull(self) -> None:
        """Let the server go on: woken for each order of a call, we would cost it twice as much."""
        wait_s = min(LULL_S, self.rounds.wait_s(time.monotonic()))
        if wait_s > 0:
            select.select([], [], [], wait_s)

    def _obey(self, order: Message, now_s: float) -> None:
        try:
            self.desk.obey(order, now_s)
        except Exception as mistake:
            self._failed(getattr(order, "leg", -1), mistake)

    def _failed(self, leg: int, mistake: Exception) -> None:
        """Tell where it failed, never with what: that may be a key of a caller."""
        place = mistake.__traceback__
        while place is not None and place.tb_next is not None:
            place = place.tb_next
        where = "" if place is None else f"{place.tb_frame.f_code.co_name}:{place.tb_lineno}"
        self.desk.fail(leg, f"{type(mistake).__name__} in {where}", time.monotonic())

    def _each_second(self, now_s: float) -> None:
        if now_s >= self._load_s:
            self._load_s = now_s + LOAD_S
            self.rounds.willing = not self.desk.draining
            self.rounds.measure()
            self.cord.tell(self.rounds.load())

    def _tidy(self, slack_s: float) -> float:
        """Collect garbage where it delays nobody; the seconds it took."""
        now_s = time.monotonic()
        if now_s < self._tidy_s or slack_s < SLACK_S:
            return 0.0
        self._tidy_s = now_s + TIDY_S
        self._tidied += 1
        gc.collect(0 if self._tidied % THOROUGHLY else 2)
        return time.monotonic() - now_s


def draw(bits: int) -> int:
    """A random number of so many bits that nobody can guess."""
    return int.from_bytes(os.urandom((bits + 7) // 8), "big") >> -bits % 8


def prepare() -> None:
    """Make this process fit for many sockets and even time."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    with contextlib.suppress(OSError):  # only where the machine allows it
        os.nice(NICER)
    gc.disable()  # it runs in `_tidy`, when there is time
    gc.freeze()


def main() -> None:
    """Serve on the socket whose number is the first argument."""
    prepare()
    with socket.socket(fileno=int(sys.argv[1])) as sock:
        Worker(sock, Clips(), draw).run()


if __name__ == "__main__":
    main()
