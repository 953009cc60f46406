"""Finds the keys that a prompt tells callers to press, in Turkish and in English.

`mentioned` is generous: a digit standing alone, unless it counts something ("16 haneli",
"2 dakika"). `named` is strict: the words around it say that it is a key ("press 4", "4'ü tuşlayın",
"kredi için 4,"). What a prompt fails to name is judged by the first, what it names wrongly by the
second, so that a doubt never becomes a complaint.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING

from ivr.flow.prompt_template import Group, Insert, Template

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_VALUE = "\ufffc"
"""Stands for a value: neither a digit nor a word."""
_ENGLISH = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_TURKISH = (
    ("sıfırı", "sıfıra"),
    ("biri", "bire"),
    ("ikiyi", "ikiye"),
    ("üçü", "üçe"),
    ("dördü", "dörde"),
    ("beşi", "beşe"),
    ("altıyı", "altıya"),
    ("yediyi", "yediye"),
    ("sekizi", "sekize"),
    ("dokuzu", "dokuza"),
)
_SIGNS: Mapping[str, str] = MappingProxyType(
    {"yıldız": "*", "yıldızı": "*", "yıldıza": "*", "star": "*", "asterisk": "*"}
    | {"kare": "#", "kareyi": "#", "kareye": "#", "diyez": "#", "hash": "#", "pound": "#"}
)
_PRESS = r"(?:press(?:ing)?|dial|push|hit|punch|choose|select|key|tuş|option|number)"
_PRESSED = r"(?:tuş\w*|bas(?:ın|ınız|arak|abilirsiniz|malısınız)?\b)"
_UNIT = (
    r"(?:hane|rakam|dakika|saniye|saat|gün|hafta|ay\b|yıl|lira|kuruş|tl\b|kez|kere|defa|adet|kişi|"
    r"yaş|digit|minute|second|hour|day|week|month|year|time|dollar|euro|percent|people|character)"
)
_DIGITS = re.compile(r"(?<![\w.,:/%€$£₺+-])([0-9]{1,4})(?![\w%:/-]|[.,][0-9])")
_CASE = re.compile(r"['’](?:[yn]?[ıiuüae])(?!\w)")
_RANGE_AFTER = re.compile(r"\s*(?:to|and|ile|-|–|ve)\s*[0-9]{1,4}(?!\w)")
_RANGE_BEFORE = re.compile(r"[0-9]{1,4}(?:['’]\w+)?\s*(?:to|ile|-|–)\s*$")
_BETWEEN = re.compile(r"\b(?:between|from)\s+(?:[0-9]+\s+(?:to|and)\s+)?$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class SpokenKeys:
    """Keys as they are pressed: digits, `*`, `#`."""

    mentioned: frozenset[str]
    named: frozenset[str]


def spoken_keys(template: Template) -> SpokenKeys:
    """The keys in a prompt; digits inside its values do not count."""
    return _in_text(_plain(template))


def _plain(template: Template) -> str:
    pieces: list[str] = []
    for piece in template.pieces:
        inner = piece.pieces if isinstance(piece, Group) else (piece,)
        pieces += [_VALUE if isinstance(one, Insert) else one for one in inner]
    return "".join(pieces)


@lru_cache(maxsize=4096)
def _in_text(text: str) -> SpokenKeys:
    found = [*_by_digits(text), *_by_words(text)]
    mentioned = frozenset(key for key, _sure in found)
    return SpokenKeys(mentioned, frozenset(key for key, sure in found if sure))


def _by_digits(text: str) -> Iterator[tuple[str, bool]]:
    for found in _DIGITS.finditer(text):
        before, after = text[: found.start()], text[found.end() :]
        if not _counts_something(before, after):
            yield found[1], _is_pressed(found[1], before, after)


def _counts_something(before: str, after: str) -> bool:
    """Whether the number is an amount, or part of a range of them."""
    if re.match(rf"(?:['’]\w+)?[\s-]*{_UNIT}", after, re.IGNORECASE):
        return True
    ranged = _RANGE_AFTER.match(after) is not None and _BETWEEN.search(before) is not None
    return ranged or _RANGE_BEFORE.search(before) is not None or _dashed(after)


def _dashed(after: str) -> bool:
    return re.match(r"\s*(?:to|-|–)\s*[0-9]", after) is not None


def _is_pressed(number: str, before: str, after: str) -> bool:
    if re.search(rf"\b{_PRESS}(?:\s+(?:the|number|key|on))*\s*[\"'“‘]?$", before, re.IGNORECASE):
        return True
    bare = _CASE.sub("", after, count=1) if _CASE.match(after) else None
    if bare is not None and not re.match(r"\s*(?:kadar|doğru|göre)\b", bare, re.IGNORECASE):
        return True
    if re.match(rf"[\"'”’]?\s*{_PRESSED}", after, re.IGNORECASE):
        return True
    return len(number) == 1 and _ends_a_clause(before, after)


def _ends_a_clause(before: str, after: str) -> bool:
    """`kredi 3,` or `1 for balance`: after a word, and then a stop or what it is for."""
    if re.match(r"\s+(?:for|için)\b", after, re.IGNORECASE):
        return True
    is_named = re.search(r"\w\W{0,2}$", before) is not None
    return is_named and re.match(r"[\"'”’]?\s*(?:[,;.!?]|$)", after) is not None


def _by_words(text: str) -> Iterator[tuple[str, bool]]:
    """`press one`, `biri tuşlayın`, `kare tuşuna basın`: only near a verb of pressing."""
    small = text.replace("I", "ı").replace("İ", "i").lower()
    for number, word in enumerate(_ENGLISH):
        if re.search(rf"\b{_PRESS}(?:\s+(?:the|number|key))*\s+{word}\b", text.lower()):
            yield str(number), True
    if re.search(_PRESSED, small):
        said = frozenset(re.findall(r"\w+", small))
        for number, words in enumerate(_TURKISH):
            if not said.isdisjoint(words):
                yield str(number), False
    if re.search(rf"{_PRESSED}|\b{_PRESS}\b", small):
        signs = (_SIGNS.get(word) for word in re.findall(r"\w+", small))
        yield from ((sign, False) for sign in signs if sign)
