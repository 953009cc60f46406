"""Exact numbers, money that keeps its currency, moments on the world's clock."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time, timedelta
from decimal import Decimal, localcontext
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.domain.values import Money, Value
from ivr.flow.expressions import (
    Env,
    EvaluationError,
    arithmetic,
    parse,
)

ValueOf = Callable[..., Value]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0.1 + 0.2", "0.3"),
        ("0.1 * 3 == 0.3", True),
        ("1 / 3", "0.333333333333333333333333333333"),
        ("2 / 3", "0.666666666666666666666666666667"),
        ("7 // 2", "3"),
        ("-7 // 2", "-4"),
        ("7 // -2", "-4"),
        ("-7 % 3", "2"),
        ("7 % -3", "-2"),
        ("-6 % 3", "0"),
        ("7.5 % 2", "1.5"),
        ("2 + 3 * 4", "14"),
        ("(2 + 3) * 4", "20"),
        ("-2 * -3", "6"),
        ("10 - 2 - 3", "5"),
        ("0 * -1", "0"),
        ("-0", "0"),
        ("999999999999999 - 0.000000000000001", "999999999999998.999999999999999"),
        ("123456789012.123456789 * 999.987654321", None),
    ],
)
def test_numbers_are_exact(value_of: ValueOf, text: str, value: str | bool | None) -> None:
    result = value_of(text)
    if value is None:
        left, right = (Fraction(part) for part in text.split(" * "))
        assert Fraction(str(result)) == left * right
    elif isinstance(value, str):
        assert result == Decimal(value)
        assert str(result) == value
    else:
        assert result is value


def test_the_context_of_the_program_does_not_matter(value_of: ValueOf) -> None:
    with localcontext() as context:
        context.prec = 3
        assert value_of("123456789.5 + 0.25") == Decimal("123456789.75")
        assert value_of("-123456789.5") == Decimal("-123456789.5")
        assert value_of("abs(-123456789.5)") == Decimal("123456789.5")
        assert value_of("round(123456789.55, 1)") == Decimal("123456789.6")
        assert value_of("text(123456789.5)") == "123456789.5"


def test_money_keeps_its_currency_and_its_fraction(value_of: ValueOf) -> None:
    debt = Money(Decimal("10.01"), "TRY")
    assert value_of("debt / 3 * 3 == debt", debt=Money(Decimal(9), "TRY")) is True
    assert value_of("debt * 0.5", debt=debt) == Money(Decimal("5.005"), "TRY")
    assert value_of("0.5 * debt - debt", debt=debt) == Money(Decimal("-5.005"), "TRY")
    assert value_of("-debt < 0 and debt > 10 and 11 > debt", debt=debt) is True
    assert value_of("debt / debt", debt=debt) == 1


def test_moments_and_durations_calculate(value_of: ValueOf) -> None:
    values: dict[str, Value] = {"waited": timedelta(seconds=90)}
    assert value_of("waited / duration('1m')", values) == Decimal("1.5")
    assert value_of("waited * 1.5", values) == timedelta(seconds=135)
    assert value_of("waited / 4", values) == timedelta(seconds=22.5)
    assert value_of("-waited + waited == duration('0s')", values) is True
    assert value_of("waited > duration('1m29s')", values) is True
    assert value_of("now - waited < now", values) is True
    assert value_of("today - date('2026-11-21') == duration('2d')", values) is True


def test_an_unchecked_mistake_is_a_type_error_and_no_python_result(value_of: ValueOf) -> None:
    for text in ("'a' * 3", "'%s' % 1", "1 + 'a'", "-'a'", "1 in 'abc'", "true + true", "1 - now"):
        with pytest.raises(TypeError):
            value_of(text)


@given(st.decimals("-1e14", "1e14", places=6), st.decimals("-1e6", "1e6", places=6))
def test_division_is_right_to_thirty_places(left: Decimal, right: Decimal) -> None:
    divide = arithmetic.calculate("/")
    if not right or abs(Fraction(left) / Fraction(right)) >= 10**15:
        with pytest.raises(EvaluationError):
            divide(left, right)
        return
    value = divide(left, right)
    assert isinstance(value, Decimal)
    assert abs(Fraction(value) - Fraction(left) / Fraction(right)) <= Fraction(1, 2 * 10**30)


def test_a_clock_change_neither_adds_nor_loses_an_hour(moment: Callable[..., Env]) -> None:
    berlin = ZoneInfo("Europe/Berlin")
    before = datetime(2026, 3, 29, 1, 30, tzinfo=berlin)
    env = moment(
        {"before": before, "after": datetime(2026, 3, 29, 3, 30, tzinfo=berlin)}, zone=berlin
    )
    assert parse("after - before").evaluate(env) == timedelta(hours=1)
    assert parse("before + duration('1h') == after").evaluate(env) is True
    assert parse("hours_between(before, after)").evaluate(env) == 1
    assert parse("time(add_days(before - duration('23h'), 1))").evaluate(env) == time(3, 30)
    autumn = datetime(2026, 10, 25, 2, 30, tzinfo=berlin)
    env = moment({"one": autumn, "two": autumn.replace(fold=1)}, zone=berlin)
    assert parse("one < two and one != two").evaluate(env) is True
    assert parse("two - one").evaluate(env) == timedelta(hours=1)
