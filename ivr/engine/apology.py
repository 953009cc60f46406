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


def prompt(language: str) -> Prompt:
    """The apology in the caller's language, else in English. Length as prompts are estimated."""
    spoken = language if language in _WORDS else "en"
    words = _WORDS[spoken]
    return Prompt("apology", spoken, words, len(words) / 14, barge_in=False)


def said() -> Move:
    """The apology has been heard."""
    return Goodbye()


RESUME: Mapping[tuple[str, type[Answer]], Callable[[], Move]] = {("sound", PromptEnded): said}
"""The answers that the node `NODE` takes."""
