"""English: how values are said aloud. Formats: flow-language.md 6.1."""

from __future__ import annotations

from datetime import date, time
from typing import TYPE_CHECKING

from ivr.media.say import en_numbers
from ivr.media.say.letters import spell
from ivr.media.say.wording import Amount, Figure, Moment, PhoneForm, Span

if TYPE_CHECKING:
    from collections.abc import Sequence

_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_NEAR = {0: "today", 1: "tomorrow"}
_UNITS = (("day", "days"), ("hour", "hours"), ("minute", "minutes"), ("second", "seconds"))
_NAMED_TIMES = {time(0, 0): "midnight", time(12, 0): "noon"}
_MONEY = {
    "TRY": (("lira", "lira"), ("kuruş", "kuruş")),
    "USD": (("dollar", "dollars"), ("cent", "cents")),
    "EUR": (("euro", "euros"), ("cent", "cents")),
    "GBP": (("pound", "pounds"), ("penny", "pence")),
    "AZN": (("manat", "manat"), ("qapik", "qapik")),
}
_SIGNS = {
    "-": "dash",
    "_": "underscore",
    ".": "dot",
    ",": "comma",
    "/": "slash",
    "*": "star",
    "#": "hash",
    "+": "plus",
    "@": "at",
    ":": "colon",
    "&": "and",
}
_LETTERS = {letter: letter.upper() for letter in "abcdefghijklmnopqrstuvwxyz"} | {"ı": "I"}
_DIGITS = {str(digit): en_numbers.cardinal(digit) for digit in range(10)}
_SYMBOLS = {**_LETTERS, **_SIGNS, **_DIGITS}


class SpokenEnglish:
    """English words for the ear. Letters of a code are capitals, which voices read by name."""

    __slots__ = ()

    def number(self, figure: Figure) -> str:
        """`3.05` is three point zero five."""
        return en_numbers.number(figure)

    def ordinal(self, rank: int) -> str:
        """`21` is twenty-first."""
        return en_numbers.ordinal(rank)

    def percent(self, figure: Figure) -> str:
        """`10` is ten percent."""
        return f"{en_numbers.number(figure)} percent"

    def money(self, amount: Amount) -> str:
        """Dollars and cents; an amount without whole dollars says only cents."""
        unit, small = _MONEY[amount.currency]
        words = []
        if amount.whole or not amount.part:
            words.append(_many(amount.whole, unit))
        if amount.part:
            words.append(_many(amount.part, small))
        said = " and ".join(words)
        return f"minus {said}" if amount.negative else said

    def digits(self, groups: Sequence[str]) -> str:
        """One by one, a pause between groups."""
        return ", ".join(spell(group, _SYMBOLS) for group in groups)

    def code(self, text: str) -> str:
        """`C-9` is C dash nine."""
        return spell(text, _SYMBOLS)

    def phone(self, form: PhoneForm) -> str:
        """Digit by digit, a pause between groups; a foreign number starts with plus."""
        words = ", ".join(en_numbers.digit_words(group) for group in form.groups)
        return f"plus {words}" if form.foreign else words

    def day(self, day: date, full: bool) -> str:
        """`Monday November twenty-third`, with the year at the end when `full`."""
        words = f"{_DAYS[day.weekday()]} {_MONTHS[day.month - 1]} {en_numbers.ordinal(day.day)}"
        return f"{words} {en_numbers.year(day.year)}" if full else words

    def clock(self, clock: time, at: bool) -> str:
        """12 hours with a m and p m; minutes 01-09 say oh; midnight and noon have names."""
        words = _NAMED_TIMES.get(clock) or _clock_words(clock)
        return f"at {words}" if at else words

    def moment(self, moment: Moment, at: bool) -> str:
        """The day, at, and the time."""
        near = _NEAR.get(moment.days_ahead) if at else None
        day = near or self.day(moment.day, full=False)
        return f"{day} {self.clock(moment.clock, at=True)}"

    def duration(self, span: Span) -> str:
        """`one minute thirty seconds`; about: whole minutes."""
        if span.about and span.short:
            return "less than one minute"
        told = zip(span.parts, _UNITS, strict=True)
        words = [_many(size, unit) for size, unit in told if size]
        return " ".join(["minus", *words] if span.negative else words) or "zero seconds"

    def count(self, figure: Figure, one: str, many: str) -> str:
        """`one message`, `two messages`; only exactly one is singular."""
        single = figure == Figure(False, 1)
        return f"{en_numbers.number(figure)} {one if single else many}"


def _many(size: int, unit: tuple[str, str]) -> str:
    return f"{en_numbers.cardinal(size)} {unit[0] if size == 1 else unit[1]}"


def _clock_words(clock: time) -> str:
    words = en_numbers.cardinal(clock.hour % 12 or 12)
    if clock.minute:
        oh = "oh " if clock.minute < 10 else ""
        words = f"{words} {oh}{en_numbers.cardinal(clock.minute)}"
    return f"{words} {'a m' if clock.hour < 12 else 'p m'}"
