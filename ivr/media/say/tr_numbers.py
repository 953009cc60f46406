"""Turkish number words: cardinals, decimals, ordinals and the suffixes that follow them.

Rules and examples: flow-language.md 6.1. Words are separate; `bir` is never said before `yüz`,
nor before `bin` when the thousands are exactly one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ivr.media.say.wording import Figure

_ONES = ("", "bir", "iki", "üç", "dört", "beş", "altı", "yedi", "sekiz", "dokuz")
_TENS = ("", "on", "yirmi", "otuz", "kırk", "elli", "altmış", "yetmiş", "seksen", "doksan")
_SCALES = ("", "bin", "milyon", "milyar", "trilyon", "katrilyon")
_HARMONY = {"a": "ı", "ı": "ı", "e": "i", "i": "i", "o": "u", "u": "u", "ö": "ü", "ü": "ü"}
_VOICELESS = frozenset("fstkçşhp")
_BACK = frozenset("aıou")


def _below_thousand(number: int) -> str:
    hundreds, rest = divmod(number, 100)
    hundred = "" if hundreds == 0 else "yüz" if hundreds == 1 else f"{_ONES[hundreds]} yüz"
    return " ".join(filter(None, (hundred, _TENS[rest // 10], _ONES[rest % 10])))


_GROUPS = tuple(_below_thousand(number) for number in range(1000))


def cardinal(number: int) -> str:
    """Spell a whole number from 0 to 10^18 - 1."""
    if number < 1000:
        return _GROUPS[number] or "sıfır"
    words: list[str] = []
    for scale in _SCALES:
        number, group = divmod(number, 1000)
        if group:
            words.append(_scaled(group, scale))
    return " ".join(reversed(words))


def _scaled(group: int, scale: str) -> str:
    if not scale:
        return _GROUPS[group]
    return scale if group == 1 and scale == "bin" else f"{_GROUPS[group]} {scale}"


def digit_words(digits: str) -> str:
    """Spell ASCII digits one by one."""
    return " ".join(_ONES[int(digit)] or "sıfır" for digit in digits)


def grouped(digits: str) -> str:
    """Spell a group of digits as a number, each leading zero said: `07` is sıfır yedi."""
    rest = digits.lstrip("0")
    zeros = ["sıfır"] * (len(digits) - len(rest))
    return " ".join([*zeros, cardinal(int(rest))] if rest else zeros)


def number(figure: Figure) -> str:
    """Spell a number with decimals; more than three decimals are said one by one."""
    words = cardinal(figure.whole)
    if figure.decimals:
        spell = grouped if len(figure.decimals) <= 3 else digit_words
        words = f"{words} virgül {spell(figure.decimals)}"
    return f"eksi {words}" if figure.negative else words


def ordinal(rank: int) -> str:
    """Spell a rank: only the last word takes the suffix, and dört becomes dördüncü."""
    words = cardinal(rank)
    vowel = _HARMONY[_last_vowel(words)]
    if words[-1] in _HARMONY:
        return f"{words}nc{vowel}"
    if words.endswith("dört"):
        words = f"{words[:-1]}d"
    return f"{words}{vowel}nc{vowel}"


def locative(words: str) -> str:
    """Add the suffix that means at: dokuz becomes dokuzda, beş becomes beşte."""
    consonant = "t" if words[-1] in _VOICELESS else "d"
    return f"{words}{consonant}{'a' if _last_vowel(words) in _BACK else 'e'}"


def _last_vowel(words: str) -> str:
    return next(letter for letter in reversed(words) if letter in _HARMONY)
