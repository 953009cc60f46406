"""Switches that are set by hand, in memory, gone with the process."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ivr.runtime.ports.supervision.switches import HandSwitch


class MemorySwitches:
    """The port `HandSwitches` in a dict."""

    def __init__(self) -> None:
        self._set: dict[str, HandSwitch] = {}

    async def all(self) -> Sequence[HandSwitch]:
        """All, by name."""
        return [self._set[name] for name in sorted(self._set)]

    async def put(self, switch: HandSwitch) -> None:
        """Keep it, in place of an earlier one."""
        if switch.since.tzinfo is None:
            raise ValueError("naive datetime")
        self._set[switch.name] = switch

    async def remove(self, name: str) -> bool:
        """Take it back."""
        return self._set.pop(name, None) is not None
