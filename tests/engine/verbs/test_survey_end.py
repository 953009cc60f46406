"""`survey_end`: completed without a gap, partial with one, declined with nothing."""

from __future__ import annotations

import pytest

from ivr.domain.filing import MoveInvitation
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


def test_of_whom_we_called_silence_to_the_end_says_that_nobody_was_there() -> None:
    silent = Asking.called().nothing().nothing().nothing().nothing()
    assert silent.moves == ["offered", "missed"]
    (missed,) = [each for each in silent.all if getattr(each, "state", "") == "missed"]
    assert missed == MoveInvitation(survey="support", state="missed", reason="not_answered")


def test_of_whom_we_called_a_key_says_that_he_has_declined() -> None:
    pressed = Asking.called().nothing().answers("9", "not_in_menu").nothing().nothing()
    assert pressed.moves == ["offered", "declined"]
    skipped = Asking.called().nothing().answers("#").answers("#")
    assert skipped.moves == ["offered", "declined"]
    assert Asking.called().nothing().answers("5").answers("10").moves[-1] == "completed"


def test_a_caller_who_says_nothing_has_declined() -> None:
    assert Asking.chosen().nothing().nothing().nothing().nothing().moves[-1] == "declined"
