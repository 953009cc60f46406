"""Brings the sound of recordings to where it is kept, and says when it can be heard.

A row stands there as soon as the call has gone on; its sound follows from the spool of a media
worker, from a provider, or from the words of a simulated caller; then its source is to forget it.
Whatever fails is tried again, at first soon, then hourly, until the row goes: only of sound that is
broken for good nothing more is expected. What was under way when the server died is taken up by the
next one.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, ClassVar, TypeAlias

from ivr.domain.errors import IvrError, MediaError, PortError
from ivr.domain.recording import CALL
from ivr.media.wav import Clip, call_seconds, read_wav, write_wav
from ivr.runtime import metrics
from ivr.runtime.ports.recorded.recordings import PENDING, READY, Sound
from ivr.runtime.tasks import every, look_again

if TYPE_CHECKING:
    from datetime import datetime

    from ivr.runtime.ports import Clock
    from ivr.runtime.ports.recorded.recordings import RecordingRow, Recordings
    from ivr.runtime.recordings.folder import RecordingFolder

_LOG = logging.getLogger(__name__)
LOOK = timedelta(seconds=0.5)
HOUR = timedelta(hours=1)
MOST, AT_ONCE = 20, 4
HOURLY = 7
"""After so many tries, some 23 minutes, it is tried once in an hour, and somebody should know."""
LONGEST_S = 300.0
"""No source may take longer to answer."""
SPEECH_RATES = (8000, 16000)
DIFFERS_S = 1.5
"""A provider counts whole seconds; who has less than that has lost something."""


class NotYetError(PortError):
    """The sound is not there yet, or cannot be had now."""

    code: ClassVar[str] = "not-yet"


@dataclass(frozen=True, slots=True)
class Found:
    """A WAV file as it came. whole: false if it was cut off by a crash. least_s: what is shorter
    than that is not all of it yet; if that does not change, it is all there will be."""

    content: bytes
    whole: bool = True
    least_s: float = 0.0


Fetch: TypeAlias = Callable[["RecordingRow"], Awaitable[Found]]
"""Gets the sound of a row from its source. Raises MediaError: it is broken for good; whatever else
it raises may pass."""
Forget: TypeAlias = Callable[["RecordingRow"], Awaitable[None]]
"""It is kept or gone, so its source must not keep it. Done again it does nothing."""


@dataclass(frozen=True, slots=True)
class Source:
    """One kind of source, the part of `source` before the last colon."""

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
        self._told: dict[str, datetime] = {}

    async def run(self) -> None:
        """For ever. A store that fails is asked again at the next look."""
        await self.check()
        await look_again(self.look, every(self._clock, LOOK), "recordings_wait_for_store", MOST)

    async def check(self) -> None:
        """Whether messages of former days can be heard; if not, somebody should know at once: the
        key file was exchanged, or the disk is not there."""
        try:
            row = await self.rows.newest()
            if row is not None and row.sound is not None:
                await asyncio.to_thread(self.folder.sound, row.sound)
        except IvrError as error:
            facts = {"why": str(error), "folder": str(self.folder.root)}
            _LOG.error("recordings_unreadable", extra={"facts": facts})

    async def look(self) -> int:
        """Do what is due now, a few at once; how many there were.

        None of them keeps the others waiting. Raises what the store could not write, after all.
        """
        async with self._alone:
            found = await self.rows.due(self._clock.now(), MOST)
            gate = asyncio.Semaphore(AT_ONCE)
            done = await asyncio.gather(
                *(self._in_turn(gate, row) for row in found), return_exceptions=True
            )
        for wrong in done:
            if wrong is not None:
                raise wrong
        return len(found)

    async def _in_turn(self, gate: asyncio.Semaphore, row: RecordingRow) -> None:
        async with gate:
            await self._one(row)

    async def _one(self, row: RecordingRow) -> None:
        """What is to be done for a row, and what if it fails."""
        try:
            async with asyncio.timeout(LONGEST_S):
                is_kept = await self._brought(row) if row.state == PENDING else False
        except MediaError as error:
            await self._given_up(row, str(error))
        except TimeoutError:
            await self._later(row, "its source does not answer")
        except PortError as error:
            await self._later(row, str(error))
        except OSError as error:
            await self._later(row, error.strerror or type(error).__name__)
        except Exception as error:
            await self._broken(row, error)
        else:
            kept = replace(row, state=READY, tries=0) if is_kept else row
            await self._forgotten(kept)

    async def _forgotten(self, row: RecordingRow) -> None:
        """Its source is told to forget it, until it has."""
        try:
            async with asyncio.timeout(LONGEST_S):
                if row.source:
                    await self._source(row).forget(row)
        except TimeoutError:
            await self._later(row, "its source does not answer")
        except IvrError as error:
            await self._later(row, str(error))
        except OSError as error:
            await self._later(row, error.strerror or type(error).__name__)
        except Exception as error:
            await self._broken(row, error)
        else:
            await self.rows.forgotten(row.id)

    async def _brought(self, row: RecordingRow) -> bool:
        """Its sound is where it is kept; False if that is not awaited any more."""
        sound = await self._kept(row, await self._source(row).fetch(row))
        if await self.rows.ready(row.id, sound, self._clock.now()):
            metrics.RECORDINGS.labels("kept").inc()
            return True
        await asyncio.to_thread(self.folder.drop, sound.uri)
        return False

    def _source(self, row: RecordingRow) -> Source:
        source = self.sources.get(_kind(row))
        if source is None:
            raise NotYetError("nobody here knows its source; its trunk may not be there any more")
        return source

    async def _kept(self, row: RecordingRow, found: Found) -> Sound:
        """Decoded and written anew: what is no sound never gets into the folder."""
        return await asyncio.to_thread(self._keep, row, found)

    def _keep(self, row: RecordingRow, found: Found) -> Sound:
        content, seconds = _sound_of(row, found.content)
        if seconds < found.least_s and row.tries < HOURLY:
            raise NotYetError("shorter than its source says")
        uri, key = self.folder.keep(content)
        return Sound(
            uri,
            len(content),
            hashlib.sha256(content).hexdigest(),
            round(seconds * 1000),
            key,
            partial=not found.whole or seconds < row.seconds - DIFFERS_S,
        )

    async def _broken(self, row: RecordingRow, error: Exception) -> None:
        """A fault of ours: told with its place, as long as it is new."""
        if row.tries < HOURLY:
            _LOG.error("recording_broken", exc_info=error, extra={"facts": {"recording": row.id}})
        await self._later(row, f"fault of ours: {type(error).__name__}")

    async def _later(self, row: RecordingRow, reason: str) -> None:
        """Soon, then hourly."""
        self._tell(row, reason)
        pause = min(HOUR, timedelta(seconds=0.25 * 4 ** min(row.tries, HOURLY)))
        await self.rows.later(row.id, self._clock.now() + pause, reason)

    def _tell(self, row: RecordingRow, reason: str) -> None:
        """Once in an hour for each source: a provider that is away is one fault, not hundreds."""
        now, source = self._clock.now(), _kind(row)
        if row.tries < HOURLY or now - self._told.get(source, now - HOUR) < HOUR:
            return
        self._told[source] = now
        facts = {"source": source, "recording": row.id, "state": row.state, "why": reason}
        since = row.at.isoformat()
        _LOG.warning("recordings_wait", extra={"facts": {**facts, "since": since}})

    async def _given_up(self, row: RecordingRow, reason: str) -> None:
        metrics.RECORDINGS.labels("lost").inc()
        _LOG.error("recording_lost", extra={"facts": {"recording": row.id, "why": reason}})
        await self.rows.failed(row.id, reason)


def _kind(row: RecordingRow) -> str:
    return row.source.rpartition(":")[0]


def _sound_of(row: RecordingRow, content: bytes) -> tuple[bytes, float]:
    """What is kept, and its seconds. The recording of a call stays as our own worker has written
    it: it may be an hour long."""
    if row.kind == CALL:
        return content, call_seconds(content)
    clip = read_wav(content, SPEECH_RATES)
    return write_wav(clip), clip.seconds


def silence_of(seconds: float) -> bytes:
    """A WAV file of so much silence: what a message sounds like that only has words."""
    return write_wav(Clip(bytes(2 * round(8000 * seconds)), 8000))
