"""Every function, with its edges."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pytest

from ivr.domain.values import Money, Sealed, Value
from ivr.flow.expressions import Env, EvaluationError, keep_share, parse
from ivr.flow.expressions.signatures import FUNCTIONS

ValueOf = Callable[..., Value]
LIRA = Money(Decimal("1520.755"), "TRY")
MONDAY = datetime(2026, 11, 23, 22, 30, tzinfo=UTC)
"""01:30 on Tuesday in Istanbul."""


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("known(reason)", True),
        ("known(nothing)", False),
        ("known(nothing.at.all)", False),
        ("known(customer.name)", True),
        ("default(nothing, 'x')", "x"),
        ("default(reason, 'x')", "kart"),
        ("default(customer.nope, None)", None),
        ("default(nothing, default(nope, 'y'))", "y"),
        ("len('')", Decimal(0)),
        ("len('ışık')", Decimal(4)),
        ("len(pin)", Decimal(4)),
        ("first('abc', 2)", "ab"),
        ("first('abc', 9)", "abc"),
        ("first('abc', -1)", ""),
        ("first('abc', 1.9)", "a"),
        ("last('abc', 2)", "bc"),
        ("last('abc', 0)", ""),
        ("last('abc', -2)", ""),
        ("last('abc', 9)", "abc"),
        ("contains('kart', 'ar')", True),
        ("contains('kart', 'AR')", False),
        ("starts_with('kart', 'ka')", True),
        ("ends_with('kart', 'ka')", False),
        ("lower('ISPARTA')", "ısparta"),
        ("upper('iptal')", "İPTAL"),
        ("fold('KREDİ Kartı')", "kredi karti"),
        ("text(1.50)", "1.5"),
        ("text(100)", "100"),
        ("text(0.0)", "0"),
        ("text(1000000 * 1000000)", "1000000000000"),
        ("text(-2.5)", "-2.5"),
        ("text(true)", "true"),
        ("text(1 > 2)", "false"),
        ("text(debt)", "1520.76 TRY"),
        ("text(late)", "2026-11-24 01:30"),
        ("text(date(late))", "2026-11-24"),
        ("text(time(late))", "01:30"),
        ("text(duration('90s'))", "1m30s"),
        ("text('x')", "x"),
        ("number('12.50')", Decimal("12.50")),
        ("number('-3')", Decimal(-3)),
        ("number('007')", Decimal(7)),
        ("number('0000000000000000000001')", Decimal(1)),
        ("number('1e3')", None),
        ("number('')", None),
        ("number('1234567890123456')", None),
        ("number('٣')", None),
        ("number(' 1')", None),
        ("min(3, 1, 2)", Decimal(1)),
        ("max(3, 1, 2)", Decimal(3)),
        ("max(debt, debt * 2)", Money(Decimal("3041.510"), "TRY")),
        ("min(late, now)", datetime(2026, 11, 23, 7, 30, tzinfo=UTC)),
        ("abs(-3)", Decimal(3)),
        ("abs(-debt)", LIRA),
        ("abs(duration('1m') - duration('2m'))", timedelta(minutes=1)),
        ("round(2.5)", Decimal(3)),
        ("round(-2.5)", Decimal(-3)),
        ("round(2.345, 2)", Decimal("2.35")),
        ("round(1234, -2)", Decimal(1200)),
        ("round(1, 99)", Decimal(1)),
        ("round(debt, 2)", Money(Decimal("1520.76"), "TRY")),
        ("floor(2.9)", Decimal(2)),
        ("floor(-2.1)", Decimal(-3)),
        ("floor(debt)", Money(Decimal(1520), "TRY")),
        ("date(late)", date(2026, 11, 24)),
        ("date('2026-01-31')", date(2026, 1, 31)),
        ("time(late)", time(1, 30)),
        ("time('09:00')", time(9)),
        ("duration('1h30m')", timedelta(minutes=90)),
        ("weekday(late)", Decimal(2)),
        ("weekday(date('2026-11-22'))", Decimal(7)),
        ("days_between(date('2026-02-27'), date('2026-03-01'))", Decimal(2)),
        ("days_between(late, now)", Decimal(-1)),
        ("add_days(date('2026-02-27'), 2)", date(2026, 3, 1)),
        ("add_days(date('2026-03-01'), -1.9)", date(2026, 2, 28)),
        ("add_days(late, 1)", datetime(2026, 11, 24, 22, 30, tzinfo=UTC)),
        ("hours_between(now, late)", Decimal(15)),
        (
            "hours_between(late, late + duration('20m')) * 3",
            Decimal("0.999999999999999999999999999999"),
        ),
        ("today", date(2026, 11, 23)),
        ("now", datetime(2026, 11, 23, 7, 30, tzinfo=UTC)),
        ("luhn('4532015112830366')", True),
        ("luhn(card)", True),
        ("luhn('4532015112830367')", False),
        ("luhn('4532 0151 1283 0366')", True),
        ("luhn('0')", False),
        ("luhn('')", False),
        ("luhn('45*2')", False),
        ("damm('260042174')", True),
        ("damm('260 042 174')", True),
        ("damm('260042175')", False),
        ("damm('0')", False),
        ("damm('')", False),
        ("damm('26*4')", False),
        ("iban('TR33 0006 1005 1978 6457 8413 26')", True),
        ("iban('tr330006100519786457841326')", True),
        ("iban('DE89370400440532013000')", True),
        ("iban('GB29NWBK60161331926819')", True),
        ("iban('TR330006100519786457841327')", False),
        ("iban('TR33000610051978645784132')", False),
        ("iban('')", False),
        ("tckn('10000000146')", True),
        ("tckn('10000000147')", False),
        ("tckn('00000000000')", False),
        ("tckn('1000000014')", False),
        ("vkn('1234567890')", True),
        ("vkn('1234567891')", False),
        ("vkn('123456789')", False),
        ("vkn('4540536920')", True),
        ("vkn('4540536921')", False),
        ("tckn('17291716060')", True),
        ("mask(card)", "**** 0366"),
        ("mask(pin)", "****"),
        ("mask('12345678901')", "****"),
        ("mask('123456789012')", "**** 9012"),
        ("visits('main')", Decimal(2)),
        ("visits('nowhere')", Decimal(0)),
        ("like('05321112233', '05##*')", True),
        ("like('05', '05##*')", False),
        ("like('0512', '05##*')", True),
        ("like('abc', 'a?c')", True),
        ("like('abc', 'a?')", False),
        ("like('', '*')", True),
        ("like('', '')", True),
        ("like('aXbXc', 'a*b*c')", True),
        ("like('ab', 'ab*b')", False),
        ("like('a.c', 'a.c')", True),
        ("like('abc', 'a.c')", False),
        ("matches('AB12', '[A-Z]+[0-9]+')", True),
        ("matches('xAB12', '[A-Z]+[0-9]+')", False),
        (r"matches('12', '\d{2}')", True),
        ("matches('ışık', '....')", True),
        ("matches('\ud800', 'x')", False),
        ("hash('a', 1)", Decimal(0)),
        ("pin == '1234'", True),
        ("pin != '1234'", False),
        ("pin == pin", True),
        ("pin == card", False),
    ],
)
def test_a_function_gives_what_the_table_says(
    moment: Callable[..., Env], text: str, value: Value
) -> None:
    env = moment(
        {
            "reason": "kart",
            "customer": {"name": "Ayşe"},
            "debt": LIRA,
            "late": MONDAY,
            "pin": Sealed("1234"),
            "card": Sealed("4532015112830366"),
        },
        nodes={"main": 2},
    )
    result = parse(text).evaluate(env)
    assert result == value
    assert type(result) is type(value)


def test_every_function_is_tried_above() -> None:
    marks = test_a_function_gives_what_the_table_says.pytestmark
    tried = {name for text, _ in marks[0].args[1] for name in parse(text).functions}
    assert tried == set(FUNCTIONS)


def test_lower_and_upper_follow_the_call(moment: Callable[..., Env]) -> None:
    assert parse("lower('ISPARTA')").evaluate(moment(language="en")) == "isparta"
    assert parse("upper('iptal')").evaluate(moment(language="en")) == "IPTAL"


def test_hash_is_sha_256_and_never_changes(value_of: ValueOf) -> None:
    digest = int(hashlib.sha256(b"C-9").hexdigest(), 16)
    assert value_of("hash('C-9', 1000)") == digest % 1000
    assert keep_share("C-9", "bank.loans", 100) == 77
    assert keep_share("C-9", "bank.loans", 100) == (
        int(hashlib.sha256(b"bank.loans\0C-9").hexdigest(), 16) % 100
    )


def test_shares_are_kept_evenly() -> None:
    taken = [keep_share(f"caller-{index}", "bank.loans", 10) for index in range(5000)]
    assert all(400 < taken.count(share) < 600 for share in range(10))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("1 / 0", "E201"),
        ("1 // 0", "E201"),
        ("1 % 0", "E201"),
        ("debt / 0", "E201"),
        ("debt / (debt - debt)", "E201"),
        ("duration('1m') / 0", "E201"),
        ("duration('1m') / duration('0s')", "E201"),
        ("hash('a', 0)", "E201"),
        ("hash('a', 0.5)", "E201"),
        ("999999999999999 + 1", "E202"),
        ("-999999999999999 - 1", "E202"),
        ("1000000000 * 1000000000", "E202"),
        ("1 / 0.000000000000001 / 0.1", "E202"),
        ("debt * 999999999999999", "E202"),
        ("round(999999999999999.5)", "E202"),
        ("duration('999999999d') * 2", "E202"),
        ("duration('999999999d') + duration('1d')", "E202"),
        ("now + duration('999999999d')", "E202"),
        ("now - duration('999999999d')", "E202"),
        ("add_days(now, 999999999999)", "E202"),
        ("add_days(today, -999999)", "E202"),
        ("long + 'x'", "E203"),
        ("upper(sharp)", "E203"),
        ("fold(ligature)", "E203"),
    ],
)
def test_the_three_errors_that_data_can_cause(value_of: ValueOf, text: str, code: str) -> None:
    values: dict[str, Value] = {
        "debt": LIRA,
        "long": "x" * 10_000,
        "sharp": "ß" * 6_000,
        "ligature": "ﷺ" * 9_000,
    }
    with pytest.raises(EvaluationError) as caught:
        value_of(text, values)
    assert caught.value.code == code
