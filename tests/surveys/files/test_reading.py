"""Texts in each language, and conditions with the names they may use."""

from __future__ import annotations

from tests.surveys.files.house import changed, problems


def told(old: str, new: str) -> list[tuple[str, str]]:
    return [(each.code, each.message) for each in problems(changed(old, new))]


def test_a_text_for_each_language_is_wanted() -> None:
    say = 'say: {tr: "Teşekkür ederiz, iyi günler.", en: "Thank you, goodbye."}'
    assert told(say, "say: thanks")[0][0] == "F103"
    assert told(say, "say: {tr: [a], en: b}") == [("F103", "one text is wanted for tr")]


def test_an_answer_is_a_number_or_a_text() -> None:
    wrong = told("default(answers.csat, 5) <= 2 or", "default(answers.csat, 'a') == 'b' or")
    assert [code for code, _message in wrong] == ["F306"]


def test_a_condition_is_true_or_false() -> None:
    assert told("match: interaction.queue in ['cards', 'loans', 'general']", "match: 1 + 1")
