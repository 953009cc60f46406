"""What a survey knows of itself."""

from __future__ import annotations

from tests.surveys.files.house import loaded


def test_a_question_is_asked_by_the_media_that_it_names() -> None:
    survey = loaded()
    assert [each.name for each in survey.asked_by("voice")] == ["csat", "nps"]
    assert [each.name for each in survey.asked_by("sms")] == ["csat", "nps", "comment"]
    assert survey.asked_by("email") == ()


def test_a_question_allows_what_its_scale_has() -> None:
    questions = loaded().questions
    assert [n for n in range(-1, 12) if questions["csat"].allows(n)] == [1, 2, 3, 4, 5]
    assert [n for n in range(-1, 12) if questions["nps"].allows(n)] == list(range(11))
    assert not questions["comment"].allows(1)
