"""The seam of contacts with all that is known of them: whose they are, what about, by whom.

A contact is one call, mail or message (table `interaction`); `Interactions` of this package reads
the calls alone. Ids are the public ones. What somebody may see is asked for with the question.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class Handled:
    """Only contacts that one of these people has handled. since: and that began at this moment or
    later, None = whenever."""

    by: tuple[str, ...]
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class ContactFilter:
    """Which contacts; all that is given must hold, () and "" and None ask for nothing.

    category: with those below it. tests: also mystery and synthetic calls. within: what may be
    seen, None = all.
    """

    customer: str = ""
    media: tuple[str, ...] = ()
    directions: tuple[str, ...] = ()
    queues: tuple[str, ...] = ()
    agents: tuple[str, ...] = ()
    outcomes: tuple[str, ...] = ()
    category: str = ""
    is_open: bool | None = None
    since: datetime | None = None
    before: datetime | None = None
    tests: bool = False
    within: Handled | None = None


@dataclass(frozen=True, slots=True)
class ContactRow:
    """A contact. sender: as compared, else as sent, "" = withheld. customer: public id, "" = nobody
    known. queue, agent: the last ones. repeat_of: the earlier contact that this one repeats.

    Times in milliseconds are None until the contact is over.
    """

    id: str
    medium: str
    direction: str
    channel: str
    trunk: str
    sender: str
    receiver: str
    started_at: datetime
    answered_at: datetime | None
    ended_at: datetime | None
    language: str
    flow: str
    outcome: str
    result: str
    cause: str
    ended_by: str
    customer: str
    match_how: str
    queue: str
    agent: str
    category: str
    wrapup_code: str
    repeat_of: str
    is_test: bool
    ivr_ms: int | None = None
    wait_ms: int | None = None
    talk_ms: int | None = None
    hold_ms: int | None = None
    wrapup_ms: int | None = None


@dataclass(frozen=True, slots=True)
class ContactSegment:
    """A part of a contact. party: caller or agent; "" where it is not known."""

    seq: int
    kind: str
    started_at: datetime
    ended_at: datetime
    detail: str = ""
    party: str = ""
    queue: str = ""
    agent: str = ""
    node: str = ""
    result: str = ""


@dataclass(frozen=True, slots=True)
class ContactPage:
    """A page, the newest first. next: cursor of the one after it, "" = it was the last."""

    rows: tuple[ContactRow, ...]
    next: str = ""


class Contacts(Protocol):
    """Every contact, whatever it came by."""

    async def list(
        self, which: ContactFilter, *, cursor: str = "", limit: int = 50, tenant: int = 1
    ) -> ContactPage:
        """A page of at most 200. Raises NotValidError for a cursor that is none."""

    async def get(
        self, contact: str, within: Handled | None = None, *, tenant: int = 1
    ) -> ContactRow | None:
        """One contact; None also if it lies outside of what may be seen."""

    async def segments(self, contact: str, *, tenant: int = 1) -> Sequence[ContactSegment]:
        """Its parts in order; none while it goes on."""

    async def code(self, contact: str, code: str, *, tenant: int = 1) -> None:
        """Set the wrap-up code, also as what its last agent has said. Raises NotFoundError."""

    async def serves(
        self, agent: str, customer: str, ended_since: datetime, *, tenant: int = 1
    ) -> bool:
        """Whether this agent has a contact of the customer that goes on, or ended since then."""
