"""`ivr doctor --invariants`: each breach is a line."""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING

from ivr.cli import doctoring
from ivr.cli.outcome import FOUND, GOOD
from ivr.runtime.key_file import master_key
from ivr.runtime.ports.recorded.recordings import NewRecording, Sound
from ivr.runtime.recordings.folder import RecordingFolder
from ivr.runtime.recordings.keeper import silence_of
from ivr.runtime.sealing import MasterKeys
from ivr.store.recorded.repository import SqlRecordings
from tests.cli.test_doctoring import small
from tests.fakes.fresh_store import open_fresh
from tests.ports.conftest import NOON, step

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import pytest

    from ivr.runtime.ports import Entry

__all__ = ["small", "step"]


async def kept(home: Path, make: Callable[..., Entry], folder: RecordingFolder) -> str:
    """The address of the only recording of the database there."""
    store = open_fresh(f"sqlite:///{home}/ivr.db", create=True)
    try:
        await store.calls.claim()
        await store.journal.append(make(1))
        new = NewRecording("R1", "voicemail", 7, 2.0, "words:")
        await store.journal.append(replace(make(2), recordings=(new,)))
        content = silence_of(2.0)
        uri, key = folder.keep(content)
        sound = Sound(uri, len(content), hashlib.sha256(content).hexdigest(), 2000, key)
        await SqlRecordings(store.database).ready("R1", sound, NOON)
    finally:
        await store.close()
    return uri


def test_a_recording_that_is_gone_is_a_breach(
    small: Path,
    tmp_path: Path,
    step: Callable[..., Entry],
    capsys: pytest.CaptureFixture[str],
) -> None:
    folder = RecordingFolder(
        tmp_path / "recordings", MasterKeys(master_key(tmp_path / "master.key"))
    )
    uri = asyncio.run(kept(tmp_path, step, folder))
    assert doctoring.doctor(small, as_json=False, invariants=True) == GOOD
    assert "ok   INV-8: 1 recordings open and are as long as they say" in capsys.readouterr().out
    folder.drop(uri)
    assert doctoring.doctor(small, as_json=False, invariants=True) == FOUND
    assert "fail INV-8: recording R1: its file is not there" in capsys.readouterr().out


def test_without_a_key_nothing_can_be_opened_and_none_is_made(
    small: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert doctoring.doctor(small, as_json=False, invariants=True) == FOUND
    assert "fail INV-8: cannot be looked at" in capsys.readouterr().out
    assert not (tmp_path / "master.key").exists()


def test_a_broken_configuration_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "config.yaml"
    file.write_text("zone: Nowhere/Else\n", encoding="utf-8")
    assert doctoring.doctor(file, as_json=False, invariants=True) == FOUND
    assert "fail config:" in capsys.readouterr().out
