"""The place of one media worker: the process that serves there, and the next one when it dies.

Source: sip-media.md section 8 (death of a worker).
"""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING, Final

from ivr.channels.sip.sound.box import WorkerBack, WorkerLost
from ivr.channels.sip.sound.hand import Hand
from ivr.channels.sip.upkeep.figures import worker_lost, worker_told
from ivr.channels.sip.wire.control import Drain, Load, Ready
from ivr.domain.errors import MediaError

if TYPE_CHECKING:
    from collections.abc import Callable

    from ivr.channels.sip.wire.control import Limits, Message, Order

DEATHS: Final = 5
DEATHS_WITHIN_S: Final = 60.0
AGAIN_S: Final = 0.1
AFTER_DOWN_S: Final = 60.0


class Post:
    """One worker's place. legs: those it carries. tell: takes what it says, `WorkerLost` too.

    Died 5 times within 60 s it is down: it is tried again each minute.
    """

    def __init__(
        self,
        number: int,
        epoch: int,
        limits: Limits,
        tell: Callable[[Post, Message | WorkerLost | WorkerBack], None],
    ) -> None:
        self.number = number
        self.legs: set[int] = set()
        self.ready = asyncio.Event()
        self.load = Load(0, 0.0, 0.0, 0, willing=True)
        self._epoch = epoch
        self._limits = limits
        self._tell = tell
        self._hand: Hand | None = None
        self._deaths: deque[float] = deque(maxlen=DEATHS)
        self._again: asyncio.TimerHandle | None = None
        self._draining = False
        self._begin()

    @property
    def pid(self) -> int | None:
        """The number of the process that serves now."""
        return None if self._hand is None else self._hand.pid

    @property
    def willing(self) -> bool:
        """Whether a new call would be served in time."""
        return self.ready.is_set() and self.load.willing and not self._draining

    def has_room(self, *, extra: bool) -> bool:
        """Whether one leg more fits."""
        return self._limits.has_room(len(self.legs), extra=extra)

    def send(self, order: Order) -> None:
        """Send an order; nobody there: nothing happens."""
        if self._hand is not None:
            self._hand.send(order)

    def drain(self) -> None:
        """Open nothing more; the process goes when its last leg is closed."""
        self._draining = True
        self.send(Drain())

    async def close(self) -> None:
        """Let the process go and wait for its end."""
        if self._again is not None:
            self._again.cancel()
        hand, self._hand = self._hand, None
        self.ready.clear()
        if hand is not None:
            hand.leave()
            await hand.gone()

    def _begin(self) -> None:
        self._again = None
        try:
            self._hand = Hand(self._epoch, self._heard, self._died)
        except MediaError:
            self._died()
        else:
            self._hand.send(self._limits)

    def _heard(self, message: Message) -> None:
        if isinstance(message, Ready):
            self.ready.set()
            if self._deaths:
                self._tell(self, WorkerBack(self.number))
        elif isinstance(message, Load):
            self.load = message
            worker_told(self.number, message)
            self._tell(self, message)
        else:
            self._tell(self, message)

    def _died(self) -> None:
        self._hand = None
        self.ready.clear()
        worker_lost(self.number)
        if self._draining:
            return
        loop = asyncio.get_running_loop()
        self._deaths.append(loop.time())
        often = len(self._deaths) == DEATHS
        down = often and self._deaths[-1] - self._deaths[0] <= DEATHS_WITHIN_S
        legs, self.legs = tuple(sorted(self.legs)), set()
        self._again = loop.call_later(AFTER_DOWN_S if down else AGAIN_S, self._begin)
        self._tell(self, WorkerLost(self.number, legs, down=down))
