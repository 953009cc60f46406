"""Types as written, literals, and which type fits where."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.domain.values import Money, Value
from ivr.flow.types import (
    DIGITS,
    LANGUAGE,
    NUMBER,
    PHONE,
    STANDARD,
    TEXT,
    UNKNOWN,
    Type,
    TypeNameError,
    assignable,
    field_type,
    nearest,
    parse_literal,
    parse_type,
    standard_type,
    write_duration,
)

CUSTOMER = Type("customer", fields={"id": TEXT, "vip": Type("bool")})


def typed(text: str) -> Type:
    return parse_type(text, currency="TRY", records={"customer": CUSTOMER})


@pytest.mark.parametrize(
    "text",
    [
        *("text", "digits?", "number", "bool?", "date", "time", "datetime?", "duration", "phone"),
        *("language", "sealed digits", "sealed digits?", "list text", "list money(USD)?"),
        *("money(TRY)", "ticket", "customer?"),
    ],
)
def test_a_type_reads_back_as_written(text: str) -> None:
    assert str(typed(text)) == text


def test_plain_money_is_in_the_currency_of_the_config() -> None:
    assert typed("money") == Type("money", currency="TRY")
    assert typed("money(USD)?") == Type("money", currency="USD", optional=True)


def test_a_record_brings_its_fields() -> None:
    assert field_type(typed("customer?"), ("vip",)) == Type("bool")
    assert field_type(typed("customer"), ("nobody", "x")) is None
    assert field_type(typed("ticket"), ("number",)) == TEXT
    assert typed("customer").is_record
    assert not typed("list text").is_record


@pytest.mark.parametrize(
    ("text", "suggestion"),
    [
        ("nmber", "number"),
        ("custmer?", "customer"),
        ("string", ""),
        ("money(usd)", ""),
        ("money(USD", ""),
        ("text(TRY)", ""),
        ("sealed customer", ""),
        ("sealed money", ""),
        ("sealed", ""),
        ("list", ""),
        ("list list text", ""),
        ("list sealed digits", ""),
        ("", ""),
        ("text text", ""),
        ("text??", "text"),
    ],
)
def test_a_type_that_does_not_exist_is_named(text: str, suggestion: str) -> None:
    with pytest.raises(TypeNameError) as caught:
        typed(text)
    assert caught.value.suggestion == suggestion
    assert caught.value.message


@pytest.mark.parametrize(
    ("given_type", "wanted", "fits"),
    [
        ("digits", "text", True),
        ("phone", "text", True),
        ("language", "text", True),
        ("text", "digits", False),
        ("phone", "digits", False),
        ("number", "text", False),
        ("text", "text?", True),
        ("text?", "text", False),
        ("text?", "text?", True),
        ("sealed digits", "digits", False),
        ("digits", "sealed digits", False),
        ("sealed digits", "sealed digits?", True),
        ("sealed digits", "sealed text", True),
        ("money", "money(TRY)", True),
        ("money", "money(USD)", False),
        ("money", "number", False),
        ("number", "money", False),
        ("list digits", "list text", True),
        ("list text", "list digits", False),
        ("list text", "text", False),
        ("customer", "customer?", True),
        ("customer", "ticket", False),
    ],
)
def test_what_fits_where(given_type: str, wanted: str, fits: bool) -> None:
    assert assignable(typed(given_type), typed(wanted)) is fits


def test_an_empty_list_and_an_unknown_type_fit() -> None:
    assert assignable(Type("list"), typed("list digits"))
    assert assignable(UNKNOWN, NUMBER)
    assert assignable(NUMBER, UNKNOWN)


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("12.50", "number", Decimal("12.50")),
        ("-0", "number", Decimal(0)),
        ("0212", "digits", "0212"),
        ("0212", "text", "0212"),
        ("", "digits", ""),
        ("1*2#", "digits", "1*2#"),
        ("+905321112233", "phone", "+905321112233"),
        ("tr", "language", "tr"),
        ("en-GB", "language?", "en-GB"),
        ("12.5", "money", Money(Decimal("12.5"), "TRY")),
        ("-12", "money(USD)", Money(Decimal(-12), "USD")),
        ("true", "bool", True),
        ("false", "bool", False),
        ("2026-11-23", "date", date(2026, 11, 23)),
        ("09:05", "time", time(9, 5)),
        ("2026-11-23 10:30 UTC", "datetime", datetime(2026, 11, 23, 10, 30, tzinfo=UTC)),
        ("1m30s", "duration", timedelta(seconds=90)),
        ("1d2h3m4s5ms", "duration", timedelta(1, 4, 5000, 0, 3, 2)),
        ("~", "text", "~"),
    ],
)
def test_a_literal_becomes_a_value(text: str, kind: str, value: Value) -> None:
    read = parse_literal(text, typed(kind))
    assert read == value
    assert type(read) is type(value)


def test_a_moment_takes_its_zone_by_name() -> None:
    moment = parse_literal("2026-11-23 10:30 Europe/Istanbul", typed("datetime"), zone_of=ZoneInfo)
    assert moment == datetime(2026, 11, 23, 7, 30, tzinfo=UTC)
    with pytest.raises(ValueError, match="no time zone"):
        parse_literal("2026-11-23 10:30 Moon/Sea", typed("datetime"), zone_of=ZoneInfo)


@pytest.mark.parametrize(
    ("text", "kind", "sentence"),
    [
        ("1e3", "number", "not a number"),
        ("+5", "number", "not a number"),
        ("1,5", "number", "not a number"),
        ("٣", "number", "not a number"),
        ("1" * 16, "number", "too long"),
        ("0." + "1" * 16, "number", "too long"),
        ("1.234", "money", "not an amount"),
        ("12 TL", "money", "not an amount"),
        ("12a", "digits", "not digits"),
        ("١٢", "digits", "not digits"),
        ("05321112233", "phone", "not a phone number"),
        ("TR", "language", "not a language"),
        ("yes", "bool", '"yes" is not true or false; write true'),
        ("Off", "bool", "write false"),
        ("True", "bool", "write true"),
        ("1", "bool", "not true or false$"),
        ("2026-02-30", "date", "not a day of the calendar"),
        ("23.11.2026", "date", "not a date"),
        ("9:00", "time", "not a time"),
        ("24:00", "time", "not a time"),
        ("2026-11-23 10:30", "datetime", "not a moment"),
        ("2026-11-23 10:30 Europe/Istanbul", "datetime", "not known here"),
        ("6", "duration", '"6" is not a duration; write 6s or 6m'),
        ("1w", "duration", "not a duration"),
        ("999999999d999999999d", "duration", "too long"),
        ("x" * 10_001, "text", "at most 10000"),
        ("1", "list text", "cannot be written"),
        ("1", "customer", "cannot be written"),
        ("1234", "sealed digits", "never written down"),
    ],
)
def test_a_literal_of_the_wrong_shape_gets_a_sentence(text: str, kind: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        parse_literal(text, typed(kind))


@given(st.integers(0, 10**10))
def test_a_duration_written_down_reads_back(length_ms: int) -> None:
    length = timedelta(milliseconds=length_ms)
    assert parse_literal(write_duration(length), Type("duration")) == length


def test_a_negative_duration_has_a_sign() -> None:
    assert write_duration(timedelta(hours=-2)) == "-2h"
    assert write_duration(timedelta(microseconds=-5)) == "0s"


def test_standard_names_have_types() -> None:
    assert standard_type(("call", "ani")) == Type("phone", optional=True)
    assert standard_type(("call", "language")) == LANGUAGE
    assert standard_type(("call", "dnis")) == PHONE
    assert standard_type(("hours", "branch", "closes_at")) == Type("datetime", optional=True)
    assert standard_type(("queues", "cards", "waiting")) == NUMBER
    assert standard_type(("call", "from")) is None
    assert standard_type(("hours", "branch", "x")) is None
    assert len(STANDARD) == 27


def test_near_names_are_at_most_two_mistakes_away() -> None:
    assert nearest("balnce", ["balance", "loans"]) == "balance"
    assert nearest("blnc", ["balance"]) == ""
    assert nearest("ab", ["xy"]) == ""
    assert nearest("x", []) == ""
    assert nearest("digit", [DIGITS.name]) == "digits"
