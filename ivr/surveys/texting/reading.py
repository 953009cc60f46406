"""Reads what somebody wrote in answer to a question: a score, a wish to be left alone, or words.

The steps have a fixed order, the first that fits counts. A number is taken only if there is no
doubt about it: `10/10` is 10, `4,5` and `2-3` are asked again, a telephone number is never a score.
Source: surveys.md section 4.2.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from ivr.domain.fold import fold
from ivr.domain.texting.words import OUT, wish_of, words_of
from ivr.surveys.model import NO, YES

if TYPE_CHECKING:
    from collections.abc import Mapping

NUMBER_WORDS: Mapping[str, Mapping[str, int]] = {
    "tr": dict(
        zip(
            ("sifir", "bir", "iki", "uc", "dort", "bes", "alti", "yedi", "sekiz", "dokuz", "on"),
            range(11),
            strict=True,
        )
    ),
    "en": dict(
        zip(
            ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
            range(11),
            strict=True,
        )
    ),
}
"""Language -> folded word -> number."""
YESNO_WORDS: Mapping[str, Mapping[str, int]] = {
    "tr": {"evet": YES, "e": YES, "hayir": NO, "h": NO},
    "en": {"yes": YES, "y": YES, "no": NO, "n": NO},
}
_FRACTION = re.compile(r"(?<![\d./])(\d{1,2}) ?/ ?(\d{1,2})(?![\d./])")
_NUMBER = re.compile(r"\d+")
_DOUBT = re.compile(r"\d ?[.,:/-] ?\d|(?<!\w)-\d|[^\W\d_]\d|\d[^\W\d_]")
"""Two numbers joined, a minus, or a number inside a word (`3G`): no score, whatever it says."""
_STARS = "★⭐🌟"
_MOST_WORDS = 2
_DIGITS = 2


class Meaning(StrEnum):
    """What a message turned out to be."""

    OPT_OUT = "opt_out"
    BACK = "back"
    ANSWER = "answer"
    UNCLEAR = "unclear"
    WORDS = "words"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What kind of answer a question takes.

    low, high: whole numbers, both included; both 0 and no choices: free text. choices: key ->
    what is stored. yesno: 1 and 2, and the words of it. language: of the session.
    """

    language: str
    low: int = 0
    high: int = 0
    choices: Mapping[str, str] = field(default_factory=dict)
    yesno: bool = False

    @property
    def free(self) -> bool:
        """Whether any words are an answer."""
        return self.low == self.high == 0 and not self.choices

    def allows(self, number: int) -> bool:
        """Whether the number is one of those that may be given."""
        return str(number) in self.choices if self.choices else self.low <= number <= self.high

    @property
    def digits(self) -> int:
        """The longest number that can be meant, two at least."""
        return max(_DIGITS, len(str(self.high)))


@dataclass(frozen=True, slots=True)
class Read:
    """A message understood. number: of an answer. value: what is stored of a choice, or the words
    of an answer to a free question. comment: what was written beside the number, the whole message.
    """

    meaning: Meaning
    number: int | None = None
    value: str = ""
    comment: str = ""


def read(text: str, wanted: Wanted) -> Read:
    """What a message means as the answer to a question.

    UNCLEAR: numbers, but not one that can be taken. WORDS: no number at all.
    """
    wish = wish_of(text, yes_no=wanted.yesno)
    if wish:
        return Read(Meaning.OPT_OUT if wish == OUT else Meaning.BACK)
    if wanted.free:
        return Read(Meaning.ANSWER, value=text.strip()) if text.strip() else Read(Meaning.UNCLEAR)
    found = _number_in(text, wanted)
    if found is None:
        return Read(_otherwise(text, wanted), comment=text.strip())
    return Read(Meaning.ANSWER, found, wanted.choices.get(str(found), ""), _beside(text))


def _number_in(text: str, wanted: Wanted) -> int | None:
    """The number that the message gives without doubt; None = it gives none."""
    for way in (_fraction, _figure, _word, _stars):
        found = way(text, wanted)
        if found is not None:
            return found if wanted.allows(found) else None
    return None


def _fraction(text: str, wanted: Wanted) -> int | None:
    """`a/b` where b is the top of the scale."""
    found = {match.groups() for match in _FRACTION.finditer(fold(text))}
    if len(found) != 1 or wanted.choices or wanted.yesno:
        return None
    part, whole = (int(each) for each in found.pop())
    return part if whole == wanted.high else None


def _figure(text: str, wanted: Wanted) -> int | None:
    """The one distinct number; beside a long one (a telephone, a ticket) only if it stands first,
    apart from it."""
    folded = fold(text)
    numbers = _NUMBER.findall(folded)
    short = {int(each) for each in numbers if len(each) <= wanted.digits}
    if len(short) != 1 or _DOUBT.search(folded):
        return None
    if any(len(each) > wanted.digits for each in numbers):
        words = words_of(text)
        if not words[0].isdigit() or len(words[0]) > wanted.digits or words[1].isdigit():
            return None
    return short.pop()


def _word(text: str, wanted: Wanted) -> int | None:
    """A number word of the session's language in a message of two words at most; `yes` and `no`
    where they are asked for, as the first word; the words of a choice."""
    words = words_of(text)
    if wanted.yesno and words:
        known = YESNO_WORDS.get(wanted.language, {})
        said = {known[each] for each in words if each in known}
        if len(said) == 1 and words[0] in known:
            return said.pop()
    for key, value in wanted.choices.items():
        if key.isdigit() and words and words == words_of(value):
            return int(key)
    if len(words) > _MOST_WORDS:
        return None
    numbers = NUMBER_WORDS.get(wanted.language, {})
    named = {numbers[each] for each in words if each in numbers}
    return named.pop() if len(named) == 1 else None


def _stars(text: str, wanted: Wanted) -> int | None:
    """One to five star signs on a scale from 1 to 5; asterisks only if there is nothing else."""
    if (wanted.low, wanted.high) != (1, 5):
        return None
    bare = text.strip()
    if bare and not bare.strip("* "):
        return bare.count("*")
    return sum(bare.count(star) for star in _STARS) or None


def _otherwise(text: str, wanted: Wanted) -> Meaning:
    """UNCLEAR if the message tried to give a number, WORDS if it did not."""
    numbers = _NUMBER.findall(fold(text))
    stars = any(star in text for star in _STARS)
    tried = any(len(each) <= wanted.digits for each in numbers)
    return Meaning.UNCLEAR if tried or stars or not text.strip() else Meaning.WORDS


def _beside(text: str) -> str:
    """The whole message, if it says more than the answer."""
    more = [each for each in words_of(text) if not each.isdigit()]
    return text.strip() if len(more) > (0 if _NUMBER.search(text) else 1) else ""
