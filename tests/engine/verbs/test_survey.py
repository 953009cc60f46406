"""`survey`: the server decides who is asked; everybody else goes on at once."""

from __future__ import annotations

import pytest

from ivr.domain.call import Turn
from ivr.domain.commands import Collect, HangUp
from ivr.domain.filing import InviteSurvey, MoveInvitation
from ivr.domain.recording import EndRecording, KeepRecording
from ivr.engine.party import Tape
from tests.engine.verbs.surveying import Asking, book_of
from tests.surveys.files.house import TEXT, loaded


def test_the_server_is_asked_and_a_caller_who_was_chosen_hears_the_offer() -> None:
    script = Asking.begun()
    (asked,) = [one for one in script.all if isinstance(one, InviteSurvey)]
    assert (asked.survey, asked.talked_s, asked.agent, asked.outside) == ("support", 0, "", False)
    script.decided("voice")
    assert script.moves == ["offered"]
    assert script.said == ["survey_support_offer"]


def test_the_recording_of_the_call_is_closed_before_the_offer_and_no_answer_is_on_it() -> None:
    script = Asking.begun()
    script.now.tape = Tape(Turn(90), script.at)
    before = len(script.all)
    script.after(9)
    script.decided("voice")
    kinds = [type(one) for one in script.all[before:]]
    assert kinds.index(EndRecording) < kinds.index(Collect)
    assert kinds.index(KeepRecording) < kinds.index(Collect)
    assert script.now.tape is None


def test_who_was_not_chosen_goes_on_at_once() -> None:
    script = Asking.begun().decided("")
    assert script.moves == []
    assert any(isinstance(one, HangUp) for one in script.all)


@pytest.mark.parametrize(
    ("reason", "state"),
    [("too_short", "suppressed"), ("transferred_out", "missed"), ("system", "missed")],
)
def test_who_was_chosen_and_is_not_asked_has_a_reason(reason: str, state: str) -> None:
    script = Asking.begun().decided("", reason=reason)
    (moved,) = [one for one in script.all if isinstance(one, MoveInvitation)]
    assert (moved.state, moved.reason) == (state, reason)


def test_a_caller_who_has_gone_is_not_asked() -> None:
    script = Asking.begun()
    script.leave()
    script.skip()
    assert script.moves == []
    assert script.noted("survey")[-1]["asked"] is False
    assert script.now.ended


def test_a_survey_without_a_question_by_voice_asks_nobody() -> None:
    text = TEXT[: TEXT.index("plans:")]
    silent = text.replace("type: scale\n", "type: scale\n    on: [sms]\n")
    silent = silent.replace("type: nps\n", "type: nps\n    on: [sms]\n")
    script = Asking(book_of(loaded(silent))).ring()
    assert script.skip().noted("survey")[0]["asked"] is False


def test_facts_of_the_contact_decide_which_questions_are_asked() -> None:
    text = TEXT.replace("    type: nps\n", "    type: nps\n    only: customer.vip_rank > 1\n")
    survey = loaded(text)
    facts = {"customer_vip_rank": 0}
    script = Asking.begun(survey).decided("voice", facts=facts).nothing().answers("5")
    assert script.moves == ["offered", "completed"]
    facts = {"customer_vip_rank": 2}
    script = Asking.begun(survey).decided("voice", facts=facts).nothing().answers("5")
    assert script.said == ["survey_support_nps"]
