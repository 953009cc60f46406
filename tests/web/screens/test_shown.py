"""What a screen on a wall may show."""

from __future__ import annotations

from ivr.web.screens.shown import FIGURES, figures

LEVEL = {"variant": "F3", "num": 84, "den": 100, "target": 80}
ROW = {
    "queue": "cards", "title": "Cards", "waiting": 3, "oldest_s": 12, "threshold_s": 20,
    "service_level": LEVEL, "answered": 120, "abandoned": 7, "overflowed": 1, "estimate_min": 2,
    "agents": {"talking": 5}, "caller": "+905321112233", "longest": {"agent": "ayse"},
}  # fmt: skip


def test_nothing_but_figures_leaves() -> None:
    [shown] = figures([ROW], ["cards"], {"cards": {"tr": "Kartlar"}})
    assert set(shown) == {*FIGURES, "titles"}
    assert shown["titles"] == {"tr": "Kartlar"}
    assert "+90" not in str(shown)
    assert "ayse" not in str(shown)


def test_the_queues_of_the_key_in_its_order_as_far_as_they_are_there() -> None:
    rows = [ROW, ROW | {"queue": "loans"}, ROW | {"queue": "secret"}, {}]
    shown = figures(rows, ["loans", "gone", "cards"], {})
    assert [row["queue"] for row in shown] == ["loans", "cards"]
    assert shown[0]["titles"] == {}
