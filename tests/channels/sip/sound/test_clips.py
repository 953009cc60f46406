"""Stored sounds, mapped."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ivr.channels.sip.sound.clips import Clips
from ivr.domain.errors import MediaError

if TYPE_CHECKING:
    from pathlib import Path


def stored(folder: Path, name: str, octets: bytes) -> str:
    fresh = folder / "fresh"
    fresh.write_bytes(octets)
    fresh.rename(folder / f"{name}.alaw")
    return str(folder / name)


def test_a_sound_is_mapped_once(tmp_path: Path) -> None:
    stem = stored(tmp_path, "a", b"\1" * 320)
    clips = Clips()
    first = clips.clip(stem, "pcma")
    assert first[160:320] == b"\1" * 160
    assert len(first) == 320
    assert clips.clip(stem, "pcma") is first


def test_a_sound_that_was_replaced_is_mapped_anew_and_the_old_one_goes_on(tmp_path: Path) -> None:
    clips = Clips()
    old = clips.clip(stored(tmp_path, "a", b"\1" * 320), "pcma")
    new = clips.clip(stored(tmp_path, "a", b"\2" * 160), "pcma")
    assert (old[0:1], new[0:1]) == (b"\1", b"\2")


@pytest.mark.parametrize("octets", [b"", b"x", b"x" * 161])
def test_a_damaged_sound_is_refused(tmp_path: Path, octets: bytes) -> None:
    with pytest.raises(MediaError, match="cannot be read"):
        Clips().clip(stored(tmp_path, "a", octets), "pcma")


def test_a_missing_sound_or_code_is_refused(tmp_path: Path) -> None:
    stem = stored(tmp_path, "a", b"\1" * 160)
    for name, codec in ((str(tmp_path / "b"), "pcma"), (stem, "pcmu"), ("a\0b", "pcma")):
        with pytest.raises(MediaError):
            Clips().clip(name, codec)  # type: ignore[arg-type]


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    stored(tmp_path, "a", b"\1" * 160)
    (tmp_path / "b.alaw").symlink_to(tmp_path / "a.alaw")
    with pytest.raises(MediaError):
        Clips().clip(str(tmp_path / "b"), "pcma")


def test_the_least_used_are_forgotten(tmp_path: Path) -> None:
    clips = Clips(most=2)
    stems = [stored(tmp_path, name, b"\1" * 160) for name in "abc"]
    first = clips.clip(stems[0], "pcma")
    second = clips.clip(stems[1], "pcma")
    assert clips.clip(stems[0], "pcma") is first
    clips.clip(stems[2], "pcma")
    assert clips.clip(stems[0], "pcma") is first
    assert clips.clip(stems[1], "pcma") is not second


def test_made_sounds_are_whole_frames() -> None:
    clips = Clips()
    for made in (
        clips.tone("busy", "TR", "pcma"),
        clips.silence("pcmu"),
        clips.quiet("pcma"),
    ):
        assert len(made) % 160 == 0
    with pytest.raises(MediaError):
        clips.tone("moo", "", "pcma")
