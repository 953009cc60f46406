"""Brings the sound of recordings to where it is kept, and says when it can be heard.

A row stands there as soon as the call has gone on; its sound follows from the spool of a media
worker, from a provider, or from the words of a simulated caller. Whatever fails is tried again, and
what was under way when the server died is taken up by the next one.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, ClassVar, TypeAlias

from ivr.domain.errors import IvrError, MediaError, PortError
from ivr.media.wav import Clip, read_wav, write_wav
from ivr.runtime.ports.recorded.recordings import Sound
from ivr.runtime.tasks import every, look_again

if TYPE_CHECKING:
    from ivr.runtime.ports import Clock
    from ivr.runtime.ports.recorded.recordings import RecordingRow, Recordings
    from ivr.runtime.recordings.folder import RecordingFolder

_LOG = logging.getLogger(__name__)
LOOK = timedelta(seconds=0.5)
MOST, TRIES = 20, 12
SPEECH_RATES = (8000, 16000)
DIFFERS_S = 1.5
"""A provider counts whole seconds; who has less than that has lost something."""


class NotYetError(PortError):
    """The sound is not there yet, or cannot be had now."""

    code: ClassVar[str] = "not-yet"


@dataclass(frozen=True, slots=True)
class Found:
    """A WAV file as it came. whole: false if it was cut off by a crash."""

    content: bytes
    whole: bool = True


Fetch: TypeAlias = Callable[["RecordingRow"], Awaitable[Found]]
"""Gets the sound of a row from its source. Raises NotYetError, or MediaError: it never comes."""
Forget: TypeAlias = Callable[["RecordingRow"], Awaitable[None]]
"""It is kept, so its source needs not keep it."""


@dataclass(frozen=True, slots=True)
class Source:
    """One kind of source, the part of `source` before the first colon."""

    fetch: Fetch
    forget: Forget


class RecordingKeeper:
    """Works through the rows whose sound is still to come. sources: by kind, may be added to."""

    def __init__(
        self,
        rows: Recordings,
        folder: RecordingFolder,
        clock: Clock,
        sources: Mapping[str, Source],
    ) -> None:
        self.rows = rows
        self.folder = folder
        self.sources = dict(sources)
        self._clock = clock
        self._alone = asyncio.Lock()

    async def run(self) -> None:
        """For ever. A store that fails is asked again at the next look."""
        await look_again(self.look, every(self._clock, LOOK), "recordings_wait_for_store", MOST)

    async def look(self) -> int:
        """Do what is due now; how many there were."""
        async with self._alone:
            found = await self.rows.due(self._clock.now(), MOST)
            for row in found:
                await self._one(row)
            return len(found)

    async def _one(self, row: RecordingRow) -> None:
        source = self.sources.get(row.source.partition(":")[0])
        if source is None:
            await self._given_up(row, "nobody here can fetch it")
            return
        try:
            sound = await self._kept(row, await source.fetch(row))
        except MediaError as error:
            await self._given_up(row, str(error))
        except PortError as error:
            await self._later(row, str(error))
        except Exception:
            _LOG.exception("recording_broken", extra={"facts": {"recording": row.id}})
            await self._later(row, "bug")
        else:
            await self._there(row, sound, source)

    async def _kept(self, row: RecordingRow, found: Found) -> Sound:
        """Decoded and written anew: what is no sound never gets into the folder."""
        return await asyncio.to_thread(self._keep, row, found)

    def _keep(self, row: RecordingRow, found: Found) -> Sound:
        clip = read_wav(found.content, SPEECH_RATES)
        content = write_wav(clip)
        uri, key = self.folder.keep(content)
        return Sound(
            uri,
            len(content),
            hashlib.sha256(content).hexdigest(),
            round(clip.seconds * 1000),
            key,
            partial=not found.whole or clip.seconds < row.seconds - DIFFERS_S,
        )

    async def _there(self, row: RecordingRow, sound: Sound, source: Source) -> None:
        if not await self.rows.ready(row.id, sound, self._clock.now()):
            await asyncio.to_thread(self.folder.drop, sound.uri)
        try:
            await source.forget(row)
        except IvrError as error:
            facts = {"recording": row.id, "why": str(error)}
            _LOG.warning("recording_left_at_its_source", extra={"facts": facts})

    async def _later(self, row: RecordingRow, reason: str) -> None:
        if row.tries + 1 >= TRIES:
            await self._given_up(row, reason)
            return
        pause = timedelta(seconds=min(3600.0, 0.25 * 4**row.tries))
        await self.rows.later(row.id, self._clock.now() + pause, reason)

    async def _given_up(self, row: RecordingRow, reason: str) -> None:
        _LOG.error("recording_lost", extra={"facts": {"recording": row.id, "why": reason}})
        await self.rows.failed(row.id, reason)


def silence_of(seconds: float) -> bytes:
    """A WAV file of so much silence: what a message sounds like that only has words."""
    return write_wav(Clip(bytes(2 * round(8000 * seconds)), 8000))
