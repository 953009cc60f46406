"""The server's end of the cord to one process around pyVoIP.

A process that gives no sign of life for five seconds is killed; while it starts, for twenty.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Final

from ivr.channels.pyvoip.wire import messages
from ivr.channels.pyvoip.wire.messages import Ping, Pong, Ready
from ivr.runtime.processes.watched import CODE_PLACE, Launch, Watched

if TYPE_CHECKING:
    from collections.abc import Callable

    from ivr.channels.pyvoip.wire.messages import Begin, Order, Tiding

BEAT_S: Final = 1.0
MOST_MISSED: Final = 5
START_BEATS: Final = 20
EXIT_S: Final = 3.0
_COMMAND: Final = (sys.executable, "-P", "-m", "ivr.channels.pyvoip.child")


class Hand(Watched):
    """One process. on_tiding: what it tells. on_death: it is gone; not after `leave`.

    It is given the exit code; one below zero is the signal that ended the process.
    """

    def __init__(
        self, begin: Begin, on_tiding: Callable[[Tiding], None], on_death: Callable[[int], None]
    ) -> None:
        """Start it. Raises MediaError if the machine does not let us."""
        self._on_tiding = on_tiding
        self._on_death = on_death
        super().__init__(_launch())
        self.send(begin)

    def send(self, order: Order) -> None:
        """Send an order. Raises MediaError if it is too long."""
        self.put(messages.write(order))

    def taken(self, data: bytes) -> int:
        """Only what comes through pyVoIP itself is a sign of life."""
        tiding = messages.read(data)
        if not isinstance(tiding, Pong):
            self._on_tiding(tiding)  # type: ignore[arg-type]
        return MOST_MISSED if isinstance(tiding, Pong | Ready) else 0

    def beat(self, number: int) -> None:
        """Ask for a sign of life."""
        self.send(Ping(number))

    def died(self, code: int) -> None:
        """It is gone."""
        self._on_death(code)


def _launch() -> Launch:
    """What pyVoIP prints may name callers; each of its threads would reserve 64 MB of its 512."""
    places = [CODE_PLACE, *filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep))]
    return Launch(
        what="the process around pyVoIP",
        command=_COMMAND,
        environment={"PYTHONPATH": os.pathsep.join(places), "MALLOC_ARENA_MAX": "2"},
        most_bytes=messages.MESSAGE_BYTES,
        beat_s=BEAT_S,
        patience=START_BEATS,
        exit_s=EXIT_S,
        quiet=True,
    )
