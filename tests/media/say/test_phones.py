"""Phone numbers are cut as the people of the home country cut them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.media.say import FormatError
from ivr.media.say.phones import phone_of, short_groups
from ivr.media.say.wording import PhoneForm


@pytest.mark.parametrize(
    ("number", "country", "groups", "foreign"),
    [
        ("+905321112233", "TR", "0532 111 22 33", False),
        ("05321112233", "TR", "0532 111 22 33", False),
        ("+905321112233", "DE", "90 532 111 22 33", True),
        ("+908502220000", "TR", "0850 222 00 00", False),
        ("+4930123456", "DE", "030 123456", False),
        ("+12025550123", "US", "202 555 0123", False),
        ("112", "TR", "112", False),
        ("1001", "TR", "1001", False),
        ("+99912345", "TR", "999 123 45", True),
        ("12345", "??", "123 45", False),
    ],
)
def test_a_number_is_cut_for_its_country(
    number: str, country: str, groups: str, foreign: bool
) -> None:
    assert phone_of(number, country) == PhoneForm(tuple(groups.split(" ")), foreign)


@pytest.mark.parametrize("bad", ["", "alice", "+", "0532 111", "٠٥٣٢١١١٢٢٣٣", "1" * 18])
def test_what_is_no_number_is_refused(bad: str) -> None:
    with pytest.raises(FormatError):
        phone_of(bad, "TR")


@given(st.from_regex(r"\+?[0-9]{2,17}", fullmatch=True))
def test_any_row_of_digits_is_cut_into_groups_of_digits(number: str) -> None:
    groups = phone_of(number, "TR").groups
    assert all(group.isdigit() for group in groups)
    assert groups


@given(st.from_regex(r"[0-9]{2,30}", fullmatch=True))
def test_short_groups_lose_nothing_and_leave_no_single_digit(digits: str) -> None:
    groups = short_groups(digits)
    assert "".join(groups) == digits
    assert all(2 <= len(group) <= 3 for group in groups)
