"""Music for who waits: the tracks of this server, and files that queues and flows name."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path
from typing import TYPE_CHECKING

from ivr.domain.errors import MediaError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ivr.runtime.speech.prompts import Sounds

_LOG = logging.getLogger(__name__)


class Songs:
    """Tracks of music as stems. own: the server's, none until they are made."""

    def __init__(self, sounds: Sounds, files: Sequence[str]) -> None:
        """files: of the server's own music; none = our own tunes."""
        self._sounds = sounds
        self._files = files
        self._made: dict[str, tuple[str, ...]] = {}
        self.own: tuple[str, ...] = ()

    def stems(self, file: str) -> tuple[str, ...] | None:
        """The tracks of a file, "" = the server's own; None: they must be made first."""
        return self._made.get(file) if file else self.own

    async def make_own(self) -> None:
        """Make the server's own; while they cannot be had who waits hears quiet tones instead."""
        self.own = await self._stems(self._files)

    async def make(self, file: str) -> None:
        """Make the sound of a file; the server's own stands in for one that cannot be had."""
        self._made[file] = await self._stems([file]) or self.own

    async def _stems(self, files: Sequence[str]) -> tuple[str, ...]:
        try:
            tracks = await self._sounds.music(await asyncio.to_thread(_read, files))
        except MediaError as error:
            _LOG.warning("music_left_out", extra={"facts": {"reason": str(error)}})
            return ()
        return tuple(str(track.stem) for track in tracks)


def _read(files: Sequence[str]) -> list[bytes]:
    """The files of music; one that cannot be read is left out and named in the log."""
    found: list[bytes] = []
    for file in files:
        try:
            found.append(Path(file).read_bytes())
        except OSError as error:
            _LOG.warning("music_left_out", extra={"facts": {"file": file, "why": str(error)}})
    return found
