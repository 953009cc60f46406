"""The seam of the inbox: what other ticket systems say has happened there, each thing once.

A message only says that something has happened to a ticket; how the ticket stands is asked for
when the message is dealt with, so one that is late, doubled or overtaken does no harm.
Source: tickets.md sections 15 and 16.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

PENDING: Final = "pending"
HELD: Final = "held"
UNKNOWN: Final = "unknown"
DONE: Final = "done"
DEAD: Final = "dead"
STATES = (PENDING, HELD, UNKNOWN, DONE, DEAD)
"""held: a person must look at it; unknown: about no ticket of ours; dead: given up."""


@dataclass(frozen=True, slots=True)
class Message:
    """What a system says. event: its own id of that; far_id: of the ticket; version: sorts as it
    happened there; what: in a few words; body: as it came, for people."""

    event: str
    far_id: str
    version: str
    what: str = ""
    body: str = ""


@dataclass(frozen=True, slots=True)
class Batch:
    """All that waits about one ticket of a system, taken up together, oldest first.

    leased_until: proof of that. attempts: tries with the one tried most, this one included.
    """

    source: str
    far_id: str
    keys: tuple[int, ...]
    leased_until: datetime
    attempts: int
    messages: tuple[Message, ...]


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of a batch. again_at: for PENDING, when it is tried again. ticket: of ours.

    untold: fields of theirs that our ticket cannot keep -> what they are now.
    """

    state: str
    reason: str = ""
    again_at: datetime | None = None
    ticket: str = ""
    untold: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class InboxRow:
    """A message as a person sees it. untold: JSON text, "" = nothing."""

    source: str
    event: str
    far_id: str
    version: str
    what: str
    body: str
    state: str
    attempts: int
    next_at: datetime
    reason: str
    untold: str
    ticket: str
    at: datetime
    done_at: datetime | None


@dataclass(frozen=True, slots=True)
class InboxPage:
    """Messages, the newest first. next: where the next page begins, "" = this was all."""

    rows: tuple[InboxRow, ...]
    next: str


@dataclass(frozen=True, slots=True)
class InboxBacklog:
    """What waits of a source."""

    source: str
    pending: int
    held: int
    unknown: int
    dead: int


class Inbox(Protocol):
    """What came in, kept until it is dealt with."""

    async def arrive(
        self, source: str, messages: Sequence[Message], at: datetime, position: str = ""
    ) -> int:
        """Keep messages; those known by their event change nothing. Gives how many are new.

        position: how far the source was read, kept in the same transaction; "" = as before."""

    async def position(self, source: str) -> str:
        """How far a source was read; "" = never."""

    async def take_up(self, source: str, now: datetime, lease_s: float) -> Batch | None:
        """What waits about the ticket whose turn it is; None if nothing does."""

    async def settle(self, batch: Batch, settled: Settled, now: datetime) -> None:
        """Say what became of it; without effect once the lease is another's."""

    async def page(
        self,
        state: str,
        *,
        source: str = "",
        untold: bool = False,
        cursor: str = "",
        limit: int = 50,
    ) -> InboxPage:
        """Messages of a state; untold: only those with something our ticket cannot keep.

        Raises NotValidError for a cursor of another list."""

    async def get(self, source: str, event: str) -> InboxRow | None:
        """One message."""

    async def replay(self, source: str, event: str, now: datetime) -> InboxRow:
        """Deal with it again from the start. Raises NotFoundError; IllegalTransitionError for one
        that still waits its turn."""

    async def backlog(self) -> Sequence[InboxBacklog]:
        """What waits, by source."""
