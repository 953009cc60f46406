"""Switches that are set by hand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class HandSwitch:
    """A switch that somebody has set by hand, whatever `switches` of the configuration says. until:
    when it is again as configured by itself, None = when somebody takes it back."""

    name: str
    on: bool
    by: str
    why: str
    since: datetime
    until: datetime | None = None


class HandSwitches(Protocol):
    """Switches that are set by hand, also after a restart."""

    async def all(self) -> Sequence[HandSwitch]:
        """All, by name."""

    async def put(self, switch: HandSwitch) -> None:
        """Keep it, in place of an earlier one of this name."""

    async def remove(self, name: str) -> bool:
        """Take it back; False if there was none."""
