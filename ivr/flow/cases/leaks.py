"""Searches everything a call wrote for a value that must be nowhere.

As it is, with spaces, dots or dashes between its signs, in base64 (whatever stood before it) and in
hex. A value shorter than 6 characters counts only as a whole word.
"""

from __future__ import annotations

import base64
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

SHORT = 6
_BETWEEN = re.compile(r"(?<=\w)[ \u00a0.\-]+(?=\w)")


def leaks(value: str, texts: Iterable[str]) -> str:
    """The form in which the value was found: `plain spaced base64 hex`, or "" if nowhere."""
    forms = _forms(value)
    for text in texts:
        for name, pattern in forms:
            if pattern.search(text):
                return name
        if len(value) >= SHORT and value in _BETWEEN.sub("", text):
            return "spaced"
    return ""


def _forms(value: str) -> list[tuple[str, re.Pattern[str]]]:
    is_short = len(value) < SHORT
    raw = value.encode()
    spaced = " ".join(value)
    encoded = [base64.b64encode(raw).decode().rstrip("=")] if is_short else _base64_cores(raw)
    words = [("plain", value), ("spaced", spaced), *(("base64", one) for one in encoded)]
    found = [(name, _pattern(word, is_whole=is_short)) for name, word in words]
    hexed = re.compile(_whole(raw.hex()) if is_short else raw.hex(), re.IGNORECASE)
    return [*found, ("hex", hexed)]


def _pattern(word: str, *, is_whole: bool) -> re.Pattern[str]:
    return re.compile(_whole(re.escape(word)) if is_whole else re.escape(word))


def _whole(pattern: str) -> str:
    return rf"(?<!\w){pattern}(?!\w)"


def _base64_cores(raw: bytes) -> list[str]:
    """What the value looks like inside base64 for each of the three places it may begin at.

    The first and last letter mix with what stands beside the value, so they are left out.
    """
    cores = []
    for before in range(3):
        letters = base64.b64encode(bytes(before) + raw).decode().rstrip("=")
        skipped = (0, 2, 3)[before]
        end = len(letters) - (0 if (before + len(raw)) % 3 == 0 else 1)
        cores.append(letters[skipped:end])
    return cores
