"""Which answers call for a person, and what that person reads."""

from __future__ import annotations

import pytest

from ivr.flow.expressions import parse
from ivr.surveys.low_scores import calls_for_follow_up, raised, subject, told
from ivr.surveys.model import Low, Question

LOW = Low(
    parse("default(answers.csat, 5) <= 2 or default(answers.nps, 10) <= 6"),
    words={"tr": ("avukat", "şikayet edeceğim")},
)
QUESTIONS = {"csat": Question("csat", "scale", {}, {}, 1, 5)}


@pytest.mark.parametrize(
    ("given", "said", "low"),
    [
        ({"csat": 2}, (), True),
        ({"csat": 3}, (), False),
        ({"csat": 5, "nps": 6}, (), True),
        ({}, (), False),
        ({"csat": 5}, ("AVUKATIMLA görüşün",), False),
        ({"csat": 5}, ("Artık Avukat konuşacak",), True),
        ({}, ("SIKAYET EDECEGIM!",), True),
        ({"csat": 5}, ("şikayet",), False),
        ({}, ("",), False),
    ],
)
def test_a_condition_or_a_word_calls_for_it(
    given: dict[str, int], said: tuple[str, ...], low: bool
) -> None:
    assert calls_for_follow_up(LOW, dict(given), said, {}, "tr") is low


def test_words_are_those_of_the_language() -> None:
    assert not calls_for_follow_up(LOW, {"csat": 5}, ("avukat",), {}, "en")


def test_a_plan_without_it_calls_for_nothing() -> None:
    assert not calls_for_follow_up(None, {"csat": 1}, (), {}, "tr")
    assert not calls_for_follow_up(Low(None), {"csat": 1}, ("x",), {}, "tr")


def test_a_condition_may_look_at_the_contact() -> None:
    low = Low(parse("interaction.queue == 'cards' and default(answers.csat, 5) <= 3"))
    assert calls_for_follow_up(low, {"csat": 3}, (), {"interaction": {"queue": "cards"}}, "tr")
    assert not calls_for_follow_up(low, {"csat": 3}, (), {"interaction": {"queue": "x"}}, "tr")


@pytest.mark.parametrize(
    ("usual", "steps", "priority"), [(2, 1, 3), (4, 1, 4), (1, 5, 4), (2, -3, 1), (3, 0, 3)]
)
def test_it_is_more_urgent_but_never_off_the_scale(usual: int, steps: int, priority: int) -> None:
    assert raised(usual, steps) == priority


def test_a_person_reads_what_was_given() -> None:
    answers = [("csat", "1"), ("gone", "x"), ("comment", "Çok bekledim")]
    assert told(QUESTIONS, answers) == "csat: 1 / 5\ngone: x\ncomment: Çok bekledim"
    assert (subject("tr"), subject("az")) == ("Anket: düşük puan", "Survey: low score")
