"""Mailed reports can be made and sent, and are never of single people."""

from __future__ import annotations

import pytest

from ivr.config.load import load_config
from ivr.domain.errors import ConfigError
from ivr.runtime.memory.clock import START

BEGIN = """\
zone: Europe/Istanbul
queues: [cards]
mail:
  help: {smtp: "smtp://127.0.0.1:2525", from: a@x.example}
  deaf: {imap: "imap://127.0.0.1:1143", user: u, password: "${env:PW}", from: a@x.example}
mailed_reports:
  one: """
USUAL = "report: R2, every: day, to: [a@x.example], account: help"


def load(text: str) -> object:
    return load_config({"config.yaml": f"{BEGIN}{{{text}}}\n".encode()}, {"PW": "x"}, now=START)


@pytest.mark.parametrize(
    "more", ["", ', at: "23:59"', ", by: queue", ", by: day", ", queue: cards", ", category: card"]
)
def test_what_fits_is_good(more: str) -> None:
    load(f"{USUAL}{more}")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (USUAL.replace("R2", "R99"), "C120 error no report R99"),
        (USUAL.replace("R2", "R23"), "C130 error figures of single people are not mailed"),
        (USUAL.replace("R2", "R4") + ", by: agent", "C130 error figures of single people"),
        (f"{USUAL}, by: moon", "C103 error moon: rows of this report are"),
        (f"{USUAL}, at: 8", 'C103 error "8" is no time of day'),
        (f'{USUAL}, at: "24:00"', 'C103 error "24:00" is no time of day'),
        (USUAL.replace("help", "hepl"), 'C120 error no account "hepl" in mail; did you mean'),
        (USUAL.replace("help", "deaf"), 'C102 error the account "deaf" sends nothing'),
        (USUAL.replace("day", "hour"), "C103 error this must be day, week or month"),
        (USUAL.replace("a@x.example", "a"), 'C103 error "a" is no address'),
        (USUAL.replace("a@x.example", "a@x.example, a@x.example"), "C131 error an address"),
        (USUAL.replace("[a@x.example]", "[]"), "C102 error nobody gets this report"),
        (f"{USUAL}, queue: card", 'C120 error no queue "card"; did you mean "cards"?'),
        (USUAL.replace("R2", "R11") + ", queue: cards", "C130 error R11 has no filter queue"),
        (f"{USUAL}, language: de", 'C120 error "de" is not one of languages'),
    ],
)
def test_what_cannot_be_is_told(text: str, words: str) -> None:
    with pytest.raises(ConfigError) as raised:
        load(text)
    assert words in str(raised.value)
