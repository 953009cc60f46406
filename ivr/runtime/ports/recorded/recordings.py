"""The port of recordings: what is known of each; its sound is in a folder."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence
    from collections.abc import Set as AbstractSet
    from datetime import datetime

    from ivr.domain.call import CallId

PENDING, READY, FAILED, GONE = "pending", "ready", "failed", "gone"
"""Its sound is still to come; it can be played; it never came; it was destroyed."""


@dataclass(frozen=True, slots=True)
class NewRecording:
    """A recording that a step of a call wants kept. turn: of the message, once in a call.

    seconds: as the channel has counted them. source: where its sound is now. queue: that which has
    it recorded.
    """

    id: str
    kind: str
    turn: int
    seconds: float
    source: str
    box: str = ""
    words: str = ""
    survey: str = ""
    question: str = ""
    language: str = ""
    queue: str = ""


@dataclass(frozen=True, slots=True)
class Sound:
    """Where the sound of a recording is. size_bytes, sha256: of the WAV file that it opens to.

    key: its own key, wrapped. partial: there is less of it than the channel has counted.
    """

    uri: str
    size_bytes: int
    sha256: str
    duration_ms: int
    key: bytes = field(repr=False)
    partial: bool = False


@dataclass(frozen=True, slots=True)
class RecordingRow:
    """A recording. call: "" once it is known no more whose it is. words: what was said, if known.

    seconds: as the channel has counted them; sound: None unless it can be played. source: where its
    sound is, or is still beside ours; "" once it is there no more. tries: of what is to be done.
    queue: that which has it recorded and says how long it is kept, "" = none.
    """

    id: str
    kind: str
    state: str
    call: CallId
    turn: int
    at: datetime
    seconds: float
    source: str
    box: str = ""
    words: str = ""
    language: str = ""
    survey: str = ""
    question: str = ""
    sound: Sound | None = None
    tries: int = 0
    queue: str = ""


class Recordings(Protocol):
    """What is known of recordings. New ones are written with the step of their call."""

    async def due(self, now: datetime, limit: int) -> Sequence[RecordingRow]:
        """Those whose time for a try has come, oldest first: their sound is still to come, or it is
        kept or gone, and their source is still to forget it."""

    async def ready(self, recording: str, sound: Sound, at: datetime) -> bool:
        """Its sound is there, and its source may forget it; False if it was not awaited."""

    async def later(self, recording: str, at: datetime, reason: str) -> None:
        """It could not be done; try again then."""

    async def forgotten(self, recording: str) -> None:
        """Its source has it no more."""

    async def failed(self, recording: str, reason: str) -> None:
        """Its sound will never come."""

    async def named(self, addresses: Sequence[str]) -> AbstractSet[str]:
        """Those of some addresses, at most 2,000, that a row names: of a file that is kept, or of
        the source of one that is awaited."""

    async def newest(self) -> RecordingRow | None:
        """The newest that can be played."""

    async def made(
        self, since: datetime, until: datetime, after: str, limit: int
    ) -> Sequence[RecordingRow]:
        """Those of a span of time (until not included), by their ids; after: the last one of the
        page before, "" = from the first."""

    async def untaped(
        self, queues: Sequence[str], trunks: Sequence[str], since: datetime, until: datetime
    ) -> Sequence[CallId]:
        """Contacts on these trunks that ended in a span of time, in which an agent of one of these
        queues talked, and of which nothing was recorded though the caller did not refuse."""

    async def get(self, recording: str) -> RecordingRow | None:
        """One, whatever became of it."""

    async def of_call(self, call: CallId) -> Sequence[RecordingRow]:
        """Those of a contact, oldest first."""

    async def of_ticket(self, number: str) -> Sequence[RecordingRow]:
        """Those of the contacts that a ticket is about, oldest first."""
