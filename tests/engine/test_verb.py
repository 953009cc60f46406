"""What a verb is to the engine."""

from __future__ import annotations

from ivr.engine.verb import Stay, of_fields
from ivr.engine.verbs import SPECS, VERBS
from ivr.engine.verbs.go import GoFields, exits


def test_every_verb_is_entered_under_its_own_name() -> None:
    assert {name: verb.spec.name for name, verb in VERBS.items()} == {name: name for name in VERBS}
    assert len(SPECS) == 20


def test_a_verb_takes_answers_of_the_kinds_that_its_commands_have() -> None:
    waiting = {name for name, verb in VERBS.items() if verb.resume}
    asking = {"survey", "survey_offer", "survey_question", "survey_comment"}
    others = {"callback", "fetch", "hangup", "queue", "record", "ticket"}
    assert waiting == {"menu", "ask", "transfer", "voicemail", *others, *asking}


def test_a_function_of_a_verbs_own_fields_stays_what_it_is() -> None:
    assert of_fields(exits) is exits
    assert of_fields(exits)(GoFields(go="end")).targets == {"go": "end"}


def test_staying_without_anything_is_just_waiting() -> None:
    assert Stay() == Stay({}, (), (), {}, None, ())
