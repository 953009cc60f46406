"""Prompts are filled, spoken, written and timed as flow-language.md 6 says."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest

from ivr.domain.errors import CallError
from ivr.domain.values import Money, Sealed, Value
from ivr.flow.prompts import (
    Read,
    RenderError,
    Voice,
    longest_seconds,
    parse_template,
    render,
    render_written,
)

SUNDAY = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
ISTANBUL = timezone(timedelta(hours=3))
TURKISH = Voice("tr", SUNDAY, ISTANBUL)
ENGLISH = Voice("en", SUNDAY, ISTANBUL)

WELCOME = parse_template("Anadolu Bank'a hoş geldiniz[, {customer.name}].")
MAIN_MENU = parse_template(
    "Bakiye için 1'i, kayıp ya da çalıntı kart için 2'yi, kredi için 3'ü tuşlayın. "
    "Temsilci için 0, for English press 9."
)
QUEUE = parse_template(
    "Sıranız {queue.position|number}[, tahmini süre {queue.estimate|duration:about}]."
)


def reader(**values: Value) -> Read:
    """Find a value by the last name of its path."""
    return lambda path: values.get(path[-1])


def test_a_balance_is_said_in_words() -> None:
    template = parse_template("Bakiyeniz {customer.balance|money}.")
    read = reader(balance=Money(Decimal("1520.75"), "TRY"))
    rendered = render(template, read, TURKISH)
    assert rendered.text == "Bakiyeniz bin beş yüz yirmi lira yetmiş beş kuruş."
    assert rendered.seconds == pytest.approx(11 / 14 + 3.5)


def test_a_balance_is_written_in_figures() -> None:
    template = parse_template("Your balance is {customer.balance|money}.")
    read = reader(balance=Money(Decimal("1520.75"), "TRY"))
    assert render_written(template, read, ENGLISH) == "Your balance is TRY 1,520.75."


def test_a_group_is_said_with_its_value_and_dropped_without() -> None:
    assert render(WELCOME, reader(name="Ayşe Kaya"), TURKISH).text == (
        "Anadolu Bank'a hoş geldiniz, Ayşe Kaya."
    )
    without = render(WELCOME, reader(), TURKISH)
    assert without.text == "Anadolu Bank'a hoş geldiniz."
    assert without.seconds == pytest.approx(28 / 14)


def test_a_group_with_one_of_two_values_missing_is_dropped_whole() -> None:
    template = parse_template("A[ {x} and {y|number}]B")
    assert render(template, reader(x="1"), TURKISH).text == "AB"
    assert render(template, reader(x="1", y=Decimal(2)), ENGLISH).text == "A 1 and twoB"


def test_a_group_without_values_is_always_said() -> None:
    assert render(parse_template("a[b]c"), reader(), TURKISH).text == "abc"


def test_a_callback_time_is_said_on_the_clock_of_the_zone() -> None:
    template = parse_template("Sizi {callback.at|datetime:at} arayacağız.")
    read = reader(at=datetime(2026, 11, 23, 6, 0, tzinfo=UTC))
    assert render(template, read, TURKISH).text == "Sizi yarın saat dokuzda arayacağız."


@pytest.mark.parametrize(
    ("template", "seconds"),
    [
        (WELCOME, 3.14),
        (MAIN_MENU, 8.21),
        (parse_template("Görüşmeniz kalite için kaydedilmektedir."), 2.86),
        (QUEUE, (8 + 15 + 1) / 14 + 1.2 + 2),
        (parse_template("{a|money}{a|datetime}{a|date}{a|time}{a|phone}"), 17.5),
        (parse_template("{a|digits}{a|code}{a|duration}{a|number}"), 9.2),
        (parse_template("{a}{a|ordinal}{a|percent}{a|count:b,c}"), 4),
    ],
)
def test_the_longest_length_counts_every_group(template: object, seconds: float) -> None:
    assert longest_seconds(template) == pytest.approx(seconds, abs=0.005)  # type: ignore[arg-type]


def test_the_rendered_length_equals_the_longest_when_nothing_is_dropped() -> None:
    read = reader(position=Decimal(3), estimate=timedelta(seconds=125))
    rendered = render(QUEUE, read, TURKISH)
    assert rendered.text == "Sıranız üç, tahmini süre üç dakika."
    assert rendered.seconds == pytest.approx(longest_seconds(QUEUE))


def test_a_missing_value_outside_a_group_is_an_error() -> None:
    with pytest.raises(RenderError, match=r"queue\.position is missing"):
        render(QUEUE, reader(), TURKISH)


@pytest.mark.parametrize("text", ["{card}", "[{card}]", "[{card|digits} {missing}]"])
def test_a_sealed_value_is_never_said_nor_written(text: str) -> None:
    template = parse_template(text)
    read = reader(card=Sealed("4532015112830366"))
    for fill in (render, render_written):
        with pytest.raises(RenderError, match="card is sealed") as refusal:
            fill(template, read, TURKISH)
        assert "4532" not in str(refusal.value)


def test_a_value_its_format_cannot_take_is_a_call_error_that_hides_the_value() -> None:
    template = parse_template("{customer.id|phone}")
    with pytest.raises(CallError, match=r"customer\.id: the text is not a phone") as refusal:
        render(template, reader(id="ayse@example"), TURKISH)
    assert "ayse" not in str(refusal.value)


def test_the_same_value_may_stand_twice() -> None:
    template = parse_template("{n|digits:3}, {n|digits:3}")
    assert render(template, reader(n="12"), ENGLISH).text == "one two, one two"
