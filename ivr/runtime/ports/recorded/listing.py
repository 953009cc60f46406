"""The port of lists of recordings: the newest first, with the contact that each belongs to.

What somebody may see is asked for with the question.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from ivr.runtime.ports.contacts import Handled
    from ivr.runtime.ports.recorded.recordings import RecordingRow
    from ivr.runtime.ports.tickets import Scope


@dataclass(frozen=True, slots=True)
class Reach:
    """Recordings of contacts that these people have handled (None = of any contact that is known),
    or with a ticket within `tickets` (None = any ticket) or whose first contact its person has
    handled."""

    handled: Handled | None
    tickets: Scope | None


@dataclass(frozen=True, slots=True)
class RecordingFilter:
    """Which recordings; all that is given must hold, () and "" and None ask for nothing.

    kinds: () = none at all, for each is a right of its own. queues: that has it recorded, else the
    last one of its contact. agents: who handled its contact. until: not included. tickets: whose
    numbers may be told, None = all. within: what may be seen, None = all.
    """

    kinds: tuple[str, ...]
    recording: str = ""
    queues: tuple[str, ...] = ()
    agents: tuple[str, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    tickets: Scope | None = None
    within: Reach | None = None


@dataclass(frozen=True, slots=True)
class RecordingListed:
    """A recording in a list. begin: when it began. sender: of its contact, "" = withheld or nobody
    knows any more. ended_at: of its contact, None while that goes on. tickets: numbers.

    queue: that has it recorded, else the last one of its contact. agents: who talked on it; on what
    callers left, who had talked with them before.
    """

    row: RecordingRow
    begin: datetime
    sender: str
    ended_at: datetime | None
    queue: str
    agents: tuple[str, ...]
    tickets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RecordingPage:
    """A page, the newest first. next: cursor of the one after it, "" = it was the last."""

    rows: tuple[RecordingListed, ...]
    next: str = ""


@dataclass(frozen=True, slots=True)
class RecordingPause:
    """Nothing but silence is kept from `begin` to `end`, None = to its end. who: the agent who
    wanted it, "" = a secret question or the flow."""

    begin: datetime
    end: datetime | None = None
    who: str = ""


class RecordingLists(Protocol):
    """Every recording, whatever it belongs to."""

    async def list(
        self, which: RecordingFilter, *, cursor: str = "", limit: int = 50
    ) -> RecordingPage:
        """A page of at most 200. Raises NotValidError for a cursor that is none."""

    async def pauses(self, recording: str) -> Sequence[RecordingPause]:
        """Of the recording of a call, in order; none once the journal of the call is gone."""
