"""Ticket numbers: the published examples, every wrong digit and every swap found, mail subjects."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.flow.expressions.checks import damm, damm_digit
from ivr.tickets.numbering import (
    Numbered,
    find_in,
    nearly_used_up,
    number_of,
    parts,
    prefix,
    shown,
    tag,
    valid,
    width_of,
)

ISTANBUL = ZoneInfo("Europe/Istanbul")
EXAMPLES = [
    (2026, 4217, "260042174"),
    (2026, 1, "260000019"),
    (2026, 999_999, "269999994"),
    (2026, 1_000_000, "2610000006"),
    (2027, 1, "270000016"),
]


@pytest.mark.parametrize(("year", "serial", "number"), EXAMPLES)
def test_the_published_examples(year: int, serial: int, number: str) -> None:
    assert number_of(year, serial) == number
    assert valid(number)
    assert parts(number) == Numbered(year % 100, serial)


def test_the_check_digit_of_its_author_is_right() -> None:
    assert damm_digit("572") == "4"
    assert damm("5724")
    assert not damm("5725")


@given(st.integers(0, 99), st.integers(1, 10**12 - 1))
def test_a_number_is_taken_apart_as_it_was_made(year: int, serial: int) -> None:
    number = number_of(year, serial)
    assert parts(number) == Numbered(year, serial)
    assert parts(shown(number)) == Numbered(year, serial)
    assert len(number) == width_of(serial) + 3


@pytest.mark.unmeasured
def test_every_wrong_digit_and_every_swap_of_neighbours_is_found() -> None:
    """20,000 numbers: 1.62 million wrong digits and 146 thousand swaps, none of them valid."""
    digits_tried = swaps_tried = 0
    for serial in range(1, 20_001):
        number = number_of(26, serial)
        for place, digit in enumerate(number):
            for other in "0123456789".replace(digit, ""):
                assert not damm(number[:place] + other + number[place + 1 :])
                digits_tried += 1
            after = number[place + 1 : place + 2]
            if after not in {"", digit}:
                assert not damm(number[:place] + after + digit + number[place + 2 :])
                swaps_tried += 1
    assert digits_tried == 20_000 * 9 * 9
    assert 100_000 < swaps_tried < 160_000


@pytest.mark.parametrize(
    "text",
    ["", "26", "26004217", "260042175", "26004217x", "260000000", "２60042174", "-260042174"],
)
def test_what_cannot_be_a_number(text: str) -> None:
    assert not valid(text)


def test_a_number_with_needless_zeros_or_serial_nought_is_none() -> None:
    for body in ("26000000", "260042170"):
        assert damm(body + damm_digit(body))
        assert not valid(body + damm_digit(body))
    assert not valid("1" * 30)


@pytest.mark.parametrize("serial", [0, -1, 10**12])
def test_a_serial_out_of_range_is_refused(serial: int) -> None:
    with pytest.raises(ValueError, match="no serial number"):
        number_of(2026, serial)


def test_the_shown_form_has_groups_of_three() -> None:
    assert shown("260042174") == "260 042 174"
    assert shown("2610000006") == "261 000 000 6"
    assert shown("260 042 174") == "260 042 174"


def test_the_year_is_that_of_the_tenants_zone_at_its_midnight() -> None:
    midnight = datetime(2027, 1, 1, tzinfo=ISTANBUL)
    assert prefix(midnight - timedelta(microseconds=1), ISTANBUL) == 26
    assert prefix(midnight, ISTANBUL) == 27
    assert prefix(datetime(2026, 12, 31, 21, 0, tzinfo=UTC), ISTANBUL) == 27
    assert prefix(datetime(2026, 12, 31, 21, 0, tzinfo=UTC), UTC) == 26
    assert prefix(datetime(2100, 5, 1, tzinfo=UTC), UTC) == 0


@pytest.mark.parametrize(
    ("serial", "told"),
    [(1, False), (899_999, False), (900_000, True), (999_999, True), (1_000_000, False)],
)
def test_somebody_is_told_when_nine_tenths_are_used(serial: int, told: bool) -> None:
    assert nearly_used_up(serial) is told


@pytest.mark.parametrize(
    ("subject", "number"),
    [
        ("Re: Fatura [#260042174]", "260042174"),
        ("AW: [#260042175] WG: [#260042174] Hatalı tutar", "260042174"),
        ("[#2610000006]", "2610000006"),
        ("[#260 042 174]", None),
        ("Invoice 260042174", None),
        ("[#260042175]", None),
        ("[#" + "2" * 100 + "]", None),
        ("", None),
    ],
)
def test_a_mail_finds_its_ticket_by_the_subject(subject: str, number: str | None) -> None:
    assert find_in(subject) == number


def test_a_subject_carries_what_is_found_in_it() -> None:
    assert tag("260 042 174") == "[#260042174]"
    assert find_in(f"Talebiniz {tag(number_of(26, 4217))}") == "260042174"
