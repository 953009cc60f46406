"""What a text message costs: in which alphabet it is sent, and in how many parts.

Source: 3GPP TS 23.038 6.2.1 (default alphabet and its extension), A.3.1 (Turkish national language
locking shift table), TS 23.040 9.2.3.24 (headers of parts); surveys.md 4.3 for the figures. A part
has 140 octets; a header for parts takes 6 of them, one for a shift table 3 more and a length.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

GSM7: Final = "gsm7"
TURKISH: Final = "turkish"
UCS2: Final = "ucs2"
_COMMON = (
    "@£$¥éùò\n\rÅåΔ_ΦΓΛΩΠΨΣΘΞßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§abcdefghijklmnopqrstuvwxyzäöñüà"
)
BASIC = frozenset(_COMMON + "èìÇØøÆæ¡¿")
TURKISH_BASIC = frozenset(_COMMON + "€ıÇĞğŞşİç")
EXTENDED = frozenset("\f^{}\\[~]|€")
"""Two septets each: an escape comes before them."""
_WIDTHS: Mapping[str, tuple[int, int]] = {GSM7: (160, 153), TURKISH: (155, 149), UCS2: (70, 67)}
"""Alphabet -> units in a single text, and in each of several parts."""
_PLAIN = str.maketrans(
    {
        "ş": "s",
        "Ş": "S",
        "ı": "i",
        "İ": "I",
        "ğ": "g",
        "Ğ": "G",
        "ç": "c",
        "ə": "e",
        "Ə": "E",
        "â": "a",
        "Â": "A",
        "î": "i",
        "Î": "I",
        "û": "u",
        "Û": "U",
        "‘": "'",
        "’": "'",
        "“": '"',
        "”": '"',
        "–": "-",
        "—": "-",
        "…": "...",
        "\u00a0": " ",
    }
)
"""Letters outside GSM-7 that Turkish and Azerbaijani are written with, and marks that word
processors put in, as a reader takes no offence at them."""


@dataclass(frozen=True, slots=True)
class Count:
    """A text counted. units: septets in GSM-7, 16 bits in UCS-2; letters: as people count."""

    alphabet: str
    parts: int
    units: int
    letters: int


def count(text: str, *, turkish: bool = False) -> Count:
    """What a text costs. turkish: the provider offers the Turkish shift table."""
    alphabet = alphabet_of(text, turkish=turkish)
    units = sum(_units(letter, alphabet) for letter in text)
    return Count(alphabet, len(split(text, turkish=turkish)), units, len(text))


def alphabet_of(text: str, *, turkish: bool = False) -> str:
    """The cheapest alphabet that has all its letters."""
    letters = set(text) - EXTENDED
    if letters <= BASIC:
        return GSM7
    return TURKISH if turkish and letters <= TURKISH_BASIC else UCS2


def split(text: str, *, turkish: bool = False) -> tuple[str, ...]:
    """The parts that it is sent in; a letter of two units is never cut in two. "" is one part."""
    alphabet = alphabet_of(text, turkish=turkish)
    single, each = _WIDTHS[alphabet]
    if sum(_units(letter, alphabet) for letter in text) <= single:
        return (text,)
    return tuple(_pieces(text, alphabet, each))


def plain(text: str) -> str:
    """Written so that GSM-7 is enough, where that only costs marks: `ş` becomes `s`.

    What has no plain form, an emoji or another script, stays as it is.
    """
    return unicodedata.normalize("NFC", text).translate(_PLAIN)


def _pieces(text: str, alphabet: str, most: int) -> Iterator[str]:
    begun, used = 0, 0
    for place, letter in enumerate(text):
        units = _units(letter, alphabet)
        if used + units > most:
            yield text[begun:place]
            begun, used = place, 0
        used += units
    yield text[begun:]


def _units(letter: str, alphabet: str) -> int:
    if alphabet == UCS2:
        return 2 if ord(letter) > 0xFFFF else 1
    if alphabet == TURKISH:
        return 1 if letter in TURKISH_BASIC else 2
    return 1 if letter in BASIC else 2
