"""Whether a message says "write to me no more" or "begin again", in Turkish and English.

The one judge of it, for texts outside a survey and inside one. Words are folded first: Python's
`'İPTAL'.lower()` carries a loose dot and `'ıptal'` keeps its ı, so neither equals `iptal`. A house
may add words, never take one away. Source: surveys.md section 4.2.
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import TYPE_CHECKING

from ivr.domain.fold import fold

if TYPE_CHECKING:
    from collections.abc import Iterable


class Opting(StrEnum):
    """What a message asks for."""

    OUT = "out"
    BACK = "back"


OUT_WORDS = frozenset(
    {"iptal", "ret", "dur", "cik"}
    | {"stop", "stopall", "unsubscribe", "end", "quit", "cancel", "revoke", "optout"}
)
BACK_WORDS = frozenset({"baslat", "start"})
"""Both folded."""
_NO = "hayir"
_LONGEST = 4
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")


def words_of(text: str) -> list[str]:
    """The words of a message, folded, without punctuation and signs."""
    return _WORD.findall(fold(text))


def opting(text: str, more: Iterable[str] = (), *, no_answers: bool = False) -> Opting | None:
    """What the message asks for; None = neither.

    Out: the first word is one of OUT_WORDS and there are four at most, so that "end of the month
    is fine" stays a sentence. HAYIR counts only alone. Back: one of BACK_WORDS, alone.
    more: words that the house adds. no_answers: the message answers a yes/no question, where HAYIR
    is an answer.
    """
    words = words_of(text)
    if words[:2] == ["opt", "out"]:
        words[:2] = ["optout"]
    if not words or len(words) > _LONGEST:
        return None
    if words == [_NO]:
        return None if no_answers else Opting.OUT
    if words[0] in OUT_WORDS or words[0] in {fold(each) for each in more}:
        return Opting.OUT
    return Opting.BACK if len(words) == 1 and words[0] in BACK_WORDS else None
