"""Which format takes which type and which argument (F504)."""

from __future__ import annotations

import pytest

from ivr.media.say import FORMATS, accepts, format_problem

TYPES = (
    *("text", "digits", "number", "money", "bool", "date", "time", "datetime", "duration"),
    *("phone", "language", "ticket", "list text"),
)


@pytest.mark.parametrize(
    ("fmt", "takes"),
    [
        ("", {"text", "digits", "language"}),
        ("number", {"number"}),
        ("ordinal", {"number"}),
        ("percent", {"number"}),
        ("money", {"money"}),
        ("digits", {"digits", "text"}),
        ("code", {"text", "digits"}),
        ("phone", {"phone"}),
        ("date", {"date"}),
        ("time", {"time"}),
        ("datetime", {"datetime"}),
        ("duration", {"duration"}),
        ("count", {"number"}),
        ("shout", set()),
    ],
)
def test_each_format_takes_its_types_only(fmt: str, takes: set[str]) -> None:
    assert {name for name in TYPES if accepts(fmt, name)} == takes


def test_money_is_taken_in_the_currencies_we_can_say() -> None:
    assert accepts("money", "money(USD)")
    assert accepts("money", "money?")
    assert accepts("money", "money(AZN)?")
    assert not accepts("money", "money(JPY)")
    assert not accepts("number", "money(USD)")


def test_a_sealed_value_fits_no_format() -> None:
    assert not any(accepts(fmt, "sealed digits") for fmt in FORMATS)


@pytest.mark.parametrize(
    ("fmt", "argument"),
    [
        *((fmt, "") for fmt in FORMATS if fmt != "count"),
        *(("digits", "1"), ("digits", "9"), ("date", "full"), ("time", "at")),
        *(("datetime", "at"), ("duration", "about"), ("count", "a,b"), ("count", "a b, c d")),
    ],
)
def test_a_right_argument_is_no_problem(fmt: str, argument: str) -> None:
    assert format_problem(fmt, argument) is None


@pytest.mark.parametrize(
    ("fmt", "argument", "part"),
    [
        ("shout", "", 'no format "shout"; the formats are number, ordinal'),
        ("digits", "0", "group size from 1 to 9"),
        ("digits", "12", "group size"),
        ("date", "long", "only :full"),
        ("time", "full", "only :at"),
        ("datetime", "about", "only :at"),
        ("duration", "at", "only :about"),
        ("count", "", "words for one and for many"),
        ("count", "a", "words for one"),
        ("count", "a,", "words for one"),
        ("count", "a,b,c", "words for one"),
        ("money", "TRY", 'money takes no argument, found ":TRY"'),
    ],
)
def test_a_wrong_format_or_argument_is_explained(fmt: str, argument: str, part: str) -> None:
    assert part in (format_problem(fmt, argument) or "")
