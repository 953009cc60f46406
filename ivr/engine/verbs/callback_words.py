"""What a queue says by itself to those whom it offers to call them back, in Turkish and English.

In another language it is said in English, as the apology is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.domain.call import Prompt
from ivr.engine.verbs.announcing import LETTERS_A_SECOND
from ivr.media.say import When, speak

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ivr.domain.slots import Slot

OFFER, CHOICE, BOOKED = "callback_offer", "callback_choice", "callback_booked"
"""The names of the prompts, in records of what was said."""
_OFFERS: Mapping[str, str] = {
    "tr": "Beklemeden sizi geri aramamızı isterseniz {} tuşuna basın.",
    "en": "If you would rather be called back than wait, press {}.",
}
_BOOKED: Mapping[str, str] = {
    "tr": "Sizi geri arayacağız. Hoşça kalın.",
    "en": "We will call you back. Goodbye.",
}
_BOOKED_FOR: Mapping[str, str] = {
    "tr": "Sizi {} arasında arayacağız. Hoşça kalın.",
    "en": "We will call you back {}. Goodbye.",
}
_NEXT: Mapping[str, str] = {
    "tr": "Sıranız gelir gelmez aramamız için {} tuşuna basın.",
    "en": "To be called as soon as it is your turn, press {}.",
}
_THEN: Mapping[str, str] = {
    "tr": "{} arasında aramamız için {} tuşuna basın.",
    "en": "To be called {}, press {}.",
}
_BETWEEN: Mapping[str, str] = {"tr": "{} saat {} ile {}", "en": "{} between {} and {}"}
_DAYS: Mapping[str, tuple[str, str]] = {"tr": ("bugün", "yarın"), "en": ("today", "tomorrow")}


def offer(language: str, key: str) -> Prompt:
    """The offer; key: what is pressed to accept it."""
    return _prompt(OFFER, _OFFERS, language, key)


def choice(language: str, found: Sequence[Slot], when: When) -> Prompt:
    """When would you like to be called? Key 1 is as soon as possible, then come the times."""
    spoken = _spoken(language)
    said = [_NEXT[spoken].format(1)]
    for key, slot in enumerate(found, start=2):
        text = _THEN[spoken].format(_between(spoken, slot, when), key)
        said.append(text[0].upper() + text[1:])
    return _said(CHOICE, spoken, " ".join(said))


def booked(language: str, slot: Slot | None, when: When) -> Prompt:
    """It is promised, for which time if one was chosen, and the call is over."""
    spoken = _spoken(language)
    if slot is None:
        return _prompt(BOOKED, _BOOKED, language)
    return _said(BOOKED, spoken, _BOOKED_FOR[spoken].format(_between(spoken, slot, when)))


def _between(spoken: str, slot: Slot, when: When) -> str:
    """As in `today between two p m and four p m`."""
    begins, ends = slot.begins.astimezone(when.zone), slot.ends.astimezone(when.zone)
    day = _DAYS[spoken][begins.date() > when.now.astimezone(when.zone).date()]
    clock = (speak(spoken, "time", "", each.time(), when) for each in (begins, ends))
    return _BETWEEN[spoken].format(day, *clock)


def _prompt(name: str, texts: Mapping[str, str], language: str, *values: str) -> Prompt:
    spoken = _spoken(language)
    return _said(name, spoken, texts[spoken].format(*values))


def _spoken(language: str) -> str:
    return language if language in _OFFERS else "en"


def _said(name: str, spoken: str, text: str) -> Prompt:
    return Prompt(name, spoken, text, len(text) / LETTERS_A_SECOND)
