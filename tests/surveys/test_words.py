"""Words with a meaning: how one opts out, and which end of a scale is good."""

from __future__ import annotations

import pytest

from ivr.surveys.words import good_end, tells_opt_out


@pytest.mark.parametrize(
    ("text", "low", "high", "end"),
    [
        ("1 çok kötü, 5 çok iyi olmak üzere 1 ile 5 arasında tuşlayın.", 1, 5, "high"),
        ("Press 1 to 5; 1 is very bad, 5 is very good.", 1, 5, "high"),
        ("0 kesinlikle hayır, 10 kesinlikle evet olmak üzere", 0, 10, "high"),
        ("Press 0 to 10; 0 is certainly not, 10 is certainly.", 0, 10, "high"),
        ("1 is excellent, 5 is poor", 1, 5, "low"),
        ("1 çok kolay, 7 çok zor", 1, 7, "low"),
        ("1 memnunum, 5 memnun değilim", 1, 5, "low"),
        ("Press a key from 1 to 5", 1, 5, ""),
        ("", 1, 5, ""),
    ],
)
def test_the_good_end_is_found(text: str, low: int, high: int, end: str) -> None:
    assert good_end(text, low, high) == end


@pytest.mark.parametrize(
    ("text", "tells"),
    [
        ("Çıkmak için İPTAL yazın.", True),
        ("Reply STOP to opt out", True),
        ("We stopped by the end of the month", False),
        ("", False),
    ],
)
def test_a_way_out_is_seen(text: str, tells: bool) -> None:
    assert tells_opt_out(text) is tells
