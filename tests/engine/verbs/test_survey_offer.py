"""`survey_offer`: one key opts out; any other skips to the first question and answers nothing."""

from __future__ import annotations

import pytest

from ivr.domain.commands import Collect
from tests.engine.verbs.surveying import Asking
from tests.surveys.files.house import TEXT, loaded


def test_what_was_pressed_before_is_forgotten() -> None:
    script = Asking.chosen()
    listen = script.all[-1]
    assert isinstance(listen, Collect)
    assert (listen.flush, listen.type_ahead, listen.ahead) == (True, False, None)


@pytest.mark.parametrize("key", list("012345678*#"))
def test_any_key_but_the_way_out_skips_to_the_question(key: str) -> None:
    script = Asking.chosen().answers(key)
    assert (script.said, script.kept) == (["survey_support_csat"], [])


def test_the_whole_offer_leads_to_the_question_too() -> None:
    assert Asking.chosen().nothing().said == ["survey_support_csat"]


def test_the_way_out_ends_the_survey() -> None:
    script = Asking.chosen().answers("9")
    assert script.moves == ["offered", "opted_out"]
    assert script.said == ["survey_support_opted_out"]
    assert script.kept == []


def test_an_offer_without_a_way_out_has_none() -> None:
    script = Asking.chosen(loaded(TEXT.replace('  opt_out_key: "9"\n', ""))).answers("9")
    assert script.said == ["survey_support_csat"]
