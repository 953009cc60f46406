"""What a queue says by itself to those whom it offers to call them back, in Turkish and English.

In another language it is said in English, as the apology is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.domain.call import Prompt
from ivr.engine.verbs.announcing import LETTERS_A_SECOND

if TYPE_CHECKING:
    from collections.abc import Mapping

OFFER, BOOKED = "callback_offer", "callback_booked"
"""The names of the prompts, in records of what was said."""
_OFFERS: Mapping[str, str] = {
    "tr": "Beklemeden sizi geri aramamızı isterseniz {} tuşuna basın.",
    "en": "If you would rather be called back than wait, press {}.",
}
_BOOKED: Mapping[str, str] = {
    "tr": "Sizi geri arayacağız. Hoşça kalın.",
    "en": "We will call you back. Goodbye.",
}


def offer(language: str, key: str) -> Prompt:
    """The offer; key: what is pressed to accept it."""
    return _prompt(OFFER, _OFFERS, language, key)


def booked(language: str) -> Prompt:
    """It is promised, and the call is over."""
    return _prompt(BOOKED, _BOOKED, language)


def _prompt(name: str, texts: Mapping[str, str], language: str, *values: str) -> Prompt:
    spoken = language if language in texts else "en"
    text = texts[spoken].format(*values)
    return Prompt(name, spoken, text, len(text) / LETTERS_A_SECOND)
