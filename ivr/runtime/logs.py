"""Log lines as JSON: a fixed event name, facts beside it, personal data masked.

`extra={"facts": {...}}` for names and figures, `extra={"pii": {...}}` for what belongs to a person:
masked by default, left out with `drop`, shown with `full`. Calls add their id by themselves.
"""

from __future__ import annotations

import json
import logging
import re
import sys
from datetime import UTC, datetime
from typing import TextIO

from ivr.domain.phone import mask_phone
from ivr.domain.values import HIDDEN
from ivr.runtime.context import about
from ivr.runtime.entries import plain

MASK, DROP, FULL = "mask", "drop", "full"
_STANDARD = frozenset(logging.LogRecord("", 0, "", 0, "", None, None).__dict__) | {
    "message",
    "asctime",
    "taskName",
    "facts",
    "pii",
}
# Beside what JSON escapes: control characters, line ends, signs that turn the direction of the
# text, and halves of letters, which no file could be written with.
_UNSEEN = re.compile("[\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff]")
_DIGITS = re.compile(r"\\u[0-9a-f]{4}|\d(?:[ -]?\d){12,}")
_GROUP = re.compile(r"\d+")
_CARD_LEAST, _CARD_MOST = 13, 19


class JsonLines(logging.Formatter):
    """One JSON object per line; controls are escaped, long runs of digits never leave."""

    def __init__(self, pii: str = MASK) -> None:
        super().__init__()
        self._pii = pii

    def format(self, record: logging.LogRecord) -> str:
        """The line, without its end."""
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        fixed = {"at": at, "level": record.levelname.lower(), "event": record.getMessage()}
        line: dict[str, object] = {**fixed, **about(), **_extras(record), **fixed}
        personal = record.__dict__.get("pii")
        if personal and self._pii != DROP:
            line["pii"] = personal if self._pii == FULL else masked(personal)
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        text = json.dumps(line, default=_shown, ensure_ascii=False, separators=(",", ":"))
        return _DIGITS.sub(_hide_cards, _UNSEEN.sub(_escaped, text))


def _extras(record: logging.LogRecord) -> dict[str, object]:
    facts = record.__dict__.get("facts") or {}
    own = {key: value for key, value in record.__dict__.items() if key not in _STANDARD}
    return {**facts, **own}


def masked(value: object) -> object:
    """The same shape with every text masked: a number keeps its ends, anything else nothing."""
    if isinstance(value, dict):
        return {key: masked(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [masked(item) for item in value]
    if isinstance(value, str) and value.startswith("+"):
        return mask_phone(value)
    return value if value is None or isinstance(value, bool) else HIDDEN


def _shown(value: object) -> object:
    """What JSON does not know: ours as notes show it, anything else by its kind alone."""
    try:
        return plain(value)
    except TypeError:
        return f"<{type(value).__name__}>"


def _escaped(found: re.Match[str]) -> str:
    return f"\\u{ord(found.group()):04x}"


def _hide_cards(found: re.Match[str]) -> str:
    """Digits in groups; whole groups that make a card number by length and check digit go."""
    text = found.group()
    if text.startswith("\\"):
        return text
    groups = list(_GROUP.finditer(text))
    for first, begin in enumerate(groups):
        digits = ""
        for end in groups[first:]:
            digits += end.group()
            if is_card(digits):
                rest = _DIGITS.sub(_hide_cards, text[end.end() :])
                return f"{text[: begin.start()]}[card ...{digits[-4:]}]{rest}"
            if len(digits) >= _CARD_MOST:
                break
    return text


def is_card(digits: str) -> bool:
    """Whether this is as long as a card number and its check digit is right (Luhn)."""
    if not _CARD_LEAST <= len(digits) <= _CARD_MOST:
        return False
    numbers = [int(digit) for digit in reversed(digits)]
    doubled = [sum(divmod(2 * n, 10)) if place % 2 else n for place, n in enumerate(numbers)]
    return sum(doubled) % 10 == 0


def set_up(level: str = "info", pii: str = MASK, stream: TextIO | None = None) -> None:
    """Send every log line of the process to one place, as JSON."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(JsonLines(pii))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for noisy in ("asyncio", "alembic", "sqlalchemy", "watchfiles", "twilio"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
