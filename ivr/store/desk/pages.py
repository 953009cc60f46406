"""Cursors of lists that go by time: where a page ended, as text that clients do not read."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import datetime

from ivr.domain.errors import NotValidError


def cursor_of(at: datetime, name: str) -> str:
    """The cursor of the row with this time and public id."""
    return urlsafe_b64encode(json.dumps([at.isoformat(), name]).encode()).decode()


def read_cursor(cursor: str) -> tuple[datetime, str]:
    """The reverse. Raises NotValidError."""
    try:
        at, name = json.loads(urlsafe_b64decode(cursor.encode("ascii")))
        moment = datetime.fromisoformat(at)
        right = moment.tzinfo is not None and isinstance(name, str)
    except (ValueError, TypeError):
        right = False
    if not right:
        raise NotValidError("this cursor is not of this list")
    return moment, name
