"""Values of a form: what is taken, what is refused, and that what is stored is taken again."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.domain.values import Money, Sealed
from ivr.tickets.form_values import FieldError, fill, is_blank, missing
from ivr.tickets.forms import TYPES, Form, FormField

FIELDS = {
    "text": FormField("x", "text", most=10),
    "digits": FormField("x", "digits", length=(4, 10)),
    "money": FormField("x", "money", currency="TRY"),
    "enum": FormField("x", "enum", choices={"lost": {}, "stolen": {}}),
}


def one(kind: str, *, required: bool = False) -> Form:
    field = FIELDS.get(kind, FormField("x", kind))
    return Form({"x": replace(field, required=required)})


@pytest.mark.parametrize(
    ("kind", "given_value", "stored"),
    [
        ("text", "  Kadıköy ", "Kadıköy"),
        ("digits", "4532", "4532"),
        ("digits", "0042 1234", "00421234"),
        ("number", "12.50", 12.5),
        ("number", 3, 3),
        ("number", 2.0, 2),
        ("number", Decimal("-0.125"), -0.125),
        ("number", 1e3, 1000),
        ("integer", "42", 42),
        ("integer", Decimal("42.0"), 42),
        ("money", "10.5", 1050),
        ("money", 1050, 1050),
        ("money", Decimal("0.01"), 1),
        ("money", Money(Decimal("1520.75"), "TRY"), 152075),
        ("boolean", True, True),
        ("boolean", "false", False),
        ("date", "2026-11-23", "2026-11-23"),
        ("date", date(2026, 11, 23), "2026-11-23"),
        ("phone", "0532 111 22 33", "+905321112233"),
        ("phone", "+905321112233", "+905321112233"),
        ("email", "ayse@example.com", "ayse@example.com"),
        ("enum", "stolen", "stolen"),
    ],
)
def test_what_is_taken(kind: str, given_value: object, stored: object) -> None:
    filled = fill(one(kind), {"x": given_value}, "TR")
    assert filled.errors == ()
    assert filled.values == {"x": stored}
    assert type(filled.values["x"]) is type(stored)
    assert fill(one(kind), filled.values, "TR") == filled


@pytest.mark.parametrize(
    ("kind", "given_value", "code"),
    [
        ("text", "12345678901", "too-long"),
        ("text", 12, "wrong-type"),
        ("digits", "12a4", "wrong-type"),
        ("digits", "１２３４", "wrong-type"),
        ("digits", "123", "length"),
        ("digits", "12345678901", "length"),
        ("digits", 1234, "wrong-type"),
        ("number", "12,5", "wrong-type"),
        ("number", "1e3", "wrong-type"),
        ("number", True, "wrong-type"),
        ("number", float("nan"), "wrong-type"),
        ("number", float("inf"), "wrong-type"),
        ("number", "1234567890.1234567", "too-long"),
        ("number", "1" * 30, "too-long"),
        ("number", [1], "wrong-type"),
        ("number", 10**40, "wrong-type"),
        ("number", Decimal("1E+999999"), "wrong-type"),
        ("number", Decimal("sNaN"), "wrong-type"),
        ("integer", "4.5", "wrong-type"),
        ("money", 10.5, "wrong-type"),
        ("money", True, "wrong-type"),
        ("money", "10.555", "wrong-type"),
        ("money", Money(Decimal(10), "EUR"), "wrong-type"),
        ("boolean", "yes", "wrong-type"),
        ("boolean", [], "wrong-type"),
        ("date", "23.11.2026", "wrong-type"),
        ("date", "2026-02-30", "wrong-type"),
        ("date", datetime(2026, 11, 23, tzinfo=UTC), "wrong-type"),
        ("phone", "112", "wrong-type"),
        ("phone", "0532123456", "wrong-type"),
        ("phone", 5321112233, "wrong-type"),
        ("email", "ayse@", "wrong-type"),
        ("email", "a b@example.com", "wrong-type"),
        ("email", "a" * 250 + "@example.com", "too-long"),
        ("enum", "broken", "not-a-choice"),
        ("enum", ["lost"], "not-a-choice"),
        ("text", Sealed("1234"), "wrong-type"),
    ],
)
def test_what_is_refused(kind: str, given_value: object, code: str) -> None:
    filled = fill(one(kind), {"x": given_value}, "TR")
    assert [each.code for each in filled.errors] == [code]
    assert filled.values == {}
    assert "1234" not in str(filled.errors) or not isinstance(given_value, Sealed)


def test_every_field_is_told_and_the_right_ones_are_kept() -> None:
    form = Form(
        {
            "a": FormField("a", "digits", required=True, length=(4, 4)),
            "b": FormField("b", "text", required=True),
            "c": FormField("c", "date"),
        }
    )
    filled = fill(form, {"a": "12", "c": "2026-11-23", "d": "?"}, "TR")
    assert filled.values == {"c": "2026-11-23"}
    assert filled.errors == (
        FieldError("d", "unknown", "the form has no such field; its fields: a, b, c"),
        FieldError("a", "length", "a has 2 digits, 4 are wanted"),
        FieldError("b", "missing", "b is needed"),
    )


def test_a_ticket_may_be_opened_before_all_values_are_there() -> None:
    form = one("text", required=True)
    assert fill(form, {}, "TR", whole=False).errors == ()
    assert missing(form, {}) == ("x",)
    assert missing(form, {"x": " "}) == ("x",)
    assert missing(form, {"x": "a"}) == ()


@pytest.mark.parametrize("kind", TYPES)
def test_nothing_is_no_value_of_any_type(kind: str) -> None:
    for blank in (None, "", "  "):
        assert is_blank(blank)
        assert fill(one(kind), {"x": blank}, "TR").values == {}


def test_false_and_nought_are_values() -> None:
    assert not is_blank(False)
    assert not is_blank(0)


JSON = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30)


@given(st.sampled_from(TYPES), JSON | st.lists(JSON, max_size=2) | st.decimals())
def test_nothing_breaks_the_check_and_all_it_gives_is_json_that_it_takes_again(
    kind: str, value: object
) -> None:
    filled = fill(one(kind), {"x": value}, "TR")
    assert len(filled.values) + len(filled.errors) <= 1
    again = json.loads(json.dumps(dict(filled.values), allow_nan=False))
    assert fill(one(kind), again, "TR").values == filled.values
