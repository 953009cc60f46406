"""Messages that the provider has recorded: fetched, looked at, and taken away from there.

What stands in a webhook is no more than a name and a length; the sound is asked for by REST with
our own credentials, and the provider keeps no copy once ours is on the disk.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from ivr.channels.twilio.rest import GoneError, RestError
from ivr.channels.twilio.wire.calls import recording_name
from ivr.domain.changed import changed
from ivr.domain.errors import MediaError
from ivr.domain.recording import MessageTaken
from ivr.media.wav import read_wav
from ivr.runtime.recordings.keeper import SPEECH_RATES, Found, NotYetError, Source

if TYPE_CHECKING:
    from ivr.channels.twilio.rest import Rest
    from ivr.channels.twilio.wire.forms import Form
    from ivr.domain.events import Answer
    from ivr.runtime.ports.recorded.recordings import RecordingRow
    from ivr.runtime.recordings.recorder import Recorder
    from ivr.runtime.standing import Ports

_LOG = logging.getLogger(__name__)
TWILIO = "twilio"
SHORTER_S = 2.0
"""The provider counts whole seconds; what is shorter than that is not all of it yet."""


class ProviderRecordings:
    """Those of one trunk."""

    def __init__(self, trunk: str, rest: Rest, ports: Ports) -> None:
        self._trunk = trunk
        self._rest = rest
        self._tasks = ports.tasks
        self._serve(ports.recorder)

    def named(self, event: Answer | None, form: Form) -> Answer | None:
        """An answer of the caller; of a message with its address."""
        return self.taken(event, form) if isinstance(event, MessageTaken) else event

    def taken(self, event: MessageTaken, form: Form) -> MessageTaken:
        """The event with an address that the keeper understands; what is no message is taken away
        from the provider at once."""
        name = recording_name(form)
        if event.source:
            return changed(event, source=f"{TWILIO}:{self._trunk}:{name}")
        if name:
            self._tasks.start(self._forget(name), "recording taken away")
        return event

    async def _forget(self, name: str) -> None:
        try:
            await self._rest.drop_recording(name)
        except RestError as error:
            _LOG.warning("recording_left_at_provider", extra={"facts": {"why": str(error)}})

    def _serve(self, recorder: Recorder | None) -> None:
        """Give the keeper what it needs for this trunk."""
        if recorder is None:
            return
        sources, before = recorder.keeper.sources, recorder.keeper.sources.get(TWILIO)

        async def fetch(row: RecordingRow) -> Found:
            if self._is_mine(row):
                return await self._fetched(row)
            if before is None:
                raise NotYetError("its trunk is not there any more")
            return await before.fetch(row)

        async def forget(row: RecordingRow) -> None:
            if self._is_mine(row):
                await self._rest.drop_recording(row.source.rpartition(":")[2])
            elif before is not None:
                await before.forget(row)
            else:
                raise NotYetError("its trunk is not there any more")

        sources[TWILIO] = Source(fetch, forget)

    def _is_mine(self, row: RecordingRow) -> bool:
        return row.source.startswith(f"{TWILIO}:{self._trunk}:")

    async def _fetched(self, row: RecordingRow) -> Found:
        name = row.source.rpartition(":")[2]
        try:
            status, told_s = await self._rest.recording(name)
            if status in {"absent", "failed"}:
                raise MediaError(f"the provider says {status}")
            if status != "completed":
                raise NotYetError(f"the provider says {status or 'nothing'}")
            content = await self._rest.sound(name)
        except GoneError as error:
            raise MediaError("the provider has it no more") from error
        if read_wav(content, SPEECH_RATES).seconds < told_s - SHORTER_S:
            raise NotYetError("shorter than the provider says")
        return Found(content)
