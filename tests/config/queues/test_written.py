"""Forms of values of queues: lists by name, lengths of time, speeds, levels, titles."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ivr.config.queues.written import is_numeric, titled

if TYPE_CHECKING:
    from tests.config.conftest import Problems


def test_a_title_is_one_text_or_one_for_each_language() -> None:
    assert titled(None, "cards") == {"": "cards"}
    assert titled("Kart", "cards") == {"": "Kart"}
    assert titled({"tr": "Kart", "en": "Card"}, "cards") == {"tr": "Kart", "en": "Card", "": "Kart"}


@pytest.mark.parametrize(
    ("text", "numeric"), [("0", True), ("10", True), ("11", False), ("vip", False)]
)
def test_priorities_are_classes_or_numbers_to_ten(text: str, numeric: bool) -> None:
    assert is_numeric(text) is numeric


@pytest.mark.parametrize(
    ("inside", "line"),
    [
        ("ageing: 5", '26 C103 error "5" is no speed of ageing; write 0.25 to 4, as in 1.5'),
        ("ageing: fast", '26 C103 error "fast" is no speed of ageing'),
        ("longest: 20", '27 C103 error "20" is not a duration; write 20s or 20m'),
        ("need: {a: {max: 101}}", '34 C103 error "101" is not a level; write 0 to 100, or null'),
        ("need: {a: {max: none}}", '34 C103 error "none" is not a level'),
        ("members: {teams: [a, a]}", '35 C131 error "a" stands here twice'),
        ("members: {teams: [[a]]}", "35 C104 error a list of names is wanted here"),
        ("members: {teams: {a: {offset: -11m}}}", '48 C103 error "-11m" is out of range; -600s'),
    ],
)
def test_a_value_of_a_wrong_form_is_told_at_its_place(
    problems: Problems, inside: str, line: str
) -> None:
    found = problems(f"queues: {{cards: {{{inside}}}, loans: {{}}}}")
    assert found[0].startswith(f"1:{line}"), found
    assert len(found) == 1
