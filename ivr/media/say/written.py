"""How values are written in SMS and tickets, in Turkish and in English.

Forms: last column of the table in flow-language.md 6.1; where it shows one form, both languages
use it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ivr.media.say.wording import Amount, Figure, Moment, PhoneForm, Span, Wording

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, time

_ENGLISH_MONTHS = (
    *("Jan", "Feb", "Mar", "Apr", "May", "Jun"),
    *("Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
)
_ENDINGS = {1: "st", 2: "nd", 3: "rd"}


@dataclass(frozen=True, slots=True)
class _Written:
    """What both languages share; `thousands` and `point` are the separators of a number."""

    thousands: str
    point: str
    units: tuple[str, str, str, str]
    under_a_minute: str
    spoken: Wording

    def number(self, figure: Figure) -> str:
        """Grouped by thousands, with the language's decimal sign."""
        return f"{_minus(figure.negative)}{self._size(figure)}"

    def digits(self, groups: Sequence[str]) -> str:
        """As typed, with a space between groups."""
        return " ".join(groups)

    def code(self, text: str) -> str:
        """As it is."""
        return text

    def phone(self, form: PhoneForm) -> str:
        """`0532 111 22 33`, a foreign number with + and its country code."""
        return f"{'+' if form.foreign else ''}{' '.join(form.groups)}"

    def clock(self, clock: time, at: bool) -> str:
        """`09:00`, whatever the question."""
        del at
        return f"{clock:%H:%M}"

    def moment(self, moment: Moment, at: bool) -> str:
        """`23.11.2026 09:00`, whatever the question."""
        return f"{_dotted(moment.day)} {self.clock(moment.clock, at)}"

    def duration(self, span: Span) -> str:
        """`1 dk 30 sn`; about: whole minutes."""
        if span.about and span.short:
            return self.under_a_minute
        told = zip(span.parts, self.units, strict=True)
        text = " ".join(f"{size} {unit}" for size, unit in told if size)
        return f"{_minus(span.negative)}{text}" if text else f"0 {self.units[3]}"

    def count(self, figure: Figure, one: str, many: str) -> str:
        """The same words as spoken."""
        return self.spoken.count(figure, one, many)

    def _size(self, figure: Figure) -> str:
        whole = f"{figure.whole:,}".replace(",", self.thousands)
        return f"{whole}{self.point}{figure.decimals}" if figure.decimals else whole

    def _amount(self, amount: Amount) -> str:
        size = self._size(Figure(False, amount.whole, f"{amount.part:02}"))
        return f"{_minus(amount.negative)}{size}"


class WrittenTurkish(_Written):
    """Turkish for the eye."""

    __slots__ = ()

    def ordinal(self, rank: int) -> str:
        """`1.`"""
        return f"{self._size(Figure(False, rank))}."

    def percent(self, figure: Figure) -> str:
        """`%10`"""
        return f"{_minus(figure.negative)}%{self._size(figure)}"

    def money(self, amount: Amount) -> str:
        """`1.520,75 TL`; other currencies by their code."""
        unit = "TL" if amount.currency == "TRY" else amount.currency
        return f"{self._amount(amount)} {unit}"

    def day(self, day: date, full: bool) -> str:
        """`23.11.2026`, the year always."""
        del full
        return _dotted(day)


class WrittenEnglish(_Written):
    """English for the eye."""

    __slots__ = ()

    def ordinal(self, rank: int) -> str:
        """`1st`, `11th`, `22nd`"""
        ending = "th" if rank // 10 % 10 == 1 else _ENDINGS.get(rank % 10, "th")
        return f"{self._size(Figure(False, rank))}{ending}"

    def percent(self, figure: Figure) -> str:
        """`10%`"""
        return f"{self.number(figure)}%"

    def money(self, amount: Amount) -> str:
        """`TRY 1,520.75`"""
        return f"{amount.currency} {self._amount(amount)}"

    def day(self, day: date, full: bool) -> str:
        """`23 Nov 2026`, the year always."""
        del full
        return f"{day.day} {_ENGLISH_MONTHS[day.month - 1]} {day.year}"


def written_turkish(spoken: Wording) -> Wording:
    """Turkish for the eye, borrowing counted things from the spoken form."""
    return WrittenTurkish(".", ",", ("gün", "sa", "dk", "sn"), "1 dk'dan az", spoken)


def written_english(spoken: Wording) -> Wording:
    """English for the eye, borrowing counted things from the spoken form."""
    return WrittenEnglish(",", ".", ("d", "h", "min", "s"), "less than 1 min", spoken)


def _minus(negative: bool) -> str:
    return "-" if negative else ""


def _dotted(day: date) -> str:
    return f"{day.day:02}.{day.month:02}.{day.year}"
