"""The last words."""

from __future__ import annotations

from ivr.domain.events import PromptEnded
from ivr.engine import apology
from ivr.engine.verb import Goodbye


def test_it_speaks_the_callers_language_or_english_and_is_heard_whole() -> None:
    assert apology.prompt("tr").language == "tr"
    assert apology.prompt("az").language == "en"
    assert apology.prompt("az").text.startswith("We are sorry")
    assert not apology.prompt("tr").barge_in
    assert apology.prompt("en").seconds > 3


def test_once_heard_the_caller_is_hung_up() -> None:
    assert apology.RESUME["sound", PromptEnded]() == Goodbye()
