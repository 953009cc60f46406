"""What can be played, and how long it lasts."""

from __future__ import annotations

import pytest

from ivr.media.items import ENDLESS_MS, Clip, Item, Music, Pause, Tone, frames_of


@pytest.mark.parametrize(
    ("item", "frames"),
    [
        (Clip("a", 7), 7),
        (Pause(0), 0),
        (Pause(1), 1),
        (Pause(40), 2),
        (Tone("beep"), 10),
        (Tone("beep", ms=100), 5),
        (Tone("busy", ms=50), 3),
        (Tone("ringback"), ENDLESS_MS // 20),
        (Music(), ENDLESS_MS // 20),
    ],
)
def test_an_item_lasts_whole_frames(item: Item, frames: int) -> None:
    assert frames_of(item) == frames
