"""Switches as they are now: those of the configuration, unless somebody has set them by hand.

What is set by hand stays so over a restart and a changed configuration, until its time is over or
somebody takes it back. New calls are told of it at once; those that go on are not touched.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from ivr.domain.errors import NotFoundError
from ivr.runtime.tasks import Bell, look_again

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from ivr.runtime.ports import Clock
    from ivr.runtime.ports.supervision.switches import HandSwitch, HandSwitches

_LOG = logging.getLogger(__name__)
FACT = "switch."
EMERGENCY = "emergency"
IDLE = timedelta(hours=1)
"""Without anything that ends by itself nobody has to look sooner."""
RETRY = timedelta(seconds=2)


@dataclass(frozen=True, slots=True)
class SwitchNow:
    """A switch. configured: what it is without a hand. hand: who has set it, None = nobody."""

    name: str
    on: bool
    configured: bool
    hand: HandSwitch | None


class Switches:
    """The switches of a running server.

    configured: name -> whether it is on, as the configuration in force has it; closing: names that
    hours are closed by. tell: takes the facts `switch.NAME` that new calls are handed.
    """

    def __init__(
        self,
        kept: HandSwitches,
        clock: Clock,
        configured: Callable[[], Mapping[str, bool]],
        tell: Callable[[dict[str, bool]], object],
    ) -> None:
        self._kept = kept
        self._clock = clock
        self._configured = configured
        self._tell = tell
        self._hands: dict[str, HandSwitch] = {}
        self._bell = Bell()

    async def load(self) -> None:
        """Take over what was set before the start. Raises StoreError."""
        self._hands = {each.name: each for each in await self._kept.all()}
        self.apply()

    def all(self) -> list[SwitchNow]:
        """Every switch, the emergency first, then by name."""
        configured = {EMERGENCY: False, **self._configured()}
        now, found = self._clock.now(), []
        for name in sorted(configured, key=lambda each: (each != EMERGENCY, each)):
            hand = self._hands.get(name)
            if hand is not None and _is_over(hand, now):
                hand = None
            on = configured[name] if hand is None else hand.on
            found.append(SwitchNow(name, on, configured[name], hand))
        return found

    def one(self, name: str) -> SwitchNow:
        """Raises NotFoundError."""
        found = next((each for each in self.all() if each.name == name), None)
        if found is None:
            raise NotFoundError("there is no such switch")
        return found

    async def put(self, switch: HandSwitch) -> SwitchNow:
        """Set one by hand, once that is stored. Raises NotFoundError, StoreError."""
        self.one(switch.name)
        await self._kept.put(switch)
        self._hands[switch.name] = switch
        self._changed(switch.name)
        return self.one(switch.name)

    async def take_back(self, name: str) -> SwitchNow:
        """From now on it is as configured. Raises NotFoundError, StoreError."""
        self.one(name)
        await self._kept.remove(name)
        self._hands.pop(name, None)
        self._changed(name)
        return self.one(name)

    def apply(self) -> None:
        """Tell new calls, also after the configuration has changed."""
        self._tell({f"{FACT}{each.name}": each.on for each in self.all()})

    async def run(self) -> None:
        """For ever: what was set for a time ends when that is over."""
        await look_again(self._end, self._pause, "switches_wait")

    def _changed(self, name: str) -> None:
        now = self.one(name)
        _LOG.warning("switch_set", extra={"facts": {"switch": name, "on": now.on}})
        self.apply()
        self._bell.ring()

    async def _end(self) -> None:
        """Forget what is over. Calls are told first: the store may be away."""
        now = self._clock.now()
        over = [each for each in self._hands.values() if _is_over(each, now)]
        if over:
            self.apply()
        for each in over:
            await self._kept.remove(each.name)
            del self._hands[each.name]
            _LOG.warning("switch_over", extra={"facts": {"switch": each.name}})

    async def _pause(self) -> None:
        now = self._clock.now()
        ends = [each.until for each in self._hands.values() if each.until]
        due = min(ends, default=now + IDLE)
        if due <= now:  # the store is away
            due = now + RETRY
        await self._bell.wait(self._clock, due)


def _is_over(hand: HandSwitch, now: datetime) -> bool:
    """Whether it has ended by itself."""
    return hand.until is not None and hand.until <= now
