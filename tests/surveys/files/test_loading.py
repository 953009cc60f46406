"""The whole file: its version, and more than forty wrong ones with one fault each."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ivr.surveys.files.loading import read_surveys, read_version
from ivr.surveys.files.reading import Around
from tests.surveys.files.house import AROUND, PATH, TEXT, changed, loaded, problems

MISTAKES = Path(__file__).with_name("mistakes.txt").read_text(encoding="utf-8")


def wrong() -> list[tuple[str, str, str]]:
    """What is changed, into what, and what is told of it."""
    blocks = [each for each in MISTAKES.split("\n\n") if "\n-> " in each]
    pairs = [block.strip("\n").split("\n-> ") for block in blocks]
    changes = [change.replace("\\n", "\n").replace("\\t", "\t") for change, _told in pairs]
    parts = [change.split(" => ") for change in changes]
    return [(old, new, told) for (old, new), (_c, told) in zip(parts, pairs, strict=True)]


def test_there_are_more_than_forty_wrong_files() -> None:
    assert len(wrong()) > 40


@pytest.mark.parametrize(("old", "new", "told"), wrong())
def test_one_fault_is_told_once_at_its_place(old: str, new: str, told: str) -> None:
    assert [str(each) for each in problems(changed(old, new))] == [f"{PATH}:{told}"]


def test_one_wrong_language_is_told_at_every_text_that_is_not_in_it() -> None:
    found = problems(changed("languages: [tr, en]", "languages: [tr, de]"))
    assert {each.code for each in found} == {"V02"}
    missing = "7:5 V02 error offer: say has no de; write it there, too"
    assert str(found[0]) == f"{PATH}:{missing}"


def test_the_sound_file_has_nothing_wrong() -> None:
    assert problems(TEXT) == ()


def test_a_version_is_what_is_asked_and_not_who_is() -> None:
    first = loaded().hash
    assert len(first) == 64
    assert loaded(changed("rate: 50%", "rate: 5%")).hash == first
    assert loaded("# a comment\n" + TEXT).hash == first
    assert loaded(changed("Thank you, goodbye.", "Thanks, goodbye.")).hash != first


def test_the_order_of_questions_makes_a_version_and_that_of_other_keys_does_not() -> None:
    moved = TEXT.replace("version: 1\nlanguages: [tr, en]\n", "languages: [tr, en]\nversion: 1\n")
    assert moved != TEXT
    assert loaded(moved).hash == loaded().hash
    begin, nps, comment, thanks = (
        TEXT.index(word) for word in ("questions:\n", "  nps:", "  comment:", "thanks:")
    )
    turned = TEXT[:nps] + TEXT[comment:thanks].replace("only:", "# only:", 1)
    turned += TEXT[nps:comment] + TEXT[thanks:]
    same = TEXT.replace("only:", "# only:", 1)
    assert begin < nps
    assert loaded(turned).hash != loaded(same).hash


def test_a_stored_version_is_the_same_survey_without_its_plans() -> None:
    survey = loaded()
    again = read_version(survey.definition)
    assert json.loads(survey.definition)["survey"] == "support"
    assert (again.hash, again.questions, again.offer) == (
        survey.hash,
        survey.questions,
        survey.offer,
    )
    assert again.plans == {}


@pytest.mark.parametrize("text", ["{}", "not a survey", "a: b: c"])
def test_what_is_no_version_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="cannot be read"):
        read_version(text)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", ':1:1 F102 error a survey begins with "survey: " and its name'),
        ("- a\n", ':1:1 F102 error a survey begins with "survey: " and its name'),
        ("a: b: c\n", ":1:5 F002 error"),
    ],
)
def test_what_is_no_survey_at_all_is_told(text: str, told: str) -> None:
    (found,) = problems(text, Around())
    assert str(found).startswith(PATH + told)


def test_a_survey_may_not_be_called_like_a_flow_and_needs_its_file() -> None:
    files = {PATH: TEXT.encode(), "flows/survey_support.yaml": b"flow: survey_support\n"}
    _, told = read_surveys(files, AROUND)
    assert [(each.code, each.at.line, each.at.column) for each in told] == [("V21", 2, 9)]
    files = {PATH: TEXT.encode(), "flows/bank.yaml": b"flow: bank\n"}
    _, missing = read_surveys(files, Around(names=("suport", "support")))
    assert str(missing[0]).startswith('config.yaml:1:1 V21 error survey "suport" has no file')
    assert missing[0].hint == 'did you mean "support"?'


def test_a_survey_that_calls_may_not_be_called_like_a_flow_inside_either() -> None:
    calls = "  round: {when: planned, every: FREQ=MONTHLY, seed: r, media: [voice]}\n"
    files = {PATH: (TEXT + calls).encode(), "flows/planned_support.yaml": b"flow: x\n"}
    _, told = read_surveys(files, AROUND)
    assert [each.code for each in told] == ["V21"]
    assert [each.code for each in read_surveys({**files, PATH: TEXT.encode()}, AROUND)[1]] == []


def test_wrong_sentences_and_offers_are_told() -> None:
    odd = changed('opted_out:\n  say: {tr: "', 'opted_out: none\nx:\n  say: {tr: "')
    assert "F103" in {each.code for each in problems(odd)}
    offer = TEXT.replace(TEXT[TEXT.index("offer:") : TEXT.index("questions:")], "offer: hello\n")
    assert [each.code for each in problems(offer)] == ["F103"]


def test_a_warning_is_silenced_with_a_reason() -> None:
    text = changed("gap: 30d", "gap: 3d  # ok V16: they asked for it")
    assert problems(text) == ()


def test_a_survey_needs_no_offer_and_no_plans() -> None:
    text = TEXT[: TEXT.index("offer:")] + TEXT[TEXT.index("questions:") : TEXT.index("plans:")]
    survey = loaded(text)
    assert (survey.offer.say, survey.offer.opt_out_key, survey.plans) == ({}, "", {})
    bare = text.replace(text[text.index("questions:") : text.index("thanks:")], "questions: {}\n")
    assert [each.code for each in problems(bare)] == ["F102"]
