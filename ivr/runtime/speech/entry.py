"""One sound on disk: `KEY.wav`, `KEY.alaw`, `KEY.ulaw`, and `KEY.json` which vouches for them.

The note comes last, so a crash half-way leaves no sound. Files are written under another name and
renamed; a file of another length or hash than its note says is damaged, and made anew.
"""

from __future__ import annotations

import json
import os
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from ivr.media.loudness import FRAME
from ivr.runtime.speech.making import PIPELINE

if TYPE_CHECKING:
    from pathlib import Path

    from ivr.runtime.speech.making import Made

LAWS = (".alaw", ".ulaw")
SOUNDS = (".wav", *LAWS)
NOTE = ".json"
UNFINISHED = ".part"
MOST_NOTE_BYTES = 4096


def write_entry(stem: Path, made: Made) -> None:
    """Put a sound on disk, readable by our user alone. Raises OSError."""
    stem.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    contents = dict(zip(SOUNDS, (made.master, made.alaw, made.ulaw), strict=True))
    hashes = {suffix: sha256(data).hexdigest() for suffix, data in contents.items()}
    for suffix, data in contents.items():
        _write(stem.with_suffix(suffix), data)
    note = {"pipeline": PIPELINE, "frames": made.frames, "sha256": hashes}
    _write(stem.with_suffix(NOTE), json.dumps(note).encode())


def read_entry(stem: Path) -> int:
    """How many frames a sound has; 0 if it is not there, damaged, or of another pipeline."""
    try:
        note = json.loads(_read(stem.with_suffix(NOTE), MOST_NOTE_BYTES))
        if note["pipeline"] != PIPELINE:
            return 0
        frames = int(note["frames"])
        whole = all(_is_whole(stem.with_suffix(name), note, frames) for name in SOUNDS)
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return 0
    return frames if whole else 0


def seems_whole(stem: Path, frames: int) -> bool:
    """Whether both files that are played have the right length; quick, no file is read."""
    try:
        # Asked for each prompt of each call; to make a Path costs ten times as much as the look.
        return all(os.stat(f"{stem}{law}").st_size == frames * FRAME for law in LAWS)  # noqa: PTH116
    except OSError:
        return False


def remove_entry(stem: Path) -> None:
    """Take a sound off the disk, its note first. Who is playing it hears it to the end."""
    for suffix in (NOTE, *SOUNDS):
        stem.with_suffix(suffix).unlink(missing_ok=True)


def octets_of(frames: int) -> int:
    """What a sound takes up on disk, the note left out: the master has two octets a sample."""
    return frames * FRAME * 4


def _is_whole(path: Path, note: dict[str, Any], frames: int) -> bool:
    data = _read(path, octets_of(frames) + FRAME)
    right_length = path.suffix not in LAWS or len(data) == frames * FRAME
    return right_length and sha256(data).hexdigest() == note["sha256"][path.suffix]


def _read(path: Path, most_bytes: int) -> bytes:
    with path.open("rb") as file:
        return file.read(most_bytes)


def _write(path: Path, data: bytes) -> None:
    """The number of the process keeps two writers of one sound apart."""
    unfinished = path.with_name(f"{path.name}.{os.getpid()}{UNFINISHED}")
    handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
    unfinished.replace(path)
