"""Questions: each kind with its range, its score and the media it is asked by."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.surveys.files.house import TEXT, loaded, problems

if TYPE_CHECKING:
    from ivr.surveys.model import Question

BOTH = '{tr: "1 kötü, 7 iyi", en: "1 is bad, 7 is good"}'
HEAD = "survey: support\nversion: 1\nlanguages: [tr, en]\nquestions:\n"


def asked(fields: str) -> Question:
    return loaded(f"{HEAD}  q: {{{fields}, say: {BOTH}}}\n").questions["q"]


def codes(fields: str) -> list[str]:
    return [each.code for each in problems(f"{HEAD}  q: {{{fields}, say: {BOTH}}}\n")]


@pytest.mark.parametrize(
    ("fields", "kind", "low", "high", "score"),
    [
        ("type: scale", "scale", 1, 5, ""),
        ("type: scale, score: csat, key: true", "scale", 1, 5, "csat"),
        ("type: ces", "scale", 1, 7, "ces"),
        ("type: ces, score: none", "scale", 1, 7, ""),
        ("type: nps, score: nps", "nps", 0, 10, "nps"),
        ("type: yesno", "yesno", 1, 2, ""),
        ("type: number", "number", 0, 999_999, ""),
        ("type: number, low: 1, high: 99", "number", 1, 99, ""),
        ("type: comment, on: [sms]", "comment", 0, 0, ""),
    ],
)
def test_each_kind_has_its_range(fields: str, kind: str, low: int, high: int, score: str) -> None:
    found = asked(fields)
    assert (found.kind, found.low, found.high, found.score) == (kind, low, high, score)


def test_a_choice_has_keys_and_stores_words() -> None:
    found = asked('type: choice, keys: {"1": modem, "2": tv}')
    assert found.choices == {"1": "modem", "2": "tv"}
    assert not found.gives_number


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ("type: choice", ["F102"]),
        ('type: choice, keys: {"12": modem}', ["F103"]),
        ('type: choice, keys: {"1": Modem}', ["F105"]),
        ('type: choice, keys: {"1": a}, score: csat', ["V19"]),
        ("type: scale, score: nps", ["V19"]),
        ("type: scale, score: sat", ["F103"]),
        ("type: number, high: 1000000", ["V03"]),
        ("type: yesno, key: true", ["V05"]),
        ("low: 1", ["F102"]),
    ],
)
def test_what_a_kind_cannot_have_is_told(fields: str, told: list[str]) -> None:
    assert codes(fields) == told


def test_a_question_needs_words() -> None:
    (found,) = problems(f"{HEAD}  q: {{type: yesno}}\n")
    assert (found.code, found.at.line, found.at.column) == ("F102", 5, 3)


def test_a_comment_is_not_required_and_others_are() -> None:
    questions = loaded(TEXT).questions
    assert [each.required for each in questions.values()] == [True, True, False]
    assert asked("type: comment, on: [sms], required: true").required


def test_without_a_written_text_the_spoken_one_is_written() -> None:
    found = asked("type: yesno")
    assert found.text == found.say


def test_a_wrong_question_makes_no_second_fault_where_it_is_named() -> None:
    text = TEXT.replace("type: nps", "type: stars", 1)
    assert [each.code for each in problems(text)] == ["V01"]


def test_questions_are_a_map() -> None:
    assert [each.code for each in problems(f"{HEAD}  q: yes\n")] == ["F103"]
    assert [each.code for each in problems(HEAD.replace("questions:\n", "questions: [a]\n"))] == [
        "F103"
    ]


def test_an_answer_is_never_longer_than_every_trunk_can_keep() -> None:
    assert asked("type: comment, longest: 9m").longest_s == 540
    (found,) = problems(f"{HEAD}  q: {{type: comment, longest: 10m, say: {BOTH}}}\n")
    assert found.code == "F413"
    assert found.message == 'question "q": the answer may last 10m, at most 9m'
