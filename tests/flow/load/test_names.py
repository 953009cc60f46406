"""What things may be called."""

from __future__ import annotations

import pytest

from ivr.domain.problem import Position
from ivr.flow.load.findings import Findings
from ivr.flow.load.names import RESERVED_EXITS, RESERVED_VARIABLES, check_name


@pytest.mark.parametrize("name", ["a", "lost_card", "a" * 40, "callback", "survey", "fetch"])
def test_plain_words_are_names(name: str) -> None:
    findings = Findings()
    assert check_name(name, Position("f"), findings)
    assert not findings.problems


@pytest.mark.parametrize("name", ["", "A", "1a", "_a", "a-b", "a" * 41, "ı", "a.b", "a b"])
def test_anything_else_is_none(name: str) -> None:
    findings = Findings()
    assert not check_name(name, Position("f"), findings)
    assert [one.code for one in findings.problems] == ["F105"]


@pytest.mark.parametrize(
    "name",
    [
        "exit",
        "next",
        "else",
        "call",
        "hours",
        "queues",
        "queue",
        "heard",
        "now",
        "today",
        "from",
        "true",
        "none",
        "lambda",
        "if",
    ],
)
def test_words_of_the_language_are_reserved(name: str) -> None:
    findings = Findings()
    assert not check_name(name, Position("f"), findings)
    assert [str(one) for one in findings.problems] == [
        f'f:1:1 F206 error "{name}" is a reserved word'
    ]


def test_some_words_are_reserved_for_variables_or_exits_only() -> None:
    assert not check_name("callback", Position("f"), Findings(), RESERVED_VARIABLES)
    assert not check_name("into", Position("f"), Findings(), RESERVED_EXITS)
    assert check_name("into", Position("f"), Findings(), RESERVED_VARIABLES)
