"""Writing lookups: nothing in a value can change where the question goes."""

from __future__ import annotations

import json
from datetime import date, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from yarl import URL

from ivr.cti.sources.question import UnsendableError, fill_address, to_body, written
from ivr.domain.values import Money, Sealed
from ivr.flow.types import Type

if TYPE_CHECKING:
    from ivr.domain.values import Value

TEMPLATE = "https://crm.example/a/{one}/b?x={two}&y=1"


@given(st.text(), st.text(min_size=1))
def test_any_value_stays_one_segment_or_one_query_value(two: str, one: str) -> None:
    inputs = {"one": one.replace("\ud800", ""), "two": two}
    try:
        filled = fill_address(TEMPLATE, inputs)
    except (UnsendableError, UnicodeEncodeError):
        return
    parts = urlsplit(filled)
    assert (parts.scheme, parts.netloc) == ("https", "crm.example")
    assert len(parts.path.split("/")) == 4
    assert parse_qs(parts.query, keep_blank_values=True, strict_parsing=True, errors="strict") == {
        "x": [two],
        "y": ["1"],
    }
    sent = URL(filled)  # the client's own reading of it
    assert sent.raw_path.count("/") == 3
    assert sent.parts[2] == one
    assert sent.query == {"x": two, "y": "1"}


@pytest.mark.parametrize("value", ["", ".", ".."])
def test_a_value_may_not_climb_the_path(value: str) -> None:
    with pytest.raises(UnsendableError):
        fill_address(TEMPLATE, {"one": value, "two": "x"})
    assert fill_address("https://x.example/v{one}", {"one": ".."}) == "https://x.example/v.."


def test_a_missing_input_leaves_its_part_of_the_query_out() -> None:
    assert fill_address("https://x.example/?a={a}&b=2", {"a": None}) == "https://x.example/?b=2"
    assert fill_address("https://x.example/?a={a}", {}) == "https://x.example/"
    assert fill_address("https://x.example?a={a}", {"a": "1"}) == "https://x.example?a=1"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("+90 5", "+90 5"),
        (Decimal("1.50"), "1.50"),
        (Decimal("1E+2"), "100"),
        (Money(Decimal("3.20"), "TRY"), "3.20"),
        (True, "true"),
        (False, "false"),
        (date(2026, 1, 2), "2026-01-02"),
        (time(9, 5), "09:05:00"),
        (timedelta(seconds=90), "1m30s"),
    ],
)
def test_values_are_written_plainly(value: Value, text: str) -> None:
    assert written(value) == text


@pytest.mark.parametrize("value", [None, Sealed("1234"), ("a",), {"a": "b"}])
def test_other_values_do_not_fit_into_an_address(value: Value) -> None:
    with pytest.raises(UnsendableError):
        written(value)


def test_a_body_holds_what_the_source_takes_in_its_order() -> None:
    takes = {
        name: Type("text", optional=True) for name in ("b", "a", "n", "m", "l", "d", "t", "gone")
    }
    inputs: dict[str, Value] = {
        "a": 'x"ğ\n',
        "b": True,
        "n": Decimal("1.10"),
        "m": Money(Decimal("2.00"), "TRY"),
        "l": ("a", Decimal(1)),
        "d": date(2026, 1, 2),
        "t": None,
        "other": "not taken",
    }
    body = to_body(inputs, takes, private=True)
    assert body == (
        '{"b":true,"a":"x\\"ğ\\n","n":1.10,"m":2.00,"l":["a",1],"d":"2026-01-02"}'.encode()
    )
    json.loads(body)


def test_a_sealed_value_leaves_only_where_it_is_asked_for_and_unread() -> None:
    takes = {"card": Type("digits", sealed=True)}
    inputs: dict[str, Value] = {"card": Sealed("4532")}
    assert to_body(inputs, takes, private=True) == b'{"card":"4532"}'
    with pytest.raises(UnsendableError) as caught:
        to_body(inputs, takes, private=False)
    assert "4532" not in str(caught.value)
    with pytest.raises(UnsendableError):
        to_body(inputs, {"card": Type("digits")}, private=True)
