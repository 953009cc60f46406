"""`survey_comment`: what a caller says after the tone is an answer, also if he hangs up with it."""

from __future__ import annotations

import pytest

from ivr.domain.events import LegEnded
from ivr.domain.filing import KeepAnswer
from ivr.domain.recording import (
    HANGUP,
    KEY,
    FinishMessage,
    KeepRecording,
    MessageTaken,
    TakeMessage,
)
from tests.engine.verbs.surveying import Asking
from tests.surveys.files.house import TEXT, loaded

SPOKEN = TEXT.replace("    on: [sms, web] ", "    # ")
SURVEY = loaded(SPOKEN)


def asked(text: str = SPOKEN) -> Asking:
    """A caller who was not content, and hears that he may tell why."""
    return Asking.chosen(loaded(text)).nothing().answers("2").answers("3")


def takes(script: Asking) -> TakeMessage:
    """What is being taken."""
    return [one for one in script.all if isinstance(one, TakeMessage)][-1]


def says(script: Asking, seconds: float = 8.0, ended_by: str = KEY, words: str = "x") -> Asking:
    """The comment is over."""
    taken = MessageTaken(turn=takes(script).turn, seconds=seconds, ended_by=ended_by,
                         source="spool:a", words=words)  # fmt: skip
    script >> taken
    script.skip()
    return script


def kept(script: Asking) -> list[KeepRecording]:
    """The recordings that are kept."""
    return [one for one in script.all if isinstance(one, KeepRecording)]


def test_the_caller_hears_the_question_and_speaks_after_the_tone() -> None:
    wanted = takes(asked(SPOKEN.replace("type: comment", "type: comment\n    longest: 40s")))
    assert [one.name for one in wanted.prompts] == ["survey_support_comment"]
    assert (wanted.kind, wanted.longest_s, wanted.silence_s) == ("survey_comment", 40.0, 3.0)
    assert (wanted.end_key, wanted.shortest_s) == ("#", 1.0)


def test_what_he_says_is_an_answer_that_points_at_its_recording() -> None:
    script = says(asked())
    turn = takes(script).turn
    assert kept(script) == [
        KeepRecording(kind="survey_comment", turn=turn, seconds=8.0, source="spool:a",
                      words="x", survey="support", question="comment")
    ]  # fmt: skip
    (answer,) = [one for one in script.all if isinstance(one, KeepAnswer) and one.spoken]
    assert answer == KeepAnswer(survey="support", version=SURVEY.hash, question="comment",
                                spoken=turn)  # fmt: skip
    assert script.moves == ["offered", "completed"]
    assert script.said == ["survey_support_thanks"]


@pytest.mark.parametrize("seconds", [0.0, 0.9])
def test_who_says_nothing_has_skipped_it(seconds: float) -> None:
    script = says(asked(), seconds)
    assert kept(script) == []
    assert [name for name, *_ in script.kept] == ["csat", "nps"]
    assert script.moves == ["offered", "completed"], "comments are not required"


def test_a_comment_that_is_required_and_missing_leaves_the_survey_partial() -> None:
    required = SPOKEN.replace("type: comment", "type: comment\n    required: true")
    assert says(asked(required), 0.0).moves == ["offered", "partial"]


def test_who_hangs_up_with_the_last_answer_has_answered_all() -> None:
    script = asked()
    turn = takes(script).turn
    script >> LegEnded()
    assert FinishMessage(turn=turn) in script.all
    script.skip()
    says(script, ended_by=HANGUP)
    assert len(kept(script)) == 1
    assert script.kept[-1] == ("comment", None, "")
    assert script.moves == ["offered", "completed"]
    assert script.now.ended


def test_who_hangs_up_before_he_says_anything_leaves_it_at_what_he_gave() -> None:
    script = asked()
    script.leave()
    script.skip()
    says(script, 0.0, HANGUP)
    assert kept(script) == []
    assert script.moves == ["offered"], "the end of the call makes it partial"
    assert script.now.ended


def test_who_hangs_up_with_a_comment_that_others_follow_has_not_come_to_the_end() -> None:
    more = SPOKEN.replace(
        "thanks:\n", '  why:\n    type: yesno\n    say: {tr: "1?", en: "1?"}\nthanks:\n'
    )
    script = asked(more)
    script.leave()
    script.skip()
    says(script, ended_by=HANGUP)
    assert len(kept(script)) == 1
    assert script.moves == ["offered"]


def test_who_skipped_a_question_before_is_not_complete_by_hanging_up() -> None:
    script = Asking.chosen(SURVEY).nothing().answers("#").answers("3")
    script.leave()
    script.skip()
    assert says(script, ended_by=HANGUP).moves == ["offered"]


def test_if_nobody_tells_what_became_of_it_the_call_ends_all_the_same() -> None:
    script = asked()
    script.leave()
    script.skip()
    script.after(120).fires("patience")
    script.skip()
    assert kept(script) == []
    assert script.now.ended
    assert script.noted("answer")[-1]["lost"] is True
