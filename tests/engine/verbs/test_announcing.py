"""The built-in words for waiting callers, in both languages."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from ivr.domain.call import Turn
from ivr.domain.events import QueueNews
from ivr.engine.verbs.announcing import prompts
from ivr.flow.world import QueueShape
from ivr.media.say import When

WHEN = When(datetime(2026, 5, 4, 9, 0, tzinfo=UTC), UTC)
BOTH = QueueShape("cards", position=True, estimate=True)


def said(language: str, **news: Any) -> str:  # noqa: ANN401 - fields of the event
    """What is said in a language."""
    found = prompts(BOTH, QueueNews(turn=Turn(1), **news), language, WHEN)
    return found[0].text if found else ""


@pytest.mark.parametrize(
    ("news", "tr", "en"),
    [
        ({"position": 1}, "Sırada birinci kişisiniz.", "You are number one in the queue."),
        ({"position": 4}, "Sırada dördüncü kişisiniz.", "You are number four in the queue."),
        (
            {"more_than": 10},
            "Sırada on kişiden fazla bekleyen var.",
            "There are more than ten people in the queue.",
        ),
        (
            {"estimate_min": 1},
            "Her on aramadan sekizi bir dakika içinde yanıtlanıyor.",
            "In eight of ten cases you are answered within one minute.",
        ),
        (
            {"longer_than_min": 30},
            "Bekleme süresi otuz dakikadan uzun olabilir.",
            "The wait may be longer than thirty minutes.",
        ),
        (
            {"position": 2, "estimate_min": 15},
            "Sırada ikinci kişisiniz. Her on aramadan sekizi on beş dakika içinde yanıtlanıyor.",
            "You are number two in the queue. "
            "In eight of ten cases you are answered within fifteen minutes.",
        ),
    ],
)
def test_place_and_time_are_told_in_words(news: dict[str, int], tr: str, en: str) -> None:
    assert (said("tr", **news), said("en", **news)) == (tr, en)


def test_another_language_hears_english_and_nothing_is_nothing() -> None:
    assert said("de", position=1) == said("en", position=1)
    assert said("tr") == ""
    quiet = QueueShape("cards")
    assert prompts(quiet, QueueNews(turn=Turn(1), position=1, estimate_min=2), "tr", WHEN) == ()


def test_the_length_is_estimated_and_the_caller_may_speak_over_it() -> None:
    [prompt] = prompts(BOTH, QueueNews(turn=Turn(1), position=1), "tr", WHEN)
    assert prompt.name == "waiting"
    assert prompt.barge_in
    assert 1 < prompt.seconds < 3
