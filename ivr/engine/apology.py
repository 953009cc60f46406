"""The last words when nothing else can be said, built in so that they cannot fail."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.domain.call import Prompt
from ivr.domain.events import Answer, PromptEnded
from ivr.engine.verb import Goodbye, Move

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

NODE = "@apology"
_WORDS = {
    "tr": "Üzgünüz, teknik bir sorun oluştu. Lütfen daha sonra yeniden arayın.",
    "en": "We are sorry, a technical problem occurred. Please call again later.",
}
_CUT_OFF = {
    "tr": "Özür dileriz, temsilcimizle bağlantınız koptu. Sıranız korunuyor, lütfen bekleyin.",
    "en": "We are sorry, the line to our agent was lost. You keep your place, please hold on.",
}
_MONITORED = {
    "tr": "Bu görüşmeye bir yönetici katılıyor.",
    "en": "A supervisor is joining this call.",
}


def prompt(language: str) -> Prompt:
    """The apology in the caller's language, else in English. Length as prompts are estimated."""
    return _spoken("apology", _WORDS, language)


def cut_off(language: str) -> Prompt:
    """What a caller is told whose agent's line has died in the talk."""
    return _spoken("cut_off", _CUT_OFF, language)


def monitored(language: str) -> Prompt:
    """What caller and agent are told before a supervisor comes, if the flow has no words for it."""
    return _spoken("monitored", _MONITORED, language)


def _spoken(name: str, words_of: Mapping[str, str], language: str) -> Prompt:
    spoken = language if language in words_of else "en"
    words = words_of[spoken]
    return Prompt(name, spoken, words, len(words) / 14, barge_in=False)


def said() -> Move:
    """The apology has been heard."""
    return Goodbye()


RESUME: Mapping[tuple[str, type[Answer]], Callable[[], Move]] = {("sound", PromptEnded): said}
"""The answers that the node `NODE` takes."""
