"""The check of calls: kinds of arguments, secrets, what a call gives."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ivr.flow.expressions import (
    Inferred,
)

Check = Callable[..., Inferred]
Codes = Callable[..., list[str]]


@pytest.mark.parametrize(
    "text",
    [
        *("pin + 'x'", "-pin", "pin in ['1']", "[pin]", "pin < pin", "text(pin)", "upper(pin)"),
        *("number(pin)", "like(pin, '1*')", "matches(pin, '1')", "contains(pin, '1')"),
        *("hash(pin, 10)", "min(pin, pin)", "'1' in [pin]", "pin == pin < pin"),
    ],
)
def test_a_secret_is_read_only_by_the_few_that_may(codes: Codes, text: str) -> None:
    assert set(codes(text)) == {"F702"}


@pytest.mark.parametrize("name", ["len", "luhn", "damm", "iban", "tckn", "vkn", "mask"])
def test_six_functions_may_read_a_secret(codes: Codes, name: str) -> None:
    assert codes(f"{name}(pin)") == []
    assert codes(f"{name}(entered)") == []
    assert codes(f"{name}(age)") == ["F302"]
    assert codes(f"{name}(card)") == ["F303"]


def test_known_and_default_do_not_open_a_secret(check: Check) -> None:
    assert check("known(card)", "bool").problems == ()
    assert check("known(card) and luhn(card)", "bool").problems == ()
    assert check("default(card, pin)").type.sealed


def test_each_wrong_argument_is_told(check: Check) -> None:
    found = check("contains(age, flag)")
    assert [problem.message for problem in found.problems] == [
        "contains wants text, age is a number",
        "contains wants text, flag is true or false",
    ]


def test_visits_names_a_node_of_this_flow(check: Check) -> None:
    assert check("visits('main')").problems == ()
    assert check("visits('ask_pn')").problems[0].hint == 'did you mean "ask_pin"?'
    assert check("visits('elsewhere')").problems[0].hint == ""
