"""Conditions of surveys read nested facts, and what is missing asks nobody."""

from __future__ import annotations

import pytest

from ivr.flow.expressions import parse
from ivr.surveys.facts import Facts, holds

FACTS = Facts({"interaction": {"queue": "cards", "repeat": False}, "answers": {"csat": 2}})


@pytest.mark.parametrize(
    ("text", "true"),
    [
        ("interaction.queue in ['cards', 'billing']", True),
        ("interaction.queue == 'billing'", False),
        ("default(answers.csat, 5) <= 2 or default(answers.nps, 10) <= 6", True),
        ("default(answers.nps, 10) <= 6", False),
        ("customer.segment == 'corporate'", False),
        ("interaction.queue.name == 'x'", False),
        ("known(answers.csat)", True),
        ("answers.csat + answers.nps > 1", False),
    ],
)
def test_a_condition_is_true_or_not(text: str, true: bool) -> None:
    assert holds(parse(text), FACTS) is true


def test_no_condition_is_always_true() -> None:
    assert holds(None, Facts())


def test_only_what_is_true_counts_as_true() -> None:
    assert not holds(parse("answers.csat"), FACTS)


def test_surveys_have_no_nodes() -> None:
    assert Facts().visits("main") == 0
