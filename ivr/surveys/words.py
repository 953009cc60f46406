"""What a text says: how one opts out, and which end of a scale is good.

Compared after `ivr.domain.fold`. Source: surveys.md sections 3 and 4.2.
"""

from __future__ import annotations

import re

from ivr.domain.fold import fold
from ivr.domain.texting.words import OUT_WORDS

_AMBIGUOUS = frozenset({"end", "ret", "dur", "hayir"})
_TELLING = OUT_WORDS - _AMBIGUOUS
"""Words that nobody writes for another reason: they show that a text says how to opt out."""
_BAD = (
    *("kotu", "hayir", "zor", "degil", "asla", "memnuniyetsiz", "yetersiz"),
    *(
        "bad",
        "poor",
        "no",
        "not",
        "never",
        "difficult",
        "hard",
        "dissatisfied",
        "worst",
        "unlikely",
    ),
)
_GOOD = (
    *("iyi", "evet", "kolay", "memnun", "mukemmel", "kesinlikle", "harika"),
    *("good", "yes", "easy", "certainly", "satisfied", "likely", "excellent", "best"),
)
_WORD = re.compile(r"[a-z]+")
_NUMBER = re.compile(r"(?<![0-9])([0-9]{1,2})(?![0-9])([^0-9,;.]*)")
HIGH, LOW = "high", "low"


def tells_opt_out(text: str) -> bool:
    """Whether a message says by which word one opts out."""
    return any(word in _TELLING for word in _WORD.findall(fold(text)))


def good_end(text: str, low: int, high: int) -> str:
    """Which end of a scale a question calls good: `high`, `low`, or "" where it does not say."""
    ends: dict[int, str] = {}
    for number, after in _NUMBER.findall(text):
        meaning = _meaning(after)
        if meaning:
            ends.setdefault(int(number), meaning)
    if ends.get(high) == "good" or ends.get(low) == "bad":
        return HIGH
    return LOW if ends.get(low) == "good" or ends.get(high) == "bad" else ""


def _meaning(text: str) -> str:
    """`bad` if one of its words is (it may be "certainly not"), else `good` or ""."""
    words = _WORD.findall(fold(text))
    if any(_begins(word, _BAD) for word in words):
        return "bad"
    return "good" if any(_begins(word, _GOOD) for word in words) else ""


def _begins(word: str, stems: tuple[str, ...]) -> bool:
    """Short words must be the same, longer ones may have an ending: `kotudur`."""
    return any(word == stem or (len(stem) > 3 and word.startswith(stem)) for stem in stems)
