"""kill -9 in the middle of 100 calls by SIP: of the media worker, and of the server.

All callers listen to a prompt and send sound. Counted: who is told goodbye and how soon, which
calls have their one end in the store, and how soon a new call is answered. The server is started
again by hand, as a service manager would.
"""

from __future__ import annotations

import os
import signal
import sqlite3
import time
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.server import SERVE, on_cores, running
from benchmarks.sip_bed import serving
from benchmarks.sip_peer import Peer
from benchmarks.table import Benchmark, CannotRunError, Row, parameter

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.sip_bed import Bed
    from benchmarks.sip_peer import Call

CALLS = int(parameter("CALLS", 100))
OPENED_PER_S, UP_WITHIN_S, TALK_S = 200, 10.0, 1.0
GOODBYE_WITHIN_S, ANSWER_WITHIN_S, AGAIN_S = 20.0, 10.0, 0.1
STORED_WITHIN_S = 2.0
WORKER = b"ivr.channels.sip.sound.worker"
ENDS = """
SELECT sum(outcome = 'system_lost' AND ended_at IS NOT NULL), sum(ended_at IS NULL)
FROM interaction
"""


class Victims:
    """Calls that are cut off. ended_s: when each was told so, seconds since the kill."""

    def __init__(self, peer: Peer) -> None:
        self.peer = peer
        self.up: list[Call] = []
        self.ended_s: list[float] = []
        self.killed_s = 0.0

    def talk(self) -> None:
        """All call, and talk for a while. Raises CannotRunError if one is not answered."""
        for place in range(CALLS):
            self.peer.later(place / OPENED_PER_S, self._call)
        if not self.peer.live(UP_WITHIN_S, lambda: len(self.up) == CALLS):
            raise CannotRunError(f"only {len(self.up)} of {CALLS} calls were answered")
        self.peer.live(TALK_S)

    def kill(self, pid: int) -> None:
        """kill -9, now."""
        self.killed_s = time.monotonic()
        os.kill(pid, signal.SIGKILL)

    def wait(self) -> None:
        """Until all were told, or patience is at its end."""
        self.peer.live(GOODBYE_WITHIN_S, lambda: len(self.ended_s) == len(self.up))

    def again(self) -> float:
        """Call again and again until it is answered: the seconds since the kill."""
        answered: list[Call] = []

        def ring() -> None:
            self.peer.call("menu", answered.append, once_more)

        def once_more(call: Call) -> None:
            if call.status != 200:
                self.peer.later(AGAIN_S, ring)

        ring()
        if not self.peer.live(ANSWER_WITHIN_S, lambda: bool(answered)):
            raise CannotRunError("no call was answered after the kill")
        return time.monotonic() - self.killed_s

    def _call(self) -> None:
        self.peer.call("menu", self.up.append, self._over)

    def _over(self, _call: Call) -> None:
        self.ended_s.append(time.monotonic() - self.killed_s)


def _worker_killed(bed: Bed) -> list[Row]:
    with Peer.open(bed.sip, bed.peer) as peer:
        victims = Victims(peer)
        victims.talk()
        victims.kill(_worker_of(bed))
        again_s = victims.again()
        victims.wait()
        peer.finish()
        wrong = _wrong(peer, bed.process.folder, CALLS)
    return _rows("media worker killed", "worker", victims, again_s, wrong)


def _server_killed(bed: Bed) -> list[Row]:
    """Killed, started again on the same port and store, looked at, and stopped."""
    process = bed.process
    with Peer.open(bed.sip, bed.peer) as peer:
        victims = Victims(peer)
        victims.talk()
        victims.kill(process.popen.pid)
        process.popen.wait()
        with on_cores(bed.core):
            started = running(SERVE, process.port, process.folder)
            started.__enter__()
        try:
            ready_s = time.monotonic() - victims.killed_s
            again_s = victims.again()
            victims.wait()
            peer.finish()
            wrong = _wrong(peer, process.folder, 2 * CALLS)
        finally:
            started.__exit__(None, None, None)
    rows = _rows("server killed", "server", victims, again_s, wrong)
    return [Row("server killed: started again and ready", ready_s, "s"), *rows]


def _wrong(peer: Peer, folder: Path, lost: int) -> int:
    """How many rows too few or too many are ended as lost, and how many are not ended.

    A BYE is answered before the end it brings is written: that gets its time.
    """

    def counted() -> int:
        with closing(sqlite3.connect(folder / "ivr.db")) as store:
            found, unended = store.execute(ENDS).fetchone()
        return abs(lost - int(found)) + int(unended)

    peer.live(STORED_WITHIN_S, lambda: not counted())
    return counted()


def _rows(what: str, bar: str, victims: Victims, again_s: float, wrong: int) -> list[Row]:
    told = victims.ended_s
    return [
        Row(f"{what}: calls", len(victims.up), ""),
        Row(f"{what}: callers told goodbye", len(told), ""),
        Row(f"{what}: told goodbye, the last of them", max(told, default=0.0), "s"),
        Row(f"{what}: calls without one end as lost", wrong, "", f"{bar}_ends"),
        Row(f"{what}: callers not told", len(victims.up) - len(told), "", f"{bar}_untold"),
        Row(f"{what}: a new call is answered", again_s, "s", f"{bar}_again_s"),
    ]


def _worker_of(bed: Bed) -> int:
    for pid in bed.pids:
        if WORKER in Path(f"/proc/{pid}/cmdline").read_bytes():
            return pid
    raise CannotRunError("there is no media worker")


def measure() -> Sequence[Row]:
    """First the worker, then the server, which is not there any more afterwards."""
    with serving() as bed:
        return [*_worker_killed(bed), *_server_killed(bed)]


BENCHMARK = Benchmark(
    name="sip_kill",
    title=f"kill -9 in the middle of {CALLS} calls",
    bars=(
        *("worker_ends", "worker_untold", "worker_again_s"),
        *("server_ends", "server_untold", "server_again_s"),
    ),
    run=measure,
)
