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
_CARD = re.compile(r"(?<!\d)\d(?:[ -]?\d){12,18}(?!\d)")


class JsonLines(logging.Formatter):
    """One JSON object per line; controls are escaped, long runs of digits never leave."""

    def __init__(self, pii: str = MASK) -> None:
        super().__init__()
        self._pii = pii

    def format(self, record: logging.LogRecord) -> str:
        """The line, without its end."""
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line: dict[str, object] = {
            "at": at,
            "level": record.levelname.lower(),
            "event": record.getMessage(),
            **about(),
            **_extras(record),
        }
        personal = record.__dict__.get("pii")
        if personal and self._pii != DROP:
            line["pii"] = personal if self._pii == FULL else masked(personal)
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        text = json.dumps(line, default=plain, ensure_ascii=False, separators=(",", ":"))
        return _CARD.sub(_hide_card, text)


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


def _hide_card(found: re.Match[str]) -> str:
    """A run of digits as long as a card number that passes the check digit of one (Luhn)."""
    digits = [int(sign) for sign in found.group() if sign.isdigit()]
    doubled = [d if i % 2 else sum(divmod(2 * d, 10)) for i, d in enumerate(digits, len(digits) % 2)]
    return f"[card ...{found.group()[-4:]}]" if sum(doubled) % 10 == 0 else found.group()


def set_up(level: str = "info", pii: str = MASK, stream: TextIO | None = None) -> None:
    """Send every log line of the process to one place, as JSON."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(JsonLines(pii))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for noisy in ("asyncio", "alembic", "sqlalchemy", "watchfiles", "twilio"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
