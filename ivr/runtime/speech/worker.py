"""The workshop's process: `python -m ivr.runtime.speech.worker`, one sound after the other.

It reads from standard input a line of JSON, `{"kind", "stem", "octets"}`, and as many octets; it
writes the files of the sound to disk and a line of JSON to standard output, `{"frames": n}` or
`{"error": "sentence"}`. The end of its input, also by the server's death, is its own end.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from pathlib import Path
from typing import BinaryIO

from ivr.domain.errors import MediaError
from ivr.runtime.speech.entry import write_entry
from ivr.runtime.speech.making import Kind, make

NICER = 10
"""Calls come first: their sound is due every 20 ms, a prompt may come a little later."""


def work(orders: BinaryIO, answers: BinaryIO) -> None:
    """Carry out every order until there are no more."""
    for line in orders:
        answers.write(json.dumps(_answer(line, orders)).encode() + b"\n")
        answers.flush()


def _answer(line: bytes, orders: BinaryIO) -> dict[str, object]:
    order = json.loads(line)
    data = orders.read(order["octets"])
    try:
        made = make(Kind(order["kind"]), data)
        write_entry(Path(order["stem"]), made)
    except MediaError as error:
        return {"error": str(error)}
    except OSError as error:
        return {"error": f"the sound cannot be written: {error.strerror or error}"}
    return {"frames": made.frames}


def main() -> None:
    """Work with low priority; Ctrl+C is for the server, which ends us."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.nice(NICER)
    work(sys.stdin.buffer, sys.stdout.buffer)


if __name__ == "__main__":
    main()
