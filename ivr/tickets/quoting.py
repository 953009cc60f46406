"""What is new in an answer by mail: what it quotes of the mails before is taken away for display.

In doubt all stays: an answer between the quoted lines or below them is shown with them. Forms of
English and Turkish mail programs are known. Each pattern looks at one line of at most 300 letters.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

LOOKED_AT = 300
"""Letters of a line that are looked at."""
_WROTE = (
    re.compile(r"^\s*(on\b.*\bwrote|.*\btarihinde\b.*\b(yazdı|yazmış))\s*:\s*$", re.IGNORECASE),
    re.compile(r"^.*\b(şunu yazdı|wrote)\s*:\s*$", re.IGNORECASE),
)
_FORWARD = re.compile(
    r"^\s*-{2,}\s*(original message|özgün ileti|orijinal (ileti|mesaj)|asıl ileti|iletilen mesaj"
    r"|forwarded message)\s*-{2,}\s*$",
    re.IGNORECASE,
)
_RULE = re.compile(r"^\s*_{10,}\s*$")
_FROM = re.compile(r"^\s*\**(from|kimden|gönderen)\s*:", re.IGNORECASE)
_SENT = re.compile(
    r"^\s*\**(sent|date|gönderme tarihi|gönderildi|gönderim|tarih)\s*:", re.IGNORECASE
)
_TO = re.compile(r"^\s*\**(to|kime|alıcı)\s*:", re.IGNORECASE)
HEAD_LINES = 6
"""Lines within which the copied head of a quoted mail says from whom, when and to whom."""


def new_text(text: str) -> str:
    """What the writer added; all of it if nothing would be left."""
    lines = text.splitlines()
    looked = [_plain(line) for line in lines]
    kept = _before_copy(looked)
    kept = _before_quotation(looked[:kept])
    shown = "\n".join(lines[:kept]).strip()
    return shown or text.strip()


def _plain(line: str) -> str:
    """Capital letters of Turkish must not hide a word: the dot above is dropped from İ."""
    return line[:LOOKED_AT].replace("İ", "i")


def _before_copy(lines: Sequence[str]) -> int:
    """How many lines stand before the copy of the mail that is answered (Outlook's way)."""
    for at, line in enumerate(lines):
        if _FORWARD.match(line) or _is_head(lines, at):
            return at - 1 if at and _RULE.match(lines[at - 1]) else at
    return len(lines)


def _is_head(lines: Sequence[str], at: int) -> bool:
    if not _FROM.match(lines[at]):
        return False
    head = lines[at + 1 : at + HEAD_LINES]
    return any(map(_SENT.match, head)) and any(map(_TO.match, head))


def _before_quotation(lines: Sequence[str]) -> int:
    """How many lines stand before the last quotation, if nothing but quotation follows."""
    end = len(lines)
    while end and (not lines[end - 1].strip() or lines[end - 1].lstrip().startswith(">")):
        end -= 1
    if not any(line.lstrip().startswith(">") for line in lines[end:]):
        return len(lines)
    return end - _lead_in(lines[:end])


def _lead_in(lines: Sequence[str]) -> int:
    """How many lines at the end say who wrote what is quoted; programs break them where they get
    long."""
    for pattern in _WROTE:
        for span in range(1, min(3, len(lines)) + 1):
            if pattern.match(" ".join(lines[-span:])):
                return span
    return 0
