"""The seam of deliveries: what other systems are still to be told, each in its turn.

A delivery is one event for one receiver (`endpoint`). Those about the same thing reach the same
receiver one after another, in the order it happened. Source: tickets.md section 15.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, Protocol, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

DONE: Final = "done"
LATER: Final = "later"
HELD: Final = "held"
DEAD: Final = "dead"
BACK: Final = "back"
Fate: TypeAlias = Literal["done", "later", "held", "dead", "back"]
"""What became of a try. later: again at a moment; held: a person must look at it, and what comes
after it waits; dead: given up, what comes after it goes on; back: not tried, so it does not count.
"""
PENDING = "pending"
STATES = (PENDING, HELD, DONE, DEAD)
RUNNING, PAUSED = "running", "paused"
HOOK = "hook:"
"""Webhooks are receivers of this name; that of the configuration follows."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """One event that a worker took up to tell. key: its own number; leased_until: proof of that.

    event: id of the event, the same for every receiver and every try. type: `ticket.created`.
    aggregate, aggregate_id, seq: what it is about, and its place among the events about that.
    data: JSON text. attempts: tries with this one.
    """

    key: int
    leased_until: datetime
    endpoint: str
    event: str
    type: str
    aggregate: str
    aggregate_id: str
    seq: int
    data: str
    at: datetime
    attempts: int
    tenant: int = 1


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a try went. again_at: for `later` and `back`."""

    key: int
    leased_until: datetime
    fate: Fate
    reason: str = ""
    again_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Turn:
    """A worker's turn at a receiver. limit: how many it can take up; lease_s: for how long."""

    endpoint: str
    now: datetime
    limit: int
    lease_s: float


@dataclass(frozen=True, slots=True)
class DeliveryRow:
    """A delivery as a person sees it."""

    event: str
    endpoint: str
    type: str
    aggregate: str
    aggregate_id: str
    seq: int
    state: str
    attempts: int
    at: datetime
    next_at: datetime
    reason: str
    done_at: datetime | None


@dataclass(frozen=True, slots=True)
class DeliveryPage:
    """A page, newest first. next: cursor of the one after it, "" = it was the last."""

    rows: tuple[DeliveryRow, ...]
    next: str = ""


@dataclass(frozen=True, slots=True)
class Backlog:
    """What waits at a receiver. oldest: since when the oldest of those waits, None = none does."""

    endpoint: str
    pending: int
    held: int
    dead: int
    oldest: datetime | None


@dataclass(frozen=True, slots=True)
class EndpointRow:
    """A receiver that was paused, or runs again. state: running or paused."""

    endpoint: str
    state: str
    reason: str
    at: datetime


ContactEvent: TypeAlias = "tuple[str, str, datetime]"
"""What happened to a contact: `interaction.started` or `.ended`, its public id, and when."""


class ContactEvents(Protocol):
    """What happened to contacts and was not told of yet."""

    async def untold(self, since: datetime, limit: int) -> Sequence[ContactEvent]:
        """What happened since a moment, of each kind so many, oldest first."""

    async def tell(self, event: ContactEvent, data: Mapping[str, object]) -> bool:
        """Tell who wants to know; False if that was done meanwhile."""


class Deliveries(Protocol):
    """What is to be delivered. Every method raises StoreError where the database fails."""

    async def turn(self, turn: Turn, outcomes: Sequence[Outcome] = ()) -> Sequence[Delivery]:
        """Write down how tries went, then take up what is due, oldest first: at most one about
        each thing, none while an earlier one about it is not finished, none while paused.

        An outcome whose lease ran out and was taken by somebody else is dropped."""

    async def due(self, now: datetime) -> Sequence[str]:
        """The receivers, not paused, that something could be due for; sorted."""

    async def page(
        self, state: str, *, endpoint: str = "", cursor: str = "", limit: int = 50
    ) -> DeliveryPage:
        """Deliveries of a state. Raises NotValidError for an unknown state or cursor."""

    async def get(self, event: str, endpoint: str) -> DeliveryRow | None:
        """One delivery."""

    async def replay(self, event: str, endpoint: str, now: datetime) -> DeliveryRow:
        """Try a dead or held one again from the start. Raises NotFoundError if there is none, and
        IllegalTransitionError for one that waits its turn or is done."""

    async def backlog(self) -> Sequence[Backlog]:
        """What waits, for each receiver that anything waits at."""

    async def endpoints(self) -> Sequence[EndpointRow]:
        """Receivers that were paused at some time."""

    async def pause(self, endpoint: str, reason: str, at: datetime) -> None:
        """Tell it nothing more until a person lets it go on."""

    async def go_on(self, endpoint: str, at: datetime) -> None:
        """Tell it again."""

    async def tidy(self, done_before: datetime, events_before: datetime) -> int:
        """Drop deliveries done before a moment, and events before another that wait for nobody;
        of each thing the newest event stays, so that its numbers go on. Gives how many went."""
