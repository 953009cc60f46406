"""`survey_end`: completed without a gap, partial with one, declined with nothing."""

from __future__ import annotations

import pytest

from tests.engine.verbs.surveying import Asking
from tests.surveys.files.house import TEXT, loaded


@pytest.mark.parametrize(
    ("pressed", "state"),
    [
        (["5", "10"], "completed"),
        (["5", "#"], "partial"),
        (["#", "10"], "partial"),
        (["#", "#"], "declined"),
    ],
)
def test_the_end_says_how_far_it_came(pressed: list[str], state: str) -> None:
    script = Asking.chosen().nothing()
    for key in pressed:
        script.answers(key)
    assert script.moves == ["offered", state]
    assert script.said == ["survey_support_thanks"]


def test_the_survey_is_over_and_the_flow_goes_on() -> None:
    script = Asking.chosen().nothing().answers("5").answers("10")
    assert len(script.now.frames) == 1
    assert script.now.top.node == "over"


def test_whoever_answered_nothing_hears_the_other_sentence() -> None:
    declined = "declined:\n  say: {tr: Peki., en: Very well.}\nthanks:\n"
    survey = loaded(TEXT.replace("thanks:\n", declined, 1))
    skipped = Asking.chosen(survey).nothing().answers("#").answers("#")
    assert (skipped.moves[-1], skipped.said) == ("declined", ["survey_support_declined"])
    answered = Asking.chosen(survey).nothing().answers("5").answers("#")
    assert answered.said == ["survey_support_thanks"]
