"""The last words when nothing else can be said, built in so that they cannot fail."""

from __future__ import annotations

from ivr.domain.call import Prompt

NODE = "@apology"
_WORDS = {
    "tr": "Üzgünüz, teknik bir sorun oluştu. Lütfen daha sonra yeniden arayın.",
    "en": "We are sorry, a technical problem occurred. Please call again later.",
}


def prompt(language: str) -> Prompt:
    """The apology in the caller's language, else in English. Length as prompts are estimated."""
    spoken = language if language in _WORDS else "en"
    words = _WORDS[spoken]
    return Prompt("apology", spoken, words, len(words) / 14, barge_in=False)
