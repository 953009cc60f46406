"""The place of one process around pyVoIP: it is started again when it falls, later each time.

Source: sip-media.md section 1 (restart after 1, 2 ... 60 s; 3 crashes in 10 minutes: trunk down).
"""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

from ivr.channels.pyvoip.hand import Hand
from ivr.channels.pyvoip.wire.falls import Falls
from ivr.channels.pyvoip.wire.messages import Answered, Farewell, Gone, Ready, Troubled
from ivr.domain.errors import MediaError

if TYPE_CHECKING:
    from collections.abc import Callable

    from ivr.channels.pyvoip.wire.messages import Begin, Order, Tiding

_LOG = logging.getLogger(__name__)


class Post:
    """Keeps one extension registered. hear: what the process tells; lost: it fell.

    ready: it is registered, calls may come. down: it fell three times in ten minutes and has not
    come back since.
    """

    def __init__(
        self, trunk: str, begin: Begin, hear: Callable[[Tiding], None], lost: Callable[[], None]
    ) -> None:
        self.ready = asyncio.Event()
        self.down = False
        self.port = 0
        self._trunk = trunk
        self._begin = begin
        self._hear = hear
        self._lost = lost
        self._falls = Falls()
        self._hand: Hand | None = None
        self._again: asyncio.TimerHandle | None = None
        self._byes: dict[int, str] = {}
        self._left: list[str] = []

    @property
    def pid(self) -> int | None:
        """The number of the process that runs now."""
        return None if self._hand is None else self._hand.pid

    def start(self) -> None:
        """Start the process."""
        self._again = None
        try:
            self._hand = Hand(self._begin, self._heard, self._fell)
        except MediaError as error:
            self._told("pyvoip_trouble", str(error))
            self._fell(-1)

    def send(self, order: Order) -> None:
        """Send an order; nobody there: nothing happens. Raises MediaError if it is too long."""
        if self._hand is not None:
            self._hand.send(order)

    async def close(self) -> None:
        """Let the process go, and wait for its end."""
        if self._again is not None:
            self._again.cancel()
        self.ready.clear()
        hand, self._hand = self._hand, None
        if hand is not None:
            hand.leave()
            await hand.gone()

    def _heard(self, tiding: Tiding) -> None:
        if isinstance(tiding, Ready):
            self._is_ready(tiding)
        elif isinstance(tiding, Answered):
            self._byes[tiding.call] = tiding.bye
        elif isinstance(tiding, Troubled):
            self._told("pyvoip_trouble", tiding.what)
        else:
            if isinstance(tiding, Gone):
                self._byes.pop(tiding.call, None)
            self._hear(tiding)

    def _is_ready(self, tiding: Ready) -> None:
        """Calls may come. First the far ends of those that fell with the last one are told."""
        self.port = tiding.port
        self.down = False
        self.ready.set()
        for bye in self._left:
            self.send(Farewell(bye))
        self._left.clear()
        _LOG.info("pyvoip_registered", extra={"facts": {"trunk": self._trunk}})

    def _fell(self, code: int) -> None:
        self._hand = None
        self.ready.clear()
        self._left += self._byes.values()
        self._byes.clear()
        loop = asyncio.get_running_loop()
        verdict = self._falls.fell(loop.time())
        self._again = loop.call_later(verdict.wait_s, self.start)
        again = f"exit {code}, next try in {verdict.wait_s:g} s"
        if verdict.down and not self.down:
            _LOG.error("pyvoip_trunk_down", extra={"facts": _facts(self._trunk, again)})
        else:
            self._told("pyvoip_fell", again)
        self.down = verdict.down
        self._lost()

    def _told(self, what: str, reason: str) -> None:
        _LOG.warning(what, extra={"facts": _facts(self._trunk, reason)})


def _facts(trunk: str, reason: str) -> dict[str, str]:
    return {"trunk": trunk, "reason": reason}
