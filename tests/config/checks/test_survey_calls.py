"""Planned surveys call by a trunk that can, under a number and in hours that are there."""

from __future__ import annotations

import pytest

from ivr.config.load import load_config
from ivr.domain.errors import ConfigError
from ivr.runtime.memory.clock import START

HOUSE = """\
zone: Europe/Istanbul
trunks: {browser: {provider: simulator}}
hours: {calling: {open: {mon-fri: 10:00-18:00}, holidays: TR}}
"""


def load(text: str) -> object:
    """The configuration."""
    return load_config({"config.yaml": f"{HOUSE}{text}".encode()}, {}, now=START)


def test_what_is_there_is_good() -> None:
    load("survey_calls: {trunk: browser, at_once: 5, hours: calling}\n")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{trunk: browsr}", 'C120 error no trunk "browsr"; did you mean "browser"?'),
        ("{trunk: browser, number: '117'}", 'C120 error no number "117"'),
        ("{trunk: browser, hours: caling}", 'no hours "caling"; did you mean "calling"?'),
        ("{trunk: browser, at_once: 0}", "is not a whole number from 1 to 500"),
    ],
)
def test_what_is_not_there_is_told(text: str, words: str) -> None:
    with pytest.raises(ConfigError) as raised:
        load(f"survey_calls: {text}\n")
    assert words in str(raised.value)
