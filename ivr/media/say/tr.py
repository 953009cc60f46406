"""Turkish: how values are said aloud. Rules and examples: flow-language.md 6.1."""

from __future__ import annotations

from datetime import date, time
from typing import TYPE_CHECKING

from ivr.media.say import tr_numbers
from ivr.media.say.letters import spell
from ivr.media.say.phones import short_groups
from ivr.media.say.wording import Amount, Figure, Moment, PhoneForm, Span

if TYPE_CHECKING:
    from collections.abc import Sequence

_MONTHS = (
    *("Ocak", "Şubat", "Mart", "Nisan", "Mayıs", "Haziran"),
    *("Temmuz", "Ağustos", "Eylül", "Ekim", "Kasım", "Aralık"),
)
_DAYS = ("Pazartesi", "Salı", "Çarşamba", "Perşembe", "Cuma", "Cumartesi", "Pazar")
_NEAR = {0: "bugün", 1: "yarın"}
_UNITS = ("gün", "saat", "dakika", "saniye")
_MIDNIGHT = time(0, 0)
_MONEY = {
    "TRY": ("lira", "kuruş"),
    "USD": ("dolar", "sent"),
    "EUR": ("avro", "sent"),
    "GBP": ("sterlin", "peni"),
    "AZN": ("manat", "kepik"),
}
_SIGNS = {
    "-": "tire",
    "_": "alt çizgi",
    ".": "nokta",
    ",": "virgül",
    "/": "eğik çizgi",
    "*": "yıldız",
    "#": "kare",
    "+": "artı",
    "@": "et",
    ":": "iki nokta",
    "&": "ve",
}
_VOWELS = {letter: letter for letter in "aeıioöuü"} | {"I": "ı", "İ": "i"}
_CONSONANTS = {letter: f"{letter}e" for letter in "bcçdfghjklmnprsştvyz"}
_OTHERS = {"ğ": "yumuşak ge", "q": "kü", "w": "çift ve", "x": "iks"}
_DIGITS = {str(digit): tr_numbers.cardinal(digit) for digit in range(10)}
_SYMBOLS = {**_VOWELS, **_CONSONANTS, **_OTHERS, **_SIGNS, **_DIGITS}


class SpokenTurkish:
    """Turkish words for the ear."""

    __slots__ = ()

    def number(self, figure: Figure) -> str:
        """`3.05` is üç virgül sıfır beş."""
        return tr_numbers.number(figure)

    def ordinal(self, rank: int) -> str:
        """`4` is dördüncü."""
        return tr_numbers.ordinal(rank)

    def percent(self, figure: Figure) -> str:
        """`10` is yüzde on; the minus comes first."""
        words = tr_numbers.number(Figure(False, figure.whole, figure.decimals))
        return f"eksi yüzde {words}" if figure.negative else f"yüzde {words}"

    def money(self, amount: Amount) -> str:
        """Lira and kuruş; an amount without whole lira says only kuruş."""
        unit, small = _MONEY[amount.currency]
        words = []
        if amount.whole or not amount.part:
            words.append(f"{tr_numbers.cardinal(amount.whole)} {unit}")
        if amount.part:
            words.append(f"{tr_numbers.cardinal(amount.part)} {small}")
        return " ".join(["eksi", *words] if amount.negative else words)

    def digits(self, groups: Sequence[str]) -> str:
        """One by one, a pause between groups."""
        return ", ".join(spell(group, _SYMBOLS) for group in groups)

    def code(self, text: str) -> str:
        """`C-9` is ce tire dokuz."""
        return spell(text, _SYMBOLS)

    def phone(self, form: PhoneForm) -> str:
        """Each group as a number, its leading zeros said; a foreign number starts with artı."""
        parts = (part for group in form.groups for part in _sayable(group))
        words = ", ".join(tr_numbers.grouped(part) for part in parts)
        return f"artı {words}" if form.foreign else words

    def day(self, day: date, full: bool) -> str:
        """`yirmi üç Kasım Pazartesi`, with the year after the month when `full`."""
        year = f" {tr_numbers.cardinal(day.year)}" if full else ""
        name = _DAYS[day.weekday()]
        return f"{tr_numbers.cardinal(day.day)} {_MONTHS[day.month - 1]}{year} {name}"

    def clock(self, clock: time, at: bool) -> str:
        """24 hours; minutes 01-09 say sıfır, minute 00 is silent, 00:00 is midnight."""
        if clock == _MIDNIGHT:
            return "gece yarısında" if at else "gece yarısı"
        words = tr_numbers.cardinal(clock.hour) if clock.hour else "sıfır sıfır"
        if clock.minute:
            words = f"{words} {tr_numbers.grouped(f'{clock.minute:02}')}"
        return tr_numbers.locative(words) if at else words

    def moment(self, moment: Moment, at: bool) -> str:
        """The day, saat and the time; nobody says saat before gece yarısı."""
        near = _NEAR.get(moment.days_ahead) if at else None
        day = near or self.day(moment.day, full=False)
        lead = "" if moment.clock == _MIDNIGHT else "saat "
        return f"{day} {lead}{self.clock(moment.clock, at)}"

    def duration(self, span: Span) -> str:
        """`bir dakika otuz saniye`; about: whole minutes."""
        if span.about and span.short:
            return "bir dakikadan az"
        told = zip(span.parts, _UNITS, strict=True)
        words = [f"{tr_numbers.cardinal(size)} {unit}" for size, unit in told if size]
        return " ".join(["eksi", *words] if span.negative else words) or "sıfır saniye"

    def count(self, figure: Figure, one: str, many: str) -> str:
        """The singular always: a Turkish noun takes no plural after a number."""
        del many
        return f"{tr_numbers.number(figure)} {one}"


def _sayable(group: str) -> tuple[str, ...]:
    """A group short enough to be said as one number of at most three digits after a zero."""
    return (group,) if len(group.lstrip("0")) <= 3 else short_groups(group)
