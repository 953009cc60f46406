"""A sound on disk: whole or not there, private, and never half-written under its own name."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ivr.runtime.speech.entry import (
    SOUNDS,
    octets_of,
    read_entry,
    remove_entry,
    seems_whole,
    write_entry,
)
from ivr.runtime.speech.making import Kind, make

MADE = make(Kind.SILENCE, b"2")


@pytest.fixture
def stem(tmp_path: Path) -> Path:
    stem = tmp_path / "ab" / "abc"
    write_entry(stem, MADE)
    return stem


def test_what_was_written_is_read(stem: Path) -> None:
    assert read_entry(stem) == 2
    assert seems_whole(stem, 2)
    assert stem.with_suffix(".alaw").read_bytes() == MADE.alaw
    assert sorted(path.suffix for path in stem.parent.iterdir()) == sorted([*SOUNDS, ".json"])


def test_only_our_own_user_can_read_it(stem: Path) -> None:
    assert {path.stat().st_mode & 0o777 for path in stem.parent.iterdir()} == {0o600}
    assert stem.parent.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("suffix", SOUNDS)
@pytest.mark.parametrize("damage", ["shorter", "longer", "changed", "gone"])
def test_damage_is_seen(stem: Path, suffix: str, damage: str) -> None:
    path = stem.with_suffix(suffix)
    data = path.read_bytes()
    changed = {"shorter": data[:-1], "longer": data + b"\0", "changed": data[:-1] + b"\1"}
    if damage == "gone":
        path.unlink()
    else:
        path.write_bytes(changed[damage])
    assert read_entry(stem) == 0


@pytest.mark.parametrize(
    "note", ["", "[]", "{}", "null", '{"pipeline": 1, "frames": "x"}', "[" * 5000, "\udcff"]
)
def test_a_note_that_vouches_for_nothing_is_damage(stem: Path, note: str) -> None:
    stem.with_suffix(".json").write_bytes(note.encode("utf-8", "surrogateescape"))
    assert read_entry(stem) == 0


def test_a_sound_of_another_pipeline_or_of_no_length_is_made_anew(stem: Path) -> None:
    path = stem.with_suffix(".json")
    note = json.loads(path.read_text())
    for change in ({"pipeline": 0}, {"frames": 0}, {"frames": 3}, {"frames": -2}):
        path.write_text(json.dumps({**note, **change}))
        assert read_entry(stem) == 0


def test_the_quick_look_sees_a_file_of_another_length(stem: Path) -> None:
    stem.with_suffix(".ulaw").write_bytes(b"short")
    assert not seems_whole(stem, 2)
    stem.with_suffix(".ulaw").unlink()
    assert not seems_whole(stem, 2)


def test_a_removed_sound_is_gone_and_may_be_removed_again(stem: Path) -> None:
    remove_entry(stem)
    remove_entry(stem)
    assert list(stem.parent.iterdir()) == []


def test_the_size_of_a_sound_is_that_of_its_files(stem: Path) -> None:
    sizes = [stem.with_suffix(suffix).stat().st_size for suffix in SOUNDS]
    assert sum(sizes) == octets_of(2) + 44


def test_a_folder_that_refuses_is_an_error(stem: Path) -> None:
    with pytest.raises(OSError, match=r"."):
        write_entry(Path("/proc/nowhere/x"), MADE)
