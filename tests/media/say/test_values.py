"""A value of the wrong kind is refused, and the refusal never repeats it."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal, localcontext

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.domain.values import Money, Sealed, Value
from ivr.media.say import FORMATS, FormatError, When, speak, write
from ivr.media.say.values import amount_of, figure_of, moment_of, rank_of

EVERY_KIND: dict[str, Value] = {
    "text": "Ayşe",
    "number": Decimal(5),
    "money": Money(Decimal(5), "TRY"),
    "bool": True,
    "date": date(2026, 1, 2),
    "time": time(9),
    "datetime": datetime(2026, 1, 2, tzinfo=UTC),
    "duration": timedelta(seconds=5),
    "record": {"id": "5"},
    "list": ("5",),
    "none": None,
    "sealed": Sealed("4532015112830366"),
}
TAKES = (
    {"": "text", "number": "number", "ordinal": "number", "percent": "number"}
    | {"money": "money", "digits": "-", "code": "text", "phone": "-", "date": "date"}
    | {"time": "time", "datetime": "datetime", "duration": "duration", "count": "number"}
)


@pytest.mark.parametrize("language", ["tr", "en"])
@pytest.mark.parametrize("fmt", FORMATS)
def test_each_format_takes_its_own_kind_of_value_and_no_other(
    fmt: str, language: str, when: When
) -> None:
    argument = "one,many" if fmt == "count" else ""
    for kind, value in EVERY_KIND.items():
        if kind == TAKES[fmt]:
            assert speak(language, fmt, argument, value, when)
            assert write(language, fmt, argument, value, when)
            continue
        with pytest.raises(FormatError) as refusal:
            speak(language, fmt, argument, value, when)
        assert "4532" not in str(refusal.value)


@pytest.mark.parametrize("bad", ["NaN", "Infinity", "-Infinity", "1e18", "-1e18", "1e999999"])
def test_a_number_too_large_to_say_is_refused(bad: str) -> None:
    with pytest.raises(FormatError):
        figure_of(Decimal(bad))


def test_an_amount_that_rounds_up_to_nineteen_digits_is_refused() -> None:
    with pytest.raises(FormatError):
        amount_of(Money(Decimal("999999999999999999.999"), "TRY"))


@pytest.mark.parametrize("bad", ["-1", "1.5"])
def test_a_rank_is_whole_and_not_negative(bad: str) -> None:
    with pytest.raises(FormatError, match="ordinal"):
        rank_of(Decimal(bad))


def test_an_unknown_currency_is_refused() -> None:
    with pytest.raises(FormatError, match="JPY"):
        amount_of(Money(Decimal(1), "JPY"))


def test_an_instant_without_zone_is_refused(when: When) -> None:
    naive = datetime(2026, 1, 2)  # noqa: DTZ001 the mistake under test
    with pytest.raises(FormatError, match="zone"):
        moment_of(naive, when)


def test_a_thirds_endless_decimals_stop_at_nine(when: When) -> None:
    assert write("en", "number", "", Decimal(1) / Decimal(3), when) == "0.333333333"


def test_the_caller_s_decimal_context_changes_nothing() -> None:
    with localcontext() as context:
        context.prec = 3
        amount = amount_of(Money(Decimal("301661.105"), "TRY"))
        assert (amount.whole, amount.part) == (301661, 11)
        assert figure_of(Decimal("-301661.5")).whole == 301661


@given(st.decimals(-(10**15), 10**15, places=2), st.sampled_from(["tr", "en"]))
def test_a_written_number_reads_back(value: Decimal, language: str) -> None:
    when = When(datetime(2026, 1, 1, tzinfo=UTC), UTC)
    text = write(language, "number", "", value, when)
    if language == "tr":
        text = text.translate(str.maketrans(".,", ",."))
    assert Decimal(text.replace(",", "")) == value
