"""Says and writes values in words: numbers, money, dates, phone numbers, in each language.

A new language is one module with a `Wording` and one line in `LANGUAGES`.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from ivr.media.say.dispatch import word
from ivr.media.say.en import SpokenEnglish
from ivr.media.say.formats import CURRENCIES, FORMATS, FormatError, accepts, format_problem
from ivr.media.say.tr import SpokenTurkish
from ivr.media.say.wording import Speller, When, Wording
from ivr.media.say.written import written_english, written_turkish

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ivr.domain.values import Value

__all__ = [
    "CURRENCIES",
    "FORMATS",
    "LANGUAGES",
    "FormatError",
    "Speller",
    "When",
    "Wording",
    "accepts",
    "format_problem",
    "speak",
    "write",
]

LANGUAGES: Mapping[str, Speller] = MappingProxyType(
    {
        "tr": Speller(SpokenTurkish(), written_turkish(SpokenTurkish())),
        "en": Speller(SpokenEnglish(), written_english(SpokenEnglish())),
    }
)


def speak(language: str, fmt: str, argument: str, value: Value, when: When) -> str:
    """The words a caller hears for a value; raises `FormatError` if it cannot be said."""
    return word(_speller(language).spoken, fmt, argument, value, when)


def write(language: str, fmt: str, argument: str, value: Value, when: When) -> str:
    """The text a value has in an SMS or a ticket; raises `FormatError` if it has none."""
    return word(_speller(language).written, fmt, argument, value, when)


def _speller(language: str) -> Speller:
    if language not in LANGUAGES:
        known = ", ".join(LANGUAGES)
        raise FormatError(f'no language "{language}"; the languages are {known}')
    return LANGUAGES[language]
