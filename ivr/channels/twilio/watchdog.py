"""Calls whose provider has fallen silent: nobody tells us that a caller is gone, so we look."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from ivr.domain.errors import IvrError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Container

    from ivr.domain.call import CallId
    from ivr.runtime.ports import Clock

_LOG = logging.getLogger(__name__)
GRACE_S = 60.0
"""How much longer than its document may last a call may be silent."""
MOST_S = 600.0
SWEEP_S = 10.0


async def _nobody(_call: CallId) -> bool:
    return False


class Watchdog:
    """Loses calls that asked for nothing for too long. One task for all calls, no timer per call.

    live: the calls that go on; others are forgotten without a word. is_there: asks the provider
    about a call that may be silent for good reason.
    """

    def __init__(
        self,
        clock: Clock,
        live: Container[CallId],
        lose: Callable[[CallId], Awaitable[None]],
        is_there: Callable[[CallId], Awaitable[bool]] = _nobody,
    ) -> None:
        self._is_there = is_there
        self._clock = clock
        self._live = live
        self._lose = lose
        self._heard: dict[CallId, datetime] = {}
        self._spans: dict[CallId, float] = {}

    def gave(self, call: CallId, longest_s: float) -> None:
        """A document that can keep the caller so long goes out now."""
        self._spans[call] = min(longest_s + GRACE_S, MOST_S)
        self.heard(call)

    def heard(self, call: CallId) -> None:
        """The provider asked for something, or the server has just come back."""
        self._heard[call] = self._clock.now()

    def forget(self, call: CallId) -> None:
        """The call has ended."""
        self._heard.pop(call, None)
        self._spans.pop(call, None)

    async def run(self) -> None:
        """Look every few seconds, for ever."""
        while True:
            await self._clock.sleep_until(self._clock.now() + timedelta(seconds=SWEEP_S))
            await self.sweep()

    async def sweep(self) -> None:
        """Lose what is overdue; what cannot be lost now (no database) is tried again next time."""
        for call in self._overdue():
            if call not in self._live:
                self.forget(call)
            elif await self._is_there(call):
                self.heard(call)
            elif await self._lost(call):
                self.forget(call)

    def _overdue(self) -> list[CallId]:
        now = self._clock.now()
        return [
            call
            for call, heard in self._heard.items()
            if (now - heard).total_seconds() >= self._spans.get(call, MOST_S)
        ]

    async def _lost(self, call: CallId) -> bool:
        _LOG.warning("call_silent", extra={"call": call})
        try:
            await self._lose(call)
        except IvrError:
            _LOG.exception("call_not_lost", extra={"call": call})
            return False
        return True
