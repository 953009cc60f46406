"""One way to compare words whatever their case and marks, and case that is right in Turkish.

`fold` serves search, SMS keywords, spoken words and the flow language alike, so that a word found
in one place is found in all. `lower` and `upper` keep every letter and only change its case.
"""

from __future__ import annotations

import unicodedata
from itertools import filterfalse

_DOT = "\u0307"
_DOTTED_CAPITAL = "\u0130"
_LOOSE = str.maketrans({"ı": "i", "ə": "e"})
_TURKIC = frozenset({"tr", "az"})
_TURKIC_LOWER = str.maketrans({"I": "ı", _DOTTED_CAPITAL: "i"})
_TURKIC_UPPER = str.maketrans({"i": _DOTTED_CAPITAL, "ı": "I"})


def fold(text: str) -> str:
    """The text without case, marks and extra blanks: `KREDİ`, `kredi` and `Kredı` become `kredi`.

    `İ I ı` become `i`, `Ə ə` become `e`, the rest is casefolded and written in NFKD without its
    combining marks; runs of white space become one blank and the ends are cut. Folding a folded
    text changes nothing.
    """
    if text.isascii():
        return " ".join(text.lower().split())
    bare = _without_marks(_without_marks(text).casefold())
    return " ".join(bare.translate(_LOOSE).split())


def lower(text: str, language: str) -> str:
    """Small letters as the language writes them: `ISPARTA` is `ısparta` in Turkish.

    language: a tag such as `tr` or `az-AZ`. Outside Turkish and Azerbaijani `İ` becomes a plain
    `i`, not the `i` with a loose dot that Python makes.
    """
    if _is_turkic(language):
        return text.replace("I" + _DOT, "i").translate(_TURKIC_LOWER).lower()
    return text.replace(_DOTTED_CAPITAL, "i").lower()


def upper(text: str, language: str) -> str:
    """Capitals as the language writes them: `iptal` is `İPTAL` in Turkish."""
    if _is_turkic(language):
        return text.translate(_TURKIC_UPPER).upper()
    return text.upper()


def _is_turkic(language: str) -> bool:
    return language.replace("_", "-").partition("-")[0].lower() in _TURKIC


def _without_marks(text: str) -> str:
    apart = unicodedata.normalize("NFKD", text)
    return "".join(filterfalse(unicodedata.combining, apart))
