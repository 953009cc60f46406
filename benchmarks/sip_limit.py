"""What a loop of this interpreter can do at best: one packet out and in each 20 ms, no more.

    python -m benchmarks.sip_limit COUNT

It prints the COUNT ports it listens on, reads the COUNT ports of its far ends, then sends and reads
until its standard input is closed. All frames leave in one burst, reads are gathered every 5 ms:
the best of the ways that were measured (sip-media.md section 8).
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import select
import socket
import sys
import time
from struct import Struct
from typing import TYPE_CHECKING

from benchmarks.server import HOST

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

FRAME_S = 0.020
GATHER_S = 0.005
_FIELDS = Struct("!BHI")
_HEADER, _FRAME, _BUFFER = bytearray(b"\x80" + bytes(11)), b"\x55" * 160, bytearray(2048)


def main(count: int) -> None:
    """Serve until standard input ends."""
    sockets = [_bound() for _ in range(count)]
    sys.stdout.write(json.dumps([one.getsockname()[1] for one in sockets]) + "\n")
    sys.stdout.flush()
    for one, port in zip(sockets, json.loads(sys.stdin.readline()), strict=True):
        one.connect((HOST, port))
    gc.disable()
    with contextlib.suppress(OSError):
        os.nice(-10)  # as the media worker, where the machine allows it
    _loop(sockets)


def _bound() -> socket.socket:
    one = socket.socket(socket.AF_INET, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK)
    one.bind((HOST, 0))
    return one


def _loop(sockets: list[socket.socket]) -> None:
    """No logic: a header, a frame, a read."""
    epoll = select.epoll()
    reads = {one.fileno(): one.recv_into for one in sockets}
    for file in (sys.stdin.fileno(), *reads):
        epoll.register(file, select.EPOLLIN)
    sends = [one.sendmsg for one in sockets]
    due_s, sequence = time.monotonic(), 0
    with contextlib.suppress(OSError, KeyError):  # the far ends are gone, or standard input
        while True:
            _wait(due_s)
            sequence += 1
            _burst(sends, sequence)
            for step in range(4):
                _wait(due_s + step * GATHER_S)
                _gather(epoll, reads)
            due_s += FRAME_S


def _burst(sends: Sequence[Callable[[Sequence[bytes | bytearray]], int]], sequence: int) -> None:
    fields = 8, sequence & 0xFFFF, sequence * 160 & 0xFFFFFFFF
    for send in sends:
        _FIELDS.pack_into(_HEADER, 1, *fields)
        send((_HEADER, _FRAME))


def _gather(epoll: select.epoll, reads: Mapping[int, Callable[[bytearray], int]]) -> None:
    for file, _ in epoll.poll(0, 8192):
        reads[file](_BUFFER)


def _wait(due_s: float) -> None:
    rest_s = due_s - time.monotonic()
    if rest_s > 0:
        select.select([], [], [], rest_s)


if __name__ == "__main__":
    main(int(sys.argv[1]))
