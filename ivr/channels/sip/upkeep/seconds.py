"""What is done for one SIP address each second: strangers noted, phones looked at, counts shown."""

from __future__ import annotations

import asyncio
import logging
from datetime import timedelta
from itertools import count
from typing import TYPE_CHECKING

from ivr.channels.sip.upkeep.figures import DROPPED, TURNED_AWAY, Growth

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ivr.channels.sip.stack import PhoneWatcher, Stack
    from ivr.channels.sip.wire.peers.bindings import Binding
    from ivr.runtime.ports import Clock

    Seen = Callable[[str, Sequence[Binding], PhoneWatcher | None], None]
    """Told the phones that are registered with a trunk, and who asks whether they live."""

_LOG = logging.getLogger(__name__)
TIDY = timedelta(seconds=1)
REFRESH_S = 5


class Seconds:
    """The seconds of one stack. seen: is told which phones are there."""

    def __init__(self, stack: Stack, seen: Seen, clock: Clock) -> None:
        self._stack = stack
        self._seen = seen
        self._clock = clock
        self._dropped, self._turned_away = Growth(DROPPED), Growth(TURNED_AWAY)

    async def run(self) -> None:
        """Look once a second, for ever; read the users anew every five."""
        seconds = count(1)
        while True:
            await self._clock.sleep_until(self._clock.now() + TIDY)
            try:
                self.look(asyncio.get_running_loop().time())
                if next(seconds) % REFRESH_S == 0:
                    await self._stack.phones.refresh()
            except Exception:  # a bug of ours costs one second of it
                _LOG.exception("sip_second_failed")

    def look(self, now: float) -> None:
        """What strangers tried, phones that did not come back in time, what was dropped."""
        stack = self._stack
        stack.note_security()
        registrar = stack.identities.registrar
        stack.phones.changed(registrar.expired(now))
        live = registrar.live(now)
        if stack.watch is not None:
            stack.watch.look(live, now)
        self._seen(stack.registrar, live, stack.watch)
        self._dropped.look(stack.dropped)
        self._turned_away.look(stack.turned_away)
