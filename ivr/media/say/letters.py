"""Spells a text sign by sign with the names a language gives to letters, digits and signs."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from ivr.media.say.formats import FormatError

if TYPE_CHECKING:
    from collections.abc import Mapping


def spell(text: str, names: Mapping[str, str]) -> str:
    """Name each character; a space is a pause. A letter no language here has is an error."""
    chunks = unicodedata.normalize("NFC", text).split()
    spelled = (" ".join(_name(sign, names) for sign in chunk) for chunk in chunks)
    return ", ".join(spelled)


def _name(sign: str, names: Mapping[str, str]) -> str:
    for guess in (sign, sign.lower(), _plain(sign)):
        if guess in names:
            return names[guess]
    raise FormatError("a code may hold letters, digits and common signs only")


def _plain(sign: str) -> str:
    """The letter without its accent: é becomes e."""
    return unicodedata.normalize("NFKD", sign)[0].lower()
