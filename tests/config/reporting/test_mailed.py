"""Mailed reports as they are written become sendings, in the language of the house."""

from __future__ import annotations

from datetime import time

from ivr.config.load import load_config
from ivr.config.reporting.mailed import to_mailed
from ivr.reports.mailing import Mailed
from ivr.runtime.memory.clock import START

TEXT = """\
zone: Europe/Istanbul
queues: [cards]
mail: {help: {smtp: "smtp://127.0.0.1:2525", from: a@x.example}}
mailed_reports:
  one: {report: R2, every: week, to: [a@x.example, "B <b@x.example>"], account: help}
  two:
    report: R1
    every: day
    at: "06:30"
    by: queue,day
    to: [a@x.example]
    account: help
    language: en
    queue: cards
    category: card
"""


def test_what_is_written_is_what_is_sent() -> None:
    config = load_config({"config.yaml": TEXT.encode()}, {}, now=START)
    both, one = ("a@x.example", "b@x.example"), ("a@x.example",)
    assert to_mailed(config.mailed_reports, "tr") == (
        Mailed("one", "R2", "week", time(8), both, "help", "tr"),
        Mailed("two", "R1", "day", time(6, 30), one, "help", "en", "queue,day", "cards", "card"),
    )
