"""A call that is going on: its state, its place in the journal, and who waits for its words."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING

from ivr.engine.state import LIVE

if TYPE_CHECKING:
    from ivr.domain.call import CallId, LegId, Turn
    from ivr.engine.state import State
    from ivr.runtime.replies import Reply, ReplyKey


PLACED = "placed/"
"""So begins our own name of a call that we begin: the trunk's is not known yet."""


class Picked(Enum):
    """Whether a call was chosen for a survey. UNKNOWN: taken over, the rows tell. NOT_YET: decided
    when it enters its first queue. NO, YES: decided, and durable."""

    UNKNOWN = 0
    NOT_YET = 1
    NO = 2
    YES = 3


@dataclass(slots=True)
class Pending:
    """A webhook request that waits for something to say."""

    key: ReplyKey
    reply: asyncio.Future[Reply]


@dataclass(slots=True, eq=False)
class LiveCall:
    """One call in memory. `lock` is its mailbox: first come, first served, one at a time.

    seq: the last journal row. snapshot_seq: the last row that carried a snapshot. replies: the last
    reply per leg, so that a repeated webhook needs no database. revived: read from the store, not
    yet told that it was recovered. survey: never told to anybody but the store.
    """

    id: CallId
    trunk: str
    channel: str
    provider_ref: str
    key: bytes
    epoch: int
    state: State | None = None
    seq: int = 0
    snapshot_seq: int = 0
    revived: bool = False
    survey: Picked = Picked.UNKNOWN
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    lookups: dict[Turn, asyncio.Task[None]] = field(default_factory=dict)
    pending: Pending | None = None
    replies: dict[LegId, Reply] = field(default_factory=dict)

    @property
    def is_placed(self) -> bool:
        """Whether the call is one that we have begun."""
        return self.provider_ref.startswith(PLACED)

    @property
    def has_caller(self) -> bool:
        """Whether somebody is on the line, or is about to be."""
        return self.state is None or self.state.region == LIVE

    @property
    def known(self) -> State:
        """The state of a call that has begun."""
        assert self.state is not None  # noqa: S101 - only a call being opened has none
        return self.state
