"""What the server writes by itself in a survey by text: asking again, and saying welcome back.

Short on purpose: each fits one message, also in an alphabet of 70 signs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ivr.surveys.texting.reading import Wanted

_RANGE = {
    "tr": "Lütfen {low} ile {high} arasında yalnız bir sayı yazın.",
    "en": "Please reply with one number from {low} to {high}.",
}
_YESNO = {"tr": "Lütfen EVET ya da HAYIR yazın.", "en": "Please reply YES or NO."}
_CHOICE = {"tr": "Lütfen numarasını yazın: {keys}", "en": "Please reply with its number: {keys}"}
_OUT = {
    "tr": "Anket mesajı almayacaksınız. Yeniden başlamak için BASLAT yazın.",
    "en": "You will get no more survey messages. To start again reply START.",
}
LANGUAGES = tuple(_RANGE)
_OTHER = "en"


def again(wanted: Wanted) -> str:
    """The polite second try after an answer that could not be taken."""
    if wanted.yesno:
        return _of(_YESNO, wanted.language)
    if wanted.choices:
        keys = ", ".join(f"{key} {value}" for key, value in wanted.choices.items())
        return _of(_CHOICE, wanted.language).format(keys=keys)
    return _of(_RANGE, wanted.language).format(low=wanted.low, high=wanted.high)


def goodbye(language: str) -> str:
    """The one confirmation to whoever wants none, where the survey has no words of its own."""
    return _of(_OUT, language)


def _of(phrases: Mapping[str, str], language: str) -> str:
    return phrases.get(language, phrases[_OTHER])
