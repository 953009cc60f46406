"""One party of a call: how far it is, why it is there, with whom it talks."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from ivr.domain.call import CALLER, BridgeId, LegId, Mode, Turn

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

NO_BRIDGE = BridgeId(0)
NO_LEG = LegId(0)
NO_DIAL = Turn(0)
TALK = "transfer"
"""Kind of the segment in which the caller talks to somebody whom a `transfer` reached."""


class Phase(StrEnum):
    """How far a leg is. `offered` is a phone's second line that waits to be put through."""

    OFFERED = "offered"
    DIALLING = "dialling"
    RINGING = "ringing"
    UP = "up"


class Purpose(StrEnum):
    """Why a leg is there: the caller's own, dialled by a verb, or asked for by a phone."""

    CALLER = "caller"
    VERB = "verb"
    CONSULT = "consult"
    TRANSFER = "transfer"


@dataclass(frozen=True, slots=True)
class Leg:
    """One party. A leg that has ended leaves the list; its number is never used again.

    detail: whom it reaches. turn: the verb's open `Dial` that this party answers, 0 = none.
    partner: the phone's leg that asked for this one, 0 = none. holds: this phone has put the others
    on hold. joined_at: when it came into its bridge. way_back: what the trunk needs to end the leg
    after a crash of ours.
    """

    id: LegId
    phase: Phase
    purpose: Purpose = Purpose.VERB
    detail: str = ""
    turn: Turn = NO_DIAL
    partner: LegId = NO_LEG
    bridge: BridgeId = NO_BRIDGE
    mode: Mode = Mode.TALK
    holds: bool = False
    joined_at: datetime | None = None
    way_back: Mapping[str, str] = field(default_factory=dict)


ALONE = (Leg(CALLER, Phase.UP, Purpose.CALLER),)
"""The legs of a call in which nobody else was rung up."""
