"""What keys mean as a value of each type."""

from __future__ import annotations

from datetime import date, time
from decimal import Decimal

import pytest

from ivr.domain.values import Money, Value
from ivr.engine.entries import entered
from ivr.flow.world import World
from tests.engine.small import types

GOOD = [
    ("digits", "01*#", "01*#"),
    ("text", "12", "12"),
    ("number", "007", Decimal(7)),
    ("number", "12*5", Decimal("12.5")),
    ("number", "*5", Decimal("0.5")),
    ("number", "12*", Decimal(12)),
    ("number", "0" * 20 + "9" * 15, Decimal("9" * 15)),
    ("money", "12*50", Money(Decimal("12.50"), "TRY")),
    ("money(USD)", "3", Money(Decimal(3), "USD")),
    ("bool", "1", True),
    ("bool", "2", False),
    ("date", "29022028", date(2028, 2, 29)),
    ("time", "2359", time(23, 59)),
    ("phone", "05321112233", "+905321112233"),
    ("phone", "00493012345678", "+493012345678"),
]
BAD = [
    ("number", ""),
    ("number", "*"),
    ("number", "1*2*3"),
    ("number", "1#"),
    ("number", "1" * 16),
    ("money", "1*234"),
    ("money", "A"),
    ("bool", "3"),
    ("date", "29022027"),
    ("date", "2902"),
    ("date", "1*022028"),
    ("date", "01010000"),
    ("time", "2400"),
    ("time", "960"),
    ("phone", "1"),
    ("duration", "10"),
    ("datetime", "23112026"),
    ("language", "1"),
]


@pytest.mark.parametrize(("kind", "keys", "value"), GOOD)
def test_keys_become_a_value_of_the_type(kind: str, keys: str, value: Value) -> None:
    assert entered(keys, types(it=kind)["it"], World()) == value


@pytest.mark.parametrize(("kind", "keys"), BAD)
def test_keys_that_are_no_value_of_the_type_give_none(kind: str, keys: str) -> None:
    assert entered(keys, types(it=kind)["it"], World()) is None
