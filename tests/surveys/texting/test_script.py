"""A survey in one language, as one person is asked it by text."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from ivr.flow.expressions import parse
from ivr.surveys.model import Plan, Question, Said, Survey
from ivr.surveys.texting.reading import Wanted
from ivr.surveys.texting.script import script_for

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
CSAT = Question(
    "csat", "scale", {"tr": "Kaç?", "en": "How?"}, {"tr": "1-5?"}, 1, 5, score="csat", is_key=True
)
SOLVED = Question("solved", "yesno", {"tr": "Çözüldü mü?"}, {}, 1, 2, on=("voice",))
WHICH = Question("which", "choice", {"tr": "Hangisi?"}, {}, choices={"1": "fiber", "2": "mobil"})
WHY = Question(
    *("why", "comment", {"tr": "Neden?"}, {}),
    only=parse("default(answers.csat, 5) <= 2 and interaction.queue == 'cards'"),
    required=False,
)
PLAN = Plan("after_call", "support", 1, "post_call", "seed", expires_s=3600.0)
SURVEY = Survey(
    *("support", ("tr", "en"), {each.name: each for each in (CSAT, SOLVED, WHICH, WHY)}),
    *("0" * 64, "{}"),
    thanks=Said({"tr": "Teşekkürler.", "en": "Thanks."}, {"tr": "Teşekkür ederiz."}),
)
SCRIPT = script_for(SURVEY, PLAN, "tr", NOW, {"interaction": {"queue": "cards"}})


def test_only_questions_for_texts_are_asked_by_text() -> None:
    assert [each.name for each in SCRIPT.questions] == ["csat", "which", "why"]
    assert SCRIPT.named("solved") is None


def test_the_written_words_are_taken_and_the_spoken_ones_where_there_are_none() -> None:
    assert SCRIPT.wording(CSAT) == "1-5?"
    assert replace(SCRIPT, language="en").wording(CSAT) == "How?"
    assert (SCRIPT.thanks, script_for(SURVEY, PLAN, "en", NOW, {}).thanks) == (
        *("Teşekkür ederiz.", "Thanks."),
    )


def test_without_words_of_its_own_a_survey_says_the_usual_goodbye() -> None:
    assert "BASLAT" in SCRIPT.opted_out
    assert "START" in script_for(SURVEY, PLAN, "en", NOW, {}).opted_out
    own = replace(SURVEY, opted_out=Said(text={"tr": "Tamam."}))
    assert script_for(own, PLAN, "tr", NOW, {}).opted_out == "Tamam."


def test_times_come_from_the_plan() -> None:
    assert SCRIPT.expires_at == NOW + timedelta(hours=1)
    assert SCRIPT.reminder is None
    reminded = script_for(SURVEY, replace(PLAN, reminder_s=60.0), "tr", NOW, {})
    assert reminded.reminder == timedelta(minutes=1)


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        (CSAT, Wanted("tr", 1, 5)),
        (SOLVED, Wanted("tr", 1, 2, yesno=True)),
        (WHICH, Wanted("tr", choices={"1": "fiber", "2": "mobil"})),
        (WHY, Wanted("tr")),
    ],
)
def test_each_kind_of_question_takes_its_kind_of_answer(question: Question, wanted: Wanted) -> None:
    assert SCRIPT.wanted(question) == wanted


@pytest.mark.parametrize(
    ("answers", "asked"), [({}, False), ({"csat": 2}, True), ({"csat": 3}, False)]
)
def test_a_condition_reads_answers_and_the_contact(answers: dict[str, int], asked: bool) -> None:
    assert SCRIPT.applies(WHY, dict(answers)) is asked
    assert not replace(SCRIPT, facts={}).applies(WHY, dict(answers))
