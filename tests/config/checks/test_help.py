"""The public pages call back by a queue that is there."""

from __future__ import annotations

import pytest

from ivr.config.load import load_config
from ivr.domain.errors import ConfigError
from ivr.runtime.memory.clock import START

QUEUES = "zone: Europe/Istanbul\nqueues: [cards]\n"


def load(text: str) -> object:
    """The configuration."""
    return load_config({"config.yaml": f"{QUEUES}{text}".encode()}, {}, now=START)


def test_a_queue_that_is_there_is_good() -> None:
    load("help: {forms: [cards.lost], callback: cards}\n")
    load("help: {}\n")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("help: {callback: card}\n", 'C120 error no queue "card"; did you mean "cards"?'),
        ("help: {callback: zzzzzz}\n", 'C120 error no queue "zzzzzz"'),
        ('help: {forms: ["a b"]}\n', "C1"),
    ],
)
def test_what_is_not_there_is_told(text: str, words: str) -> None:
    with pytest.raises(ConfigError) as raised:
        load(text)
    assert words in str(raised.value)
