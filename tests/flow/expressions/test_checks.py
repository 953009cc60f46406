"""Check digits: published examples, and every single wrong digit found."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.flow.expressions import (
    checks,
)

if TYPE_CHECKING:
    from collections.abc import Callable


@given(st.text("0123456789", min_size=1, max_size=18), st.integers(0, 9))
def test_luhn_finds_each_single_wrong_digit(digits: str, wrong: int) -> None:
    check = next(d for d in "0123456789" if checks.luhn(digits + d))
    damaged = str(wrong) + digits[1:] + check
    assert checks.luhn(damaged) is (damaged == digits + check)


@pytest.mark.parametrize(
    ("check", "valid"),
    [
        (checks.tckn, "10000000146"),
        (checks.tckn, "17291716060"),
        (checks.vkn, "4540536920"),
        (checks.iban, "TR330006100519786457841326"),
        (checks.iban, "GB29NWBK60161331926819"),
        (checks.iban, "NO9386011117947"),
        (checks.iban, "MT84MALT011000012345MTLCAST001S"),
    ],
)
def test_a_published_number_is_right_and_each_wrong_digit_is_found(
    check: Callable[[str], bool], valid: str
) -> None:
    assert check(valid)
    for place, right in enumerate(valid):
        if right.isdigit():
            for digit in "0123456789".replace(right, ""):
                assert not check(valid[:place] + digit + valid[place + 1 :])


@pytest.mark.parametrize("check", [checks.luhn, checks.iban, checks.tckn, checks.vkn])
@pytest.mark.parametrize("text", ["", " ", "x", "\n", "١٢٣٤٥٦٧٨٩٠", "9" * 9_999, "TR", "*#"])
def test_what_is_no_such_number_at_all_is_wrong(check: Callable[[str], bool], text: str) -> None:
    assert not check(text)


def test_the_length_of_the_country_counts() -> None:
    for country in ("TR", "DE", "GB"):
        rests = (f"{number:02}" for number in range(100))
        assert not any(checks.iban(f"{country}{rest}00061005197") for rest in rests)


def test_a_mask_shows_four_of_at_least_twelve() -> None:
    assert checks.mask("4532015112830366") == "**** 0366"
    assert checks.mask("12345678901") == "****"
    assert checks.mask("") == "****"
