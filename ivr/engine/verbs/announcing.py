"""What a queue says by itself to those who wait: place and time, built in, in Turkish and English.

Source: acd-cti.md 7.1, 7.2.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, TypeAlias

from ivr.domain.call import Prompt
from ivr.media.say import When, speak

if TYPE_CHECKING:
    from ivr.domain.events import QueueNews
    from ivr.domain.values import Value
    from ivr.flow.world import QueueShape

NAME = "waiting"
"""The name of the built-in prompt, in records of what was said."""
LETTERS_A_SECOND = 14
_Say: TypeAlias = Callable[[str, "Value"], str]


@dataclass(frozen=True, slots=True)
class _Words:
    """The sentences of one language; the number, in words, stands for the braces."""

    place: str
    place_as: str
    more_than: str
    within: str
    longer_than: str


_WORDS: Mapping[str, _Words] = {
    "tr": _Words(
        place="Sırada {} kişisiniz.",
        place_as="ordinal",
        more_than="Sırada {} kişiden fazla bekleyen var.",
        within="Her on aramadan sekizi {} içinde yanıtlanıyor.",
        longer_than="Bekleme süresi {}dan uzun olabilir.",
    ),
    "en": _Words(
        place="You are number {} in the queue.",
        place_as="number",
        more_than="There are more than {} people in the queue.",
        within="In eight of ten cases you are answered within {}.",
        longer_than="The wait may be longer than {}.",
    ),
}


def prompts(shape: QueueShape, news: QueueNews, language: str, when: When) -> tuple[Prompt, ...]:
    """What is to be said now, as one prompt; none if there is nothing to tell.

    In a language without words of its own it is said in English, as the apology is.
    """
    spoken = language if language in _WORDS else "en"

    def say(form: str, value: Value) -> str:
        return speak(spoken, form, "", value, when)

    words = _WORDS[spoken]
    said = [
        *(_place(words, news, say) if shape.position else ()),
        *(_time(words, news, say) if shape.estimate else ()),
    ]
    if not said:
        return ()
    text = " ".join(said)
    return (Prompt(NAME, spoken, text, len(text) / LETTERS_A_SECOND),)


def _place(words: _Words, news: QueueNews, say: _Say) -> tuple[str, ...]:
    if news.position is not None:
        return (words.place.format(say(words.place_as, Decimal(news.position))),)
    if news.more_than is not None:
        return (words.more_than.format(say("number", Decimal(news.more_than))),)
    return ()


def _time(words: _Words, news: QueueNews, say: _Say) -> tuple[str, ...]:
    if news.estimate_min is not None:
        return (words.within.format(say("duration", timedelta(minutes=news.estimate_min))),)
    if news.longer_than_min is not None:
        length = timedelta(minutes=news.longer_than_min)
        return (words.longer_than.format(say("duration", length)),)
    return ()
