"""English number words: cardinals, decimals, ordinals and years.

American counting without `and` (one hundred five), hyphens in twenty-one to ninety-nine.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ivr.media.say.wording import Figure

_SMALL = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
    *("eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen"),
    *("eighteen", "nineteen"),
)
_TENS = (
    *("", "", "twenty", "thirty", "forty", "fifty"),
    *("sixty", "seventy", "eighty", "ninety"),
)
_SCALES = ("", " thousand", " million", " billion", " trillion", " quadrillion")
_RANKS = {
    "one": "first",
    "two": "second",
    "three": "third",
    "five": "fifth",
    "eight": "eighth",
    "nine": "ninth",
    "twelve": "twelfth",
}


def _below_hundred(number: int) -> str:
    if number < 20:
        return _SMALL[number]
    tens, ones = divmod(number, 10)
    return f"{_TENS[tens]}-{_SMALL[ones]}" if ones else _TENS[tens]


def _below_thousand(number: int) -> str:
    hundreds, rest = divmod(number, 100)
    if not hundreds:
        return _below_hundred(rest)
    head = f"{_SMALL[hundreds]} hundred"
    return f"{head} {_below_hundred(rest)}" if rest else head


_GROUPS = tuple(_below_thousand(number) for number in range(1000))


def cardinal(number: int) -> str:
    """Spell a whole number from 0 to 10^18 - 1."""
    if number < 1000:
        return _GROUPS[number]
    words: list[str] = []
    for scale in _SCALES:
        number, group = divmod(number, 1000)
        if group:
            words.append(f"{_GROUPS[group]}{scale}")
    return " ".join(reversed(words))


def digit_words(digits: str) -> str:
    """Spell ASCII digits one by one."""
    return " ".join(_SMALL[int(digit)] for digit in digits)


def number(figure: Figure) -> str:
    """Spell a number; decimals are said one by one after `point`."""
    words = cardinal(figure.whole)
    if figure.decimals:
        words = f"{words} point {digit_words(figure.decimals)}"
    return f"minus {words}" if figure.negative else words


def ordinal(rank: int) -> str:
    """Spell a rank; only the last word changes, also after a hyphen: twenty-first."""
    words = cardinal(rank)
    start = max(words.rfind(" "), words.rfind("-")) + 1
    last = words[start:]
    if last.endswith("y"):
        return f"{words[:-1]}ieth"
    return words[:start] + _RANKS.get(last, f"{last}th")


def year(year_number: int) -> str:
    """Spell a year: nineteen oh five, two thousand nine, twenty twenty-six, twenty-one hundred."""
    century, rest = divmod(year_number, 100)
    if century < 10 or (century % 10 == 0 and rest < 10):
        return cardinal(year_number)
    if rest == 0:
        return f"{cardinal(century)} hundred"
    low = f"oh {cardinal(rest)}" if rest < 10 else cardinal(rest)
    return f"{cardinal(century)} {low}"
