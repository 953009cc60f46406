"""What is said and written: its length, its direction, its way out."""

from __future__ import annotations

from dataclasses import replace

from tests.surveys.files.house import AROUND, TEXT, changed, loaded, problems

LONG = "Press 1 to 5; 1 is very bad, 5 is very good. " + "And so on and on. " * 10


def test_a_recording_is_not_measured_by_its_text() -> None:
    text = changed("Press 1 to 5; 1 is very bad, 5 is very good.", LONG)
    assert [each.code for each in problems(text)] == ["V09"]
    recorded = replace(AROUND, recordings=frozenset({("en", "survey_support_csat")}))
    assert loaded(text, recorded).questions["csat"].say["en"].endswith(LONG)


def test_messages_are_checked_only_where_some_are_sent() -> None:
    text = changed("To opt out reply STOP.", "Thank you.")
    assert [each.code for each in problems(text)] == ["V11"]
    assert problems(text.replace("media: [voice, sms]", "media: [voice]")) == ()


def test_a_spoken_text_that_is_sent_should_fit_one_message() -> None:
    start, end = TEXT.index('    text:\n      tr: "Bizi'), TEXT.index("  comment:")
    told = problems(TEXT[:start] + TEXT[end:])
    assert [(each.code, each.message) for each in told] == [("V12", '"nps" takes 2 SMS in tr')]


def test_a_voice_plan_needs_a_question_by_voice() -> None:
    text = TEXT.replace("    type: scale\n", "    type: scale\n    on: [sms]\n")
    text = text.replace("    type: nps\n", "    type: nps\n    on: [sms]\n")
    assert [each.code for each in problems(text)] == ["V22"]


def test_a_comment_that_callers_cannot_speak_is_told_only_if_callers_are_asked() -> None:
    text = changed("    on: [sms, web]                       # callers cannot", "    # callers")
    assert [each.code for each in problems(text)] == ["V22"]
    assert problems(text.replace("media: [voice, sms]", "media: [sms]")) == ()
