"""Who hears whom in the bridges of a call: one rule, from which holding and mixing follow.

A hears B when both are in one bridge, A is not held, and B talks (architecture.md section 5).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ivr.domain.call import BridgeId, Mode

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ivr.domain.call import LegId


@dataclass(frozen=True, slots=True)
class Seat:
    """Where a leg sits: its bridge, and what it does there."""

    bridge: BridgeId
    mode: Mode = Mode.TALK


def hears(seats: Mapping[LegId, Seat]) -> dict[LegId, tuple[LegId, ...]]:
    """For each leg in a bridge the legs it hears, in their order; nobody = the hold sound."""
    return {
        leg: tuple(
            other
            for other, there in seats.items()
            if other != leg
            and there.bridge == seat.bridge
            and seat.mode is not Mode.HELD
            and there.mode is Mode.TALK
        )
        for leg, seat in seats.items()
    }
