"""Numbers as callers, networks and provider forms write them."""

from __future__ import annotations

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.domain.phone import mask_phone, national, parse_phone, withheld


@pytest.mark.parametrize(
    ("text", "country", "number"),
    [
        ("05321112233", "TR", "+905321112233"),
        ("5321112233", "TR", "+905321112233"),
        ("0532 111 22 33", "TR", "+905321112233"),
        ("(0532) 111-22-33", "tr", "+905321112233"),
        ("+905321112233", "TR", "+905321112233"),
        ("+90 532 111 22 33", "DE", "+905321112233"),
        ("+9005321112233", "TR", "+905321112233"),
        ("905321112233", "TR", "+905321112233"),
        ("00905321112233", "TR", "+905321112233"),
        ("0049 30 901820", "TR", "+4930901820"),
        ("0039 06 69821", "TR", "+390669821"),
        ("2015550123", "US", "+12015550123"),
        ("0011442083661177", "AU", "+442083661177"),
        ("4440333", "TR", "+904440333"),
        ("444 0 333", "TR", "+904440333"),
        ("08502220000", "TR", "+908502220000"),
        ("+15005550006", "TR", "+15005550006"),
        ("+447700900123", "TR", "+447700900123"),
        ("  05321112233 ", "TR", "+905321112233"),
    ],
)
def test_a_number_becomes_e164(text: str, country: str, number: str) -> None:
    assert parse_phone(text, country) == number


@pytest.mark.parametrize(
    "text",
    [
        "",
        "112",
        "155",
        "+90112",
        "0532111223",
        "5551234",
        "1234567890",
        "0000000000",
        "00",
        "+",
        "anonymous",
        "+266696687",
        "+7378742833",
        "+86282452253",
        "+999123456",
        "+90532111223344556677",
        "05321112233" * 4,
        "0532x1112233",
        "call 05321112233",
        "05321112233;ext=5",
        "٠٥٣٢١١١٢٢٣٣",
        "0532\n1112233",
        "1-800-FLOWERS",
    ],
)
def test_what_is_no_telephone_number_is_none(text: str) -> None:
    assert parse_phone(text, "TR") is None


def test_an_unknown_country_still_reads_international_numbers() -> None:
    assert parse_phone("+905321112233", "") == "+905321112233"
    assert parse_phone("05321112233", "XX") is None


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("112", "112"),
        ("101", "101"),
        ("4440333", "+904440333"),
        ("05321112233", "+905321112233"),
        ("7", None),
        ("1234567", None),
        ("anonymous", None),
    ],
)
def test_short_numbers_are_kept_where_asked_for(text: str, number: str | None) -> None:
    assert parse_phone(text, "TR", keep_short=True) == number


@given(st.text("+0123456789 -()", max_size=34), st.sampled_from(["TR", "DE", "US", "IT", "AZ"]))
def test_reading_a_number_again_changes_nothing(text: str, country: str) -> None:
    number = parse_phone(text, country)
    if number is not None:
        assert parse_phone(number, country) == number
        assert parse_phone("00" + number[1:], "TR") == number


@given(st.text(max_size=40))
def test_no_text_raises(text: str) -> None:
    parse_phone(text, "TR", keep_short=True)
    withheld(text)
    national(text, "TR")
    mask_phone(text)


@pytest.mark.parametrize(
    ("number", "country", "written"),
    [
        ("+905321112233", "TR", "0532 111 22 33"),
        ("+905321112233", "tr", "0532 111 22 33"),
        ("+904440333", "TR", "444 0 333"),
        ("+4930901820", "TR", "+49 30 901820"),
        ("+12015550123", "US", "(201) 555-0123"),
        ("112", "TR", "112"),
        ("", "TR", ""),
    ],
)
def test_the_national_form_is_for_people_at_home(number: str, country: str, written: str) -> None:
    assert national(number, country) == written


@pytest.mark.parametrize(
    "text",
    [
        "",
        "  ",
        "anonymous",
        "Anonymous",
        "Restricted",
        "unavailable",
        "sip:anonymous@anonymous.invalid",
        "sip:anonymous@10.0.0.1:5060",
        "<sip:anonymous@x.example>",
        "sip:thisisanonymous@anonymous.invalid",
        "sip:hidden@anonymous.invalid;user=phone",
        "sip:+266696687@x.example",
        "+266696687",
        "+7378742833",
        "+86282452253",
        "+2562533",
        "+8656696",
    ],
)
def test_a_hidden_caller_is_recognised(text: str) -> None:
    assert withheld(text)


@pytest.mark.parametrize(
    "text",
    ["+905321112233", "05321112233", "7378742833", "sip:anonymous.one@x.example", "112", "sip:a@b"],
)
def test_a_caller_who_shows_a_number_is_not_withheld(text: str) -> None:
    assert not withheld(text)


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("+905321112233", "+90•••••••33"),
        ("+90 532 111 22 33", "+90•••••••33"),
        ("+12015550123", "+1•••••••23"),
        ("+77011234567", "+7•••••••67"),
        ("+994501234567", "+994•••••••67"),
        ("05321112233", "•••••••33"),
        ("4440333", "•••••••33"),
        ("112", "•••••••"),
        ("", "•••••••"),
        ("+", "•••••••"),
        ("sip:ayse@example.org", "•••••••"),
    ],
)
def test_a_number_in_a_log_is_masked(text: str, masked: str) -> None:
    assert mask_phone(text) == masked


def test_the_mask_knows_every_country_code() -> None:
    for code in sorted(phonenumbers.COUNTRY_CODE_TO_REGION_CODE):
        assert mask_phone(f"+{code}5551234567") == f"+{code}•••••••67"
