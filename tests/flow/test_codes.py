"""The register of codes: whole, in order, and written for a person who has the mistake."""

from __future__ import annotations

import re

import pytest

from ivr.flow.codes import CODES, Code
from ivr.flow.remedies import (
    config,
    files,
    listening,
    names,
    queues,
    running,
    shapes,
    surveys,
    tickets,
    ways,
    world,
)

PARTS = (files, shapes, names, listening, ways, world, tickets, surveys, config, queues, running)


def test_a_code_is_a_letter_and_three_digits_or_names_the_queues() -> None:
    assert [
        code for code in CODES if not re.fullmatch(r"[FCTE]\d{3}|V\d{2}|(ACD|ALM)-[EW]\d{2}", code)
    ] == []


def test_no_code_stands_in_two_parts() -> None:
    assert len(CODES) == sum(len(part.CODES) for part in PARTS)


def test_codes_stand_in_order_within_their_letter() -> None:
    for letter in ("F", "V", "C", "ACD-E", "ACD-W", "ALM-E", "T", "E"):
        found = [code for code in CODES if code.startswith(letter)]
        assert found == sorted(found)
        assert found


@pytest.mark.parametrize("code", CODES)
def test_every_page_says_what_it_means_and_what_to_do(code: str) -> None:
    page = CODES[code]
    assert 3 <= len(page.title) <= 60
    assert not page.title.endswith(".")
    assert page.meaning.endswith((".", "!"))
    assert len(page.meaning) > 20
    assert len(page.remedy) > 10


def test_titles_tell_codes_apart() -> None:
    said: dict[tuple[str, str], list[str]] = {}
    for code, page in CODES.items():
        said.setdefault((code[0], page.title), []).append(code)
    assert [codes for codes in said.values() if len(codes) > 1] == []


def test_a_page_cannot_be_changed() -> None:
    with pytest.raises(AttributeError):
        Code("a", "b", "c").title = "d"  # type: ignore[misc]
