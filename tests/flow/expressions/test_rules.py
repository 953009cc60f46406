"""Which types go together."""

from __future__ import annotations

import pytest

from ivr.flow.expressions.rules import (
    Found,
    arithmetic_type,
    fits,
    joined,
    noun,
    refused_equality,
    refused_order,
)
from ivr.flow.types import BOOL, DIGITS, NUMBER, PHONE, SCALARS, TEXT, UNKNOWN, Type

MONEY = Type("money", currency="TRY")


def test_written_text_passes_as_what_it_looks_like() -> None:
    assert fits(Found(TEXT, texts=("12", "3#")), DIGITS)
    assert not fits(Found(TEXT, texts=("12", "x")), DIGITS)
    assert not fits(Found(TEXT), DIGITS)
    assert not fits(Found(TEXT, texts=("12",)), Type("digits", sealed=True))
    assert fits(Found(Type("list", item=TEXT), texts=("1",)), Type("list", item=DIGITS))
    assert not fits(Found(Type("list", item=TEXT), texts=("1",)), DIGITS)


def test_two_of_the_text_family_join_to_text() -> None:
    assert joined(Found(DIGITS), Found(PHONE)) == TEXT
    assert joined(Found(DIGITS), Found(DIGITS)) == DIGITS
    assert joined(Found(DIGITS), Found(Type("digits", optional=True))) == Type(
        "digits", optional=True
    )
    assert joined(Found(DIGITS), Found(NUMBER)) is None
    assert joined(Found(UNKNOWN), Found(NUMBER)) == UNKNOWN


@pytest.mark.parametrize("name", SCALARS)
def test_each_single_value_equals_its_own_kind_only(name: str) -> None:
    own = Found(Type(name))
    for other in SCALARS:
        refused = refused_equality(own, Found(Type(other)))
        assert (refused is None) == (name == other or {name, other} == {"money", "number"})


def test_only_what_has_an_order_is_ordered() -> None:
    assert refused_order(Found(NUMBER), Found(MONEY)) is None
    for kind in (TEXT, BOOL, DIGITS, Type("list", item=TEXT)):
        refused = refused_order(Found(kind), Found(kind))
        assert refused is not None
        assert refused[0] == "F306"


def test_arithmetic_gives_a_type_or_a_reason() -> None:
    assert arithmetic_type("*", Found(NUMBER), Found(MONEY)) == MONEY
    assert arithmetic_type("+", Found(DIGITS), Found(DIGITS)) == DIGITS
    assert arithmetic_type("+", Found(DIGITS), Found(PHONE)) == TEXT
    assert arithmetic_type("+", Found(UNKNOWN), Found(PHONE)) == UNKNOWN
    refused = arithmetic_type("%", Found(MONEY), Found(NUMBER))
    assert isinstance(refused, tuple)
    assert refused[0] == "F306"


def test_a_type_reads_well_in_a_sentence() -> None:
    assert noun(Type("customer")) == "a customer record"
    assert noun(Type("digits", sealed=True)) == "sealed digits"
    assert noun(BOOL) == "true or false"
    assert noun(NUMBER) == "a number"
