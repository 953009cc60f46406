"""Messages that the provider has recorded: fetched, looked at, and taken away from there.

What stands in a webhook is no more than a name and a length; the sound is asked for by REST with
our own credentials, and the provider keeps no copy once ours is on the disk.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from typing import TYPE_CHECKING

from ivr.channels.twilio.rest import GoneError, RestError
from ivr.domain.changed import changed
from ivr.domain.errors import MediaError
from ivr.domain.recording import MessageTaken
from ivr.media.level import spoken_s
from ivr.media.wav import read_wav
from ivr.runtime.recordings.keeper import SPEECH_RATES, Found, NotYetError, Source

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from ivr.channels.twilio.rest import Rest
    from ivr.domain.call import CallId
    from ivr.domain.events import Answer
    from ivr.runtime.ports.recorded.recordings import RecordingRow
    from ivr.runtime.standing import Ports

_LOG = logging.getLogger(__name__)
TWILIO = "twilio"
SHORTER_S = 2.0
"""The provider counts whole seconds; what is shorter than that is not all of it yet."""
DROPPED = 1000
"""So many recordings are remembered that were no messages."""


class ProviderRecordings:
    """Those of one trunk."""

    def __init__(self, trunk: str, rest: Rest, ports: Ports) -> None:
        self._kind = f"{TWILIO}:{trunk}"
        self._rest = rest
        self._tasks = ports.tasks
        self._dropped: deque[str] = deque(maxlen=DROPPED)
        self._keeper = None if ports.recorder is None else ports.recorder.keeper
        if self._keeper is not None:
            self._keeper.sources[self._kind] = Source(self._fetched, self._forget)

    def named(self, event: Answer | None, name: str) -> Answer | None:
        """An answer of the caller; of a message with its address."""
        return self.taken(event, name) if isinstance(event, MessageTaken) else event

    def taken(self, event: MessageTaken, name: str) -> MessageTaken:
        """The event with an address that the keeper understands; what is no message is taken away
        from the provider at once. name: of the recording, "" = there is none."""
        if event.source:
            return changed(event, source=f"{self._kind}:{name}")
        if name:
            self._dropped.append(name)
            self._tasks.start(self._drop(name), "recording taken away")
        return event

    async def spoken_s(self, name: str) -> float | None:
        """How long somebody speaks in a recording; None if it cannot be heard now."""
        try:
            content = await self._rest.sound(name)
            clip = await asyncio.to_thread(read_wav, content, SPEECH_RATES)
        except (RestError, MediaError) as error:
            facts = {"recording": name, "why": str(error)}
            _LOG.warning("recording_not_heard", extra={"facts": facts})
            return None
        return spoken_s(clip)

    async def known(self, call: CallId) -> Collection[str]:
        """The recordings of a call that were messages and are still there, or were none. Raises
        StoreError."""
        return {*self._dropped, *(_name(row) for row in await self._rows(call))}

    async def is_known(self, call: CallId, turn: int, name: str) -> bool:
        """Whether the recording of a turn was a message, or is known to be none. Raises
        StoreError."""
        return name in self._dropped or any(row.turn == turn for row in await self._rows(call))

    async def _rows(self, call: CallId) -> Sequence[RecordingRow]:
        return () if self._keeper is None else await self._keeper.rows.of_call(call)

    async def _drop(self, name: str) -> None:
        try:
            await self._rest.drop_recording(name)
        except RestError as error:
            facts = {"recording": name, "why": str(error)}
            _LOG.warning("recording_left_at_provider", extra={"facts": facts})

    async def _forget(self, row: RecordingRow) -> None:
        await self._rest.drop_recording(_name(row))

    async def _fetched(self, row: RecordingRow) -> Found:
        try:
            told = await self._rest.recording(_name(row))
            if told.is_nothing:
                raise MediaError(f"the provider says {told.status}")
            if not told.is_there:
                raise NotYetError(f"the provider says {told.status or 'nothing'}")
            content = await self._rest.sound(told.sid)
        except GoneError as error:
            raise MediaError("the provider has it no more") from error
        return Found(content, least_s=(told.seconds or 0.0) - SHORTER_S)


def _name(row: RecordingRow) -> str:
    return row.source.rpartition(":")[2]
