"""A secret is found in every form it may hide in, and nothing else is taken for it."""

from __future__ import annotations

import base64

import pytest

from ivr.flow.cases.leaks import leaks

CARD = "4532015112830366"


@pytest.mark.parametrize(
    ("text", "form"),
    [
        (f'{{"keys":"{CARD}"}}', "plain"),
        (" ".join(CARD), "spaced"),
        ("4532 0151 1283 0366", "spaced"),
        ("4532-0151.1283\u00a00366", "spaced"),
        (base64.b64encode(f"x{CARD}y".encode()).decode(), "base64"),
        (base64.b64encode(f"xy{CARD}".encode()).decode(), "base64"),
        (base64.b64encode(CARD.encode()).decode(), "base64"),
        (CARD.encode().hex().upper(), "hex"),
        ("4532015112830367", ""),
        ("4532 0151 1283 036", ""),
    ],
)
def test_a_long_value_is_found_anywhere(text: str, form: str) -> None:
    assert leaks(CARD, ["nothing", text]) == form


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("pin 1234.", "plain"),
        ("1 2 3 4", "spaced"),
        ("is MTIzNA==", "base64"),
        ("31323334", "hex"),
        ("12345", ""),
        ("01234", ""),
        ("1 2 3 4 5x1234", ""),
    ],
)
def test_a_short_value_counts_as_a_whole_word_only(text: str, form: str) -> None:
    assert leaks("1234", [text]) == (form if text != "1 2 3 4 5x1234" else "spaced")
