"""The shelf: found again after a restart, damage made anew, the longest unused goes first."""

from __future__ import annotations

import os
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ivr.domain.errors import MediaError
from ivr.runtime.speech.entry import octets_of
from ivr.runtime.speech.making import Kind
from ivr.runtime.speech.shelf import Shelf, Sound

if TYPE_CHECKING:
    from ivr.runtime.speech.workshop import Workshop


def key(word: object) -> str:
    return sha256(str(word).encode()).hexdigest()


async def filled(shelf: Shelf, word: object, frames: int = 2) -> Sound:
    return await shelf.fill(key(word), Kind.SILENCE, str(frames).encode())


async def test_what_was_put_there_is_ready(shelf: Shelf) -> None:
    assert shelf.ready(key("a")) is None
    assert await shelf.find(key("a")) is None
    sound = await filled(shelf, "a", 50)
    assert shelf.ready(key("a")) == await shelf.find(key("a")) == sound
    assert (sound.frames, sound.seconds) == (50, 1.0)
    assert sound.alaw.stat().st_size == sound.ulaw.stat().st_size == 8000


async def test_a_restart_finds_everything(shelf: Shelf, workshop: Workshop, tmp_path: Path) -> None:
    sound = await filled(shelf, "a")
    again = Shelf(workshop, tmp_path / "speech")
    await again.open()
    assert again.ready(key("a")) is None
    assert await again.find(key("a")) == sound
    assert again.ready(key("a")) == sound


async def test_damage_found_at_a_restart_is_not_played(
    shelf: Shelf, workshop: Workshop, tmp_path: Path
) -> None:
    sound = await filled(shelf, "a")
    sound.alaw.write_bytes(b"\1" * 320)
    again = Shelf(workshop, tmp_path / "speech")
    await again.open()
    assert await again.find(key("a")) is None
    assert (await filled(again, "a")).alaw.read_bytes() == b"\xd5" * 320


async def test_a_file_that_vanishes_under_way_is_noticed(shelf: Shelf) -> None:
    sound = await filled(shelf, "a")
    sound.ulaw.unlink()
    assert shelf.ready(key("a")) is None
    assert await shelf.find(key("a")) is None
    await filled(shelf, "a")
    assert shelf.ready(key("a")) == sound


async def test_the_longest_unused_goes_when_the_shelf_is_full(
    workshop: Workshop, tmp_path: Path
) -> None:
    shelf = Shelf(workshop, tmp_path, most_bytes=3 * octets_of(2))
    await shelf.open()
    sounds = [await filled(shelf, word) for word in "abc"]
    assert shelf.ready(key("a"))
    await filled(shelf, "d")
    assert [bool(shelf.ready(key(word))) for word in "abcd"] == [True, False, True, True]
    assert not sounds[1].alaw.exists()
    assert not sounds[1].stem.with_suffix(".json").exists()


async def test_use_is_known_after_a_restart_too(workshop: Workshop, tmp_path: Path) -> None:
    before = Shelf(workshop, tmp_path)
    await before.open()
    for age, word in enumerate("abc"):
        sound = await filled(before, word)
        os.utime(sound.stem.with_suffix(".json"), (1000 + age, 1000 + age))
    between = Shelf(workshop, tmp_path)
    await between.open()
    await between.find(key("a"))
    after = Shelf(workshop, tmp_path, most_bytes=4 * octets_of(2))
    await after.open()
    await filled(after, "d")
    assert [bool(await after.find(key(word))) for word in "abcd"] == [True, False, True, True]


async def test_the_last_sound_stays_however_long_it_is(workshop: Workshop, tmp_path: Path) -> None:
    shelf = Shelf(workshop, tmp_path, most_bytes=1)
    await shelf.open()
    await filled(shelf, "a")
    await filled(shelf, "b")
    assert (shelf.ready(key("a")), bool(shelf.ready(key("b")))) == (None, True)


async def test_what_a_crash_left_half_done_is_swept_up(workshop: Workshop, tmp_path: Path) -> None:
    half = tmp_path / "ab" / f"{key('a')}.alaw.1.part"
    half.parent.mkdir()
    half.write_bytes(b"x")
    (tmp_path / "ab" / "notes.json").write_text("{}")
    shelf = Shelf(workshop, tmp_path)
    await shelf.open()
    assert not half.exists()
    assert shelf._total == 0


@pytest.mark.parametrize("bad", ["", "../../etc/passwd", "A" * 64, "a" * 63])
async def test_a_key_that_could_lead_elsewhere_is_refused(shelf: Shelf, bad: str) -> None:
    with pytest.raises(MediaError, match="64 hex digits"):
        await shelf.find(bad)


async def test_a_folder_that_cannot_be_used_is_an_error(workshop: Workshop) -> None:
    with pytest.raises(MediaError, match="/proc/nowhere cannot be used"):
        await Shelf(workshop, Path("/proc/nowhere")).open()


async def test_no_sound_is_no_entry(shelf: Shelf) -> None:
    with pytest.raises(MediaError, match="silence lasts"):
        await filled(shelf, "a", 0)
    assert shelf.ready(key("a")) is None


async def test_a_word_about_an_engine_is_kept(
    shelf: Shelf, workshop: Workshop, tmp_path: Path
) -> None:
    assert await shelf.recall("wyoming a:1") == ""
    await shelf.remember("wyoming a:1", "piper 1.6")
    again = Shelf(workshop, tmp_path / "speech")
    await again.open()
    assert await again.recall("wyoming a:1") == "piper 1.6"
    assert await again.recall("wyoming a:2") == ""
    again._note("wyoming a:1").write_bytes(b"\xff")
    assert await again.recall("wyoming a:1") == ""
