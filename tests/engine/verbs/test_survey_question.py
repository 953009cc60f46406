"""`survey_question`: keys become answers, stored with the step that hears them."""

from __future__ import annotations

import pytest

from ivr.domain.commands import Collect
from ivr.domain.filing import KeepAnswer
from tests.engine.verbs.surveying import Asking
from tests.surveys.files.house import TEXT, loaded

HEAD = TEXT[: TEXT.index("questions:")].replace('  opt_out_key: "9"\n', "")
TAIL = TEXT[TEXT.index("thanks:") : TEXT.index("plans:")]
SAY = '{tr: "Kaç?", en: "How many?"}'


def asking(question: str) -> Asking:
    """A survey of one question, which is being asked."""
    survey = loaded(f"{HEAD}questions:\n  q: {{{question}, say: {SAY}}}\n{TAIL}")
    return Asking.chosen(survey).nothing()


def listen(script: Asking) -> Collect:
    found = [one for one in script.all if isinstance(one, Collect)]
    return found[-1]


@pytest.mark.parametrize(
    ("question", "pressed", "kept"),
    [
        ("type: scale", "4", ("q", 4, "")),
        ("type: ces", "7", ("q", 7, "")),
        ("type: nps", "0", ("q", 0, "")),
        ("type: nps", "1", ("q", 1, "")),
        ("type: nps", "10", ("q", 10, "")),
        ("type: yesno", "2", ("q", 2, "")),
        ('type: choice, keys: {"1": modem, "2": tv}', "2", ("q", None, "tv")),
        ("type: number, low: 10, high: 250", "25", ("q", 25, "")),
    ],
)
def test_each_kind_stores_its_answer(
    question: str, pressed: str, kept: tuple[str, int | None, str]
) -> None:
    script = asking(question).answers(pressed)
    assert (script.kept, script.moves) == ([kept], ["offered", "completed"])


def test_ten_is_one_answer_and_waits_for_its_second_digit() -> None:
    heard = listen(asking("type: nps"))
    assert set(heard.keys) == {*(str(n) for n in range(11)), "*", "#"}
    assert (heard.first_s, heard.between_s) == (3, 2)
    assert not heard.type_ahead
    assert heard.flush


def test_a_scale_takes_one_key_at_once() -> None:
    heard = listen(asking("type: scale"))
    assert set(heard.keys) == {*"12345", "*", "#"}
    assert heard.first_s == 6


def test_an_answer_carries_how_it_was_given() -> None:
    script = Asking.chosen().nothing()
    script.after(2.5).nothing()  # type: ignore[attr-defined]
    script.after(1.25).answers("2")  # type: ignore[attr-defined]
    (kept,) = [one for one in script.all if isinstance(one, KeepAnswer)]
    assert (kept.survey, kept.version, kept.raw) == ("support", loaded().hash, "2")
    assert (kept.latency_ms, kept.tries, kept.score, kept.is_key) == (1250, 2, "csat", True)


def test_a_star_says_it_again_for_nothing_and_for_ever_costs_tries() -> None:
    script = asking("type: scale").answers("*")
    assert script.said == ["survey_support_q"]
    for _time in range(5):
        script.answers("*")
    assert script.kept == []
    assert script.answers("3").kept == [("q", 3, "")]


def test_a_hash_skips_the_question() -> None:
    script = Asking.chosen().nothing().answers("#")
    assert script.said == ["survey_support_nps"]
    script.answers("9")
    assert script.kept == [("nps", 9, "")]
    assert script.moves == ["offered", "partial"]


@pytest.mark.parametrize("pressed", ["", "#"])
def test_a_number_is_skipped_by_its_end_key_alone(pressed: str) -> None:
    script = asking("type: number, high: 99").answers(pressed)
    assert (script.kept, script.moves) == ([], ["offered", "declined"])


def test_a_number_out_of_range_costs_a_try() -> None:
    script = asking("type: number, low: 10, high: 99").answers("7")
    assert (script.kept, script.said) == ([], ["survey_again_10_99"])


def test_silence_three_times_is_the_end_and_no_score() -> None:
    script = Asking.chosen().nothing().answers("5")
    assert script.nothing().said == ["survey_again_0_10"]
    script.nothing().nothing()
    assert script.kept == [("csat", 5, "")]
    assert script.moves == ["offered", "partial"]
    assert script.said == ["survey_support_thanks"]


def test_who_never_presses_anything_has_declined() -> None:
    script = Asking.chosen().nothing().nothing().nothing().nothing()
    assert (script.kept, script.moves) == ([], ["offered", "declined"])


def test_a_wrong_key_is_asked_again_in_fewer_words() -> None:
    script = Asking.chosen().nothing().answers("8", "not_in_menu")
    assert script.said == ["survey_again_1_5"]
    assert script.answers("3").kept == [("csat", 3, "")]


def test_a_zero_inside_a_scale_is_an_answer_and_calls_nobody() -> None:
    script = Asking.chosen().nothing().answers("5").answers("0")
    assert script.kept[-1] == ("nps", 0, "")


def test_a_caller_who_hangs_up_in_between_keeps_what_he_gave() -> None:
    script = Asking.chosen().nothing().answers("5")
    script.leave()
    script.skip()
    assert script.kept == [("csat", 5, "")]
    assert script.moves == ["offered"]
    assert script.now.ended
