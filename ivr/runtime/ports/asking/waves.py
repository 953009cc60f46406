"""The seam of planned surveys: customers to draw from, waves, and the invitations of a wave.

A wave is written down with everybody who was drawn before anybody gets an invitation; these follow
a portion at a time, each portion and how far it came in one transaction. So a server that is killed
anywhere on the way goes on with the same sample, and nobody has two invitations of one wave.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence
    from datetime import datetime

    from ivr.surveys.planned.drawing import Candidate, Drawn
    from ivr.surveys.planned.placing import Member, Placed

DRAWING, OPEN, STOPPED = "drawing", "open", "stopped"
"""States of a wave: invitations are being made; all are made; no more are sent."""
LAST_CONTACT, LAST_TICKET = "interaction", "ticket"
"""Records of a condition that cost a look at more than the customer."""


@dataclass(frozen=True, slots=True)
class WaveNew:
    """A wave as it is drawn. id: public. version: 64 hex digits of the wording in force. flow_hash:
    version of the flow that its calls walk, "" = it calls nobody. begun_by: whoever began it by
    hand, "" = it was due."""

    id: str
    survey: str
    plan: str
    version: str
    key: str
    at: datetime
    ends_at: datetime
    drawn: Drawn
    flow_hash: str = ""
    begun_by: str = ""


@dataclass(frozen=True, slots=True)
class Begun:
    """A wave whose invitations are still to be made. plan, version: keys of rows; definitions: of
    the file, without plans, and of this plan."""

    id: str
    plan: int
    version: int
    plan_name: str
    plan_definition: Mapping[str, Any]
    definition: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class WaveRow:
    """A wave and how far it came. states: of its invitations, (state, reason) -> how many.

    reasons: why how many customers were not drawn. funnel: invitable, reached, started, completed,
    partial -> how many, counted as reports do. calls: their result -> how many, "" = under way.
    """

    id: str
    survey: str
    plan: str
    key: str
    state: str
    at: datetime
    ends_at: datetime
    drawn_at: datetime
    looked_at: int
    eligible: int
    selected: int
    placed: int
    rate: float
    reasons: Mapping[str, int] = field(default_factory=dict)
    states: Mapping[tuple[str, str], int] = field(default_factory=dict)
    funnel: Mapping[str, int] = field(default_factory=dict)
    calls: Mapping[str, int] = field(default_factory=dict)
    begun_by: str = ""
    stopped_by: str = ""
    stopped_at: datetime | None = None


Place: TypeAlias = "Callable[[Member], Placed]"
"""What becomes of somebody who was drawn. Pure: it may be asked more than once."""


class Waves(Protocol):
    """The rows. Errors: StoreError; NotFoundError, IllegalTransitionError where named."""

    async def since(self, survey: str, plan: str, *, halted: bool = False) -> datetime | None:
        """Since when a plan has been there without a break, however it was changed; None = it is
        not in force, or it is halted. halted: tell it of such a one, too."""

    async def is_drawn(self, survey: str, plan: str, key: str) -> bool:
        """Whether this wave was drawn, by this plan or as it was before."""

    async def candidates(
        self, after: int, limit: int, records: Collection[str] = ()
    ) -> Sequence[Candidate]:
        """Customers by key, behind one. records: what is wanted beside the customer himself, of
        LAST_CONTACT and LAST_TICKET; the others are empty."""

    async def begin(self, new: WaveNew, at: datetime) -> bool:
        """Write down a wave with everybody who was drawn. False: it was drawn before, or its plan
        is not in force.

        Raises IllegalTransitionError for one that is begun by hand while another of the same plan
        is drawn, asks people or waits for their answers.
        """

    async def get(self, wave: str) -> WaveRow:
        """One by its public id. Raises NotFoundError."""

    async def begun(self) -> Sequence[Begun]:
        """Those whose invitations are still to be made, the oldest first."""

    async def place(
        self, wave: str, place: Place, limit: int, at: datetime, new_id: Callable[[], str]
    ) -> bool:
        """Make the next invitations of a wave; whether there are more to be made."""

    async def members(self, keys: Sequence[int]) -> Mapping[int, Member]:
        """Customers as `place` would see them; nobody who was merged or erased since."""

    async def list(
        self, surveys: Sequence[str] = (), before: str = "", limit: int = 50
    ) -> Sequence[WaveRow]:
        """The newest first. before: public id of the last one of the page before, "" = none."""

    async def stop(self, wave: str, by: str, at: datetime) -> WaveRow:
        """Nobody is written to for it any more; who was asked may still answer."""
