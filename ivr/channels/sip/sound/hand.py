"""The server's end of the cord to one media worker.

A worker that does not answer three heartbeats of a second is killed.

Source: sip-media.md section 8 (worker messages, death of a worker).
"""

from __future__ import annotations

import logging
import sys
from typing import TYPE_CHECKING, Final

from ivr.channels.sip.wire import control
from ivr.channels.sip.wire.control import Beat
from ivr.runtime.processes.watched import CODE_PLACE, Launch, Watched

if TYPE_CHECKING:
    from collections.abc import Callable

    from ivr.channels.sip.wire.control import Message

_LOG = logging.getLogger(__name__)
BEAT_S: Final = 1.0
MOST_MISSED: Final = 3
EXIT_S: Final = 2.0
_COMMAND: Final = (sys.executable, "-S", "-P", "-m", "ivr.channels.sip.sound.worker")


class Hand(Watched):
    """One worker process. on_message: what it tells. on_death: it is gone; told once, unasked."""

    def __init__(
        self, epoch: int, on_message: Callable[[Message], None], on_death: Callable[[], None]
    ) -> None:
        """Start the process. Raises MediaError if the machine does not let it."""
        self._epoch = epoch
        self._on_message = on_message
        self._on_death = on_death
        super().__init__(
            Launch(
                what="the media worker",
                command=_COMMAND,
                environment={"PYTHONPATH": CODE_PLACE},
                most_bytes=control.MESSAGE_BYTES,
                beat_s=BEAT_S,
                patience=MOST_MISSED,
                exit_s=EXIT_S,
            )
        )

    def send(self, message: Message) -> None:
        """Send an order. Raises MediaError if it is too long."""
        self.put(control.write(message, self._epoch), control.add)

    def taken(self, data: bytes) -> int:
        """Whatever a worker says is a sign of life."""
        for line in control.singly(data):
            _epoch, message = control.read(line)
            if not isinstance(message, Beat):
                self._tell(message)
        return MOST_MISSED

    def beat(self, number: int) -> None:
        """Ask for a sign of life."""
        self.send(Beat(number))

    def died(self, code: int) -> None:
        """It is gone, however it ended."""
        del code
        self._on_death()

    def _tell(self, message: Message) -> None:
        """A bug of ours costs one message, not those of other calls in the same datagram."""
        try:
            self._on_message(message)
        except Exception:
            _LOG.exception("media_message_broken")
