"""A row tells of a sound only while there is one."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from ivr.runtime.ports.recorded.recordings import FAILED, GONE, PENDING, READY, Sound
from ivr.store.recorded.rows import row_of
from tests.ports.conftest import NOON


def kept(**more: Any) -> Any:  # noqa: ANN401 - a row
    words = dict.fromkeys(("source", "box", "words", "locale", "survey", "question", "queue"), "")
    sound = {"uri": "recordings:ff", "size_bytes": 9, "sha256": "ab", "duration_ms": 1400}
    row = {"public_id": "R", "kind": "call", "turn": 5, "at": NOON, "counted_ms": 1500, "tries": 0}
    seal = {"sealed_key": b"k", "partial": True, "call": None}
    return SimpleNamespace(**{**words, **sound, **row, **seal, **more})


def test_what_can_be_played_has_its_sound() -> None:
    told = row_of(kept(state=READY))
    assert told.sound == Sound("recordings:ff", 9, "ab", 1400, b"k", partial=True)
    assert (told.seconds, told.call) == (1.5, "")


@pytest.mark.parametrize("state", [PENDING, FAILED, GONE])
def test_anything_else_has_none(state: str) -> None:
    assert row_of(kept(state=state)).sound is None
