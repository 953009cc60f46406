"""What a text says to a machine before anybody reads it: that its sender wants no more, or wants
texts again.

Words are folded first (`domain/fold.py`), since `'İPTAL'.lower()` carries a combining dot and
`'ıptal'` keeps its ı. Source: surveys.md 4.2, steps 1 and 2.
"""

from __future__ import annotations

import re
from typing import Final

from ivr.domain.fold import fold

OUT: Final = "out"
BACK: Final = "back"
MOST_WORDS = 4
"""A longer text that begins with such a word is a sentence: "end of the month is fine"."""
_ENGLISH_OUT = {"stop", "stopall", "unsubscribe", "end", "quit", "cancel", "revoke", "optout"}
OUT_WORDS = frozenset({"iptal", "ret", "dur", "cik", "hayir"} | _ENGLISH_OUT)
BACK_WORDS = frozenset({"baslat", "start"})
ENGLISH = frozenset(_ENGLISH_OUT | {"start"})
_NO = "hayir"
_WORD = re.compile(r"[^\W_]+")


def words_of(text: str) -> list[str]:
    """The words of a text, folded, without punctuation and signs; "opt out" at its begin is one."""
    words = _WORD.findall(fold(text))
    return ["optout", *words[2:]] if words[:2] == ["opt", "out"] else words


def wish_of(text: str, *, yes_no: bool = False) -> str:
    """What a text wants of the machine: OUT, BACK or "" (nothing: it is for people or a survey).

    yes_no: a question is open that a bare "hayır" answers.
    """
    words = words_of(text)
    if not words:
        return ""
    if len(words) == 1 and words[0] in BACK_WORDS:
        return BACK
    if words[0] == _NO:
        return OUT if len(words) == 1 and not yes_no else ""
    return OUT if words[0] in OUT_WORDS and len(words) <= MOST_WORDS else ""
