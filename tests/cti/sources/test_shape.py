"""From what systems answer to the values of flows."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.config.calendars import find_zone
from ivr.cti.sources.shape import Customs, Mismatch, clean_text, to_record, to_value
from ivr.domain.values import Money
from ivr.flow.types import SCALARS, Type, parse_type

if TYPE_CHECKING:
    from ivr.cti.sources.shape import Raw
    from ivr.domain.values import Value

ISTANBUL = ZoneInfo("Europe/Istanbul")
HERE = Customs("TR", ISTANBUL, find_zone)


def kind(text: str) -> Type:
    """A type as written."""
    return parse_type(text, currency="TRY", records={})


@pytest.mark.parametrize(
    ("raw", "wanted", "value"),
    [
        ("Ayşe", "text", "Ayşe"),
        ("", "text", ""),
        ("a\x00b\u2028", "text", "ab"),
        ("007#", "digits", "007#"),
        (12, "number", Decimal(12)),
        (Decimal("0.5"), "number", Decimal("0.5")),
        ("12.5", "number", Decimal("12.5")),
        (1520, "money", Money(Decimal(1520), "TRY")),
        (Decimal("1.50"), "money", Money(Decimal("1.50"), "TRY")),
        ("1520.75", "money", Money(Decimal("1520.75"), "TRY")),
        (Decimal("2.5000"), "money(USD)", Money(Decimal("2.50"), "USD")),
        (True, "bool", True),
        ("false", "bool", False),
        ("2026-11-23", "date", date(2026, 11, 23)),
        ("09:30", "time", time(9, 30)),
        (90, "duration", timedelta(seconds=90)),
        ("1m30s", "duration", timedelta(seconds=90)),
        ("0532 111 22 33", "phone", "+905321112233"),
        ("tr", "language", "tr"),
        ("2026-11-23T10:30:00Z", "datetime", datetime(2026, 11, 23, 10, 30, tzinfo=UTC)),
        ("2026-11-23T10:30:00", "datetime", datetime(2026, 11, 23, 10, 30, tzinfo=ISTANBUL)),
        (
            "2026-11-23T10:30:00+02:00",
            "datetime",
            datetime(2026, 11, 23, 10, 30, tzinfo=timezone(timedelta(hours=2))),
        ),
        ("2026-11-23 10:30 UTC", "datetime", datetime(2026, 11, 23, 10, 30, tzinfo=UTC)),
        (["a", "b"], "list text", ("a", "b")),
        ([], "list number", ()),
    ],
)
def test_values_are_read(raw: Raw, wanted: str, value: Value) -> None:
    assert to_value(raw, kind(wanted), HERE) == value


@pytest.mark.parametrize(
    ("raw", "wanted"),
    [
        *((7, "text"), (True, "text"), (["a"], "text"), ("x" * 10_001, "text"), ({}, "text")),
        *(
            (12, "digits"),
            ("12a", "digits"),
            ("abc", "number"),
            (True, "number"),
            ("1e3", "number"),
        ),
        *((10**16, "number"), (Decimal("1e400"), "number"), (Decimal("1e-40"), "number")),
        *((Decimal("1.005"), "money"), ("1.005", "money"), (True, "money"), ("", "money")),
        *((1, "bool"), ("yes", "bool"), ("2026-02-30", "date"), (20261123, "date")),
        *(("9:30", "time"), (-1, "duration"), ("90", "duration"), (10**12, "duration")),
        *(("12", "phone"), (905321112233, "phone"), ("Turkish", "language")),
        *(("2026-11-23", "datetime"), ("2026-13-01T00:00", "datetime"), (5, "datetime")),
        *(("a", "list text"), ([1], "list text"), (["a"] * 101, "list text"), (None, "text")),
        ([None], "list text"),
    ],
)
def test_a_wrong_value_is_refused_without_repeating_it(raw: Raw, wanted: str) -> None:
    with pytest.raises(ValueError, match=r"^(this is not a|there is no) \w") as caught:
        to_value(raw, kind(wanted), HERE)
    assert str(raw) not in str(caught.value) or str(raw) in {"", "a"}


def test_a_required_field_must_fit_and_an_optional_one_is_missing() -> None:
    gives = {"id": kind("text"), "vip": kind("bool?"), "age": kind("number?")}
    assert to_record({"id": "C", "vip": "maybe"}, gives, HERE) == {
        "id": "C",
        "vip": None,
        "age": None,
    }
    assert to_record({"vip": True}, gives, HERE) == Mismatch("id", "there is no text")
    assert to_record("no record", gives, HERE) == Mismatch("id", "there is no text")


def test_fields_are_found_by_their_way() -> None:
    gives = {"debt": kind("money"), "first": kind("text?")}
    routes: dict[str, tuple[str | int, ...]] = {
        "debt": ("accounts", 0, "debt"),
        "first": ("tags", 5),
    }
    raw: Raw = {"accounts": [{"debt": 3}], "tags": ["a"]}
    assert to_record(raw, gives, HERE, routes) == {"debt": Money(Decimal(3), "TRY"), "first": None}
    assert isinstance(to_record({"accounts": "text"}, gives, HERE, routes), Mismatch)
    assert isinstance(to_record({"accounts": {"0": {}}}, gives, HERE, routes), Mismatch)


def test_text_has_one_spelling() -> None:
    assert clean_text("S\u0327u\u0308\r\n\tx") == "Şü\n\tx"


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text() | st.decimals(),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
        max_leaves=5,
    ),
    st.sampled_from([*SCALARS, "list text"]),
)
def test_whatever_comes_is_a_value_or_a_mismatch(raw: Raw, wanted: str) -> None:
    record = to_record({"x": raw}, {"x": kind(wanted)}, HERE)
    assert isinstance(record, dict | Mismatch)
