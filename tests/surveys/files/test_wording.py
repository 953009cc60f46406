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


SPOKEN = TEXT.replace("    on: [sms, web] ", "    # ")


def test_a_comment_may_be_spoken() -> None:
    assert problems(SPOKEN) == ()


def test_nobody_speaks_where_answers_are_anonymous() -> None:
    anonymous = SPOKEN.replace("    year_cap: 4\n", "    year_cap: 4\n    anonymous: true\n")
    (told,) = [each for each in problems(anonymous) if each.code == "V22"]
    assert str(told) == (
        'flows/surveys/support.yaml:32:3 V22 error "comment" would be spoken in the anonymous plan '
        '"after_call": a voice names its owner; write on: [sms, web] at the question, or take '
        "anonymous out of the plan"
    )
    by_text = anonymous.replace("media: [voice, sms]", "media: [sms]")
    assert "V22" not in [each.code for each in problems(by_text)]


def test_a_comment_as_the_first_question_takes_no_key_from_the_offer() -> None:
    begin, end = SPOKEN.index("  csat:"), SPOKEN.index("  comment:")
    text = SPOKEN[:begin] + SPOKEN[end:]
    text = text.replace(
        "    only: default(answers.csat, 5) <= 2 or default(answers.nps, 10) <= 6\n", ""
    )
    text = text.replace('opt_out_key: "9"', 'opt_out_key: "0"')
    assert "V10" not in [each.code for each in problems(text)]
