"""The shelf of sounds: everything that was made once is found again, also after a restart.

A sound is known by its key, 64 hex digits. What has not been asked for longest goes when the shelf
is full. One server uses a folder at a time; what another left half-done is swept up at the start.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
from collections import OrderedDict
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from ivr.domain.errors import MediaError
from ivr.media.g711 import RATE
from ivr.media.loudness import FRAME
from ivr.runtime.speech.entry import (
    NOTE,
    SOUNDS,
    UNFINISHED,
    octets_of,
    read_entry,
    remove_entry,
    seems_whole,
)

if TYPE_CHECKING:
    from ivr.runtime.speech.making import Kind
    from ivr.runtime.speech.workshop import Workshop

FOLDER = Path("var/speech")
MOST_BYTES = 1024**3
_KEY = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Sound:
    """A sound that can be played: raw frames of 160 octets in two files. stem: their common path.

    frames: how many of 20 ms.
    """

    stem: Path
    frames: int

    @property
    def alaw(self) -> Path:
        """The frames in A-law."""
        return self.stem.with_suffix(".alaw")

    @property
    def ulaw(self) -> Path:
        """The frames in mu-law."""
        return self.stem.with_suffix(".ulaw")

    @property
    def seconds(self) -> float:
        """How long it lasts."""
        return self.frames * FRAME / RATE


class Shelf:
    """Sounds by key, on disk. `open` it first."""

    def __init__(
        self, workshop: Workshop, folder: Path = FOLDER, most_bytes: int = MOST_BYTES
    ) -> None:
        self._workshop = workshop
        self._folder = folder
        self._most_bytes = most_bytes
        self._sizes: OrderedDict[str, int] = OrderedDict()
        self._checked: dict[str, Sound] = {}
        self._total = 0

    async def open(self) -> None:
        """Look what is there. Raises `MediaError` if the folder cannot be used."""
        try:
            found = await asyncio.to_thread(_survey, self._folder)
        except OSError as error:
            raise MediaError(f"{self._folder} cannot be used: {error.strerror}") from error
        self._sizes = OrderedDict(found)
        self._total = sum(self._sizes.values())

    def ready(self, key: str) -> Sound | None:
        """A sound that was seen whole before, if it still looks so. Reads no file."""
        sound = self._checked.get(key)
        if sound is None:
            return None
        if not seems_whole(sound.stem, sound.frames):
            self._forget(key)
            return None
        self._sizes.move_to_end(key)
        return sound

    async def find(self, key: str) -> Sound | None:
        """A sound on disk, every octet of it checked at its first use; None if it must be made."""
        known = self.ready(key)
        if known is not None:
            return known
        stem = self._stem(key)
        frames = await asyncio.to_thread(_checked_frames, stem)
        return self._put(key, Sound(stem, frames)) if frames else None

    async def fill(self, key: str, kind: Kind, data: bytes) -> Sound:
        """Make a sound and put it on the shelf. Raises `MediaError`."""
        stem = self._stem(key)
        frames = await self._workshop.make(kind, stem, data)
        if not frames:
            raise MediaError("no sound came out")
        sound = self._put(key, Sound(stem, frames))
        await self._make_room()
        return sound

    async def remember(self, name: str, text: str) -> None:
        """Keep a short text about an engine. A disk that refuses shows when sound is made."""
        await asyncio.to_thread(_write_note, self._note(name), text)

    async def recall(self, name: str) -> str:
        """The text kept about an engine, "" if there is none."""
        return await asyncio.to_thread(_read_note, self._note(name))

    def _stem(self, key: str) -> Path:
        """In one of 256 folders, so that none has too many files."""
        if not _KEY.fullmatch(key):
            raise MediaError("a sound's key is 64 hex digits")
        return self._folder / key[:2] / key

    def _note(self, name: str) -> Path:
        return self._folder / f"engine-{sha256(name.encode()).hexdigest()[:16]}{NOTE}"

    def _put(self, key: str, sound: Sound) -> Sound:
        self._forget(key)
        self._checked[key] = sound
        self._sizes[key] = octets_of(sound.frames)
        self._total += self._sizes[key]
        return sound

    def _forget(self, key: str) -> None:
        self._checked.pop(key, None)
        self._total -= self._sizes.pop(key, 0)

    async def _make_room(self) -> None:
        """Take the longest unused sounds away, never the last one."""
        gone = []
        while self._total > self._most_bytes and len(self._sizes) > 1:
            key = next(iter(self._sizes))
            self._forget(key)
            gone.append(self._stem(key))
        if gone:
            await asyncio.to_thread(_remove, gone)


def _survey(folder: Path) -> list[tuple[str, int]]:
    """Keys and sizes of all sounds, the longest unused first; sweeps up what is half-done."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for unfinished in folder.glob(f"??/*{UNFINISHED}"):
        unfinished.unlink(missing_ok=True)
    notes = [note for note in folder.glob(f"??/*{NOTE}") if _KEY.fullmatch(note.stem)]
    aged = sorted((note.stat().st_mtime, note.stem, note) for note in notes)
    return [(key, sum(map(_size, _files(note)))) for _age, key, note in aged]


def _files(note: Path) -> list[Path]:
    return [note.with_suffix(suffix) for suffix in SOUNDS]


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _checked_frames(stem: Path) -> int:
    """The frames of a whole sound; its note is touched, so that the next start knows of the use."""
    frames = read_entry(stem)
    if frames:
        with suppress(OSError):
            os.utime(stem.with_suffix(NOTE))
    return frames


def _remove(stems: list[Path]) -> None:
    for stem in stems:
        with suppress(OSError):  # what cannot be taken away is counted again at the next start
            remove_entry(stem)


def _write_note(path: Path, text: str) -> None:
    with suppress(OSError):
        path.write_text(json.dumps(text), encoding="utf-8")


def _read_note(path: Path) -> str:
    try:
        return str(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return ""
