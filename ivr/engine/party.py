"""One party of a call: how far it is, why it is there, with whom it talks."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from ivr.domain.agent import AgentId
from ivr.domain.call import CALLER, NO_LEG, BridgeId, LegId, Mode, Turn
from ivr.domain.queue import OfferId, Ticket

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

NO_BRIDGE = BridgeId(0)
NO_DIAL = Turn(0)
NO_AGENT, NO_OFFER = AgentId(""), OfferId("")
NO_TICKET = Ticket("")
OUTSIDE, TALK = "transfer", "talk"
"""Kinds of the segments in which the caller talks: to somebody outside, to an agent."""
QUEUE, RING, HOLD = "queue", "ring", "hold"
"""Kinds of the segments in which the caller waits, an agent is rung up, the caller is on hold."""
DIAL = "dial"
"""Kind of the segment in which we ring up whom the call is for, written when he answers."""

VOICEMAIL = "voicemail"
"""Kind of the segment in which the caller leaves a message."""

OWN_CALL = "@dial"
"""The node of a call that an agent makes himself; it stands in no flow."""


def how_ended(queue: str, end: str, target: str = "") -> str:
    """The detail of the segment of a wait: queue, end, and where one that overflowed went on."""
    return " ".join(filter(None, (queue, end, target)))


def read_end(detail: str) -> tuple[str, str, str]:
    """Queue, end and target of such a detail; "" where there is none."""
    queue, end, target, *_ = (*detail.split(" ", 2), "", "", "")
    return queue, end, target


class Phase(StrEnum):
    """How far a leg is. `offered` is a phone's second line that waits to be put through; `planned`
    is whom we shall ring up as soon as an agent has the call."""

    PLANNED = "planned"
    OFFERED = "offered"
    DIALLING = "dialling"
    RINGING = "ringing"
    UP = "up"


class Purpose(StrEnum):
    """Why a leg is there: the caller's own, dialled by a verb, or asked for by a phone or a desk.

    consult: a phone's second line and whom it called. transfer: rung up to take a phone's place.
    handed: rung up for a caller whom an agent has given away. asked: an agent's desk consults it.
    monitor: a supervisor.
    """

    CALLER = "caller"
    VERB = "verb"
    CONSULT = "consult"
    TRANSFER = "transfer"
    HANDED = "handed"
    ASKED = "asked"
    MONITOR = "monitor"


@dataclass(frozen=True, slots=True)
class Leg:
    """One party. A leg that has ended leaves the list; its number is never used again.

    detail: whom it reaches. turn: the verb's open `Dial` that this party answers, 0 = none.
    partner: the phone's leg that asked for this one, 0 = none. holds: this phone has put the others
    on hold. joined_at: when it came into its bridge. way_back: what the trunk needs to end the leg
    after a crash of ours. agent, offer: of an agent whom a queue has offered the call; won: he is
    the one who gets it. since: when it was dialled. held_at: since when it is on hold. to: whom
    alone it whispers to. wish: how a supervisor wants to be there. dials: this agent has the call,
    but whom it is for is not there yet. inside: an agent of ours whom no queue has offered it, but
    a colleague. told_of: turn of the timer while the others are told that this supervisor comes.
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
    agent: AgentId = NO_AGENT
    offer: OfferId = NO_OFFER
    won: bool = False
    since: datetime | None = None
    held_at: datetime | None = None
    to: LegId = NO_LEG
    wish: Mode = Mode.TALK
    dials: bool = False
    inside: bool = False
    told_of: Turn = NO_DIAL

    @property
    def talks(self) -> bool:
        """Whether this is the agent who got the call, and whom the call is for is there."""
        return self.won and not self.dials

    @property
    def last_word(self) -> str:
        """What the queues hear when this leg is over."""
        if not self.won:
            return "failed"
        return "dial_failed" if self.dials else "call_ended"


@dataclass(frozen=True, slots=True)
class Wait:
    """The caller waits in a queue since this moment."""

    ticket: Ticket
    queue: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Tape:
    """The call is recorded since this moment. held: paused by the flow; secret: while something is
    typed that must be kept nowhere.

    queue: that which wants its talks recorded, "" = none. talk: the turn of the agent with whose
    talk the recording ends, 0 = the flow has begun it. asked: the turn of the timer that ends the
    pause that an agent wanted, 0 = none; until: when that is. overdue: it has ended so. failed:
    nothing more can be kept of it.
    """

    turn: Turn
    since: datetime
    held: bool = False
    secret: bool = False
    queue: str = ""
    talk: Turn = NO_DIAL
    asked: Turn = NO_DIAL
    until: datetime | None = None
    overdue: bool = False
    failed: bool = False

    @property
    def paused_by(self) -> str:
        """Why nothing is kept now: `secret`, `agent` or `flow`; "" = it is."""
        if self.secret:
            return "secret"
        return "agent" if self.asked else "flow" if self.held else ""


@dataclass(frozen=True, slots=True)
class Notice:
    """What the caller knows of being recorded. told: he was told; refused: he does not want it."""

    told: bool = False
    refused: bool = False


UNTOLD = Notice()


ALONE = (Leg(CALLER, Phase.UP, Purpose.CALLER),)
"""The legs of a call in which nobody else was rung up."""
