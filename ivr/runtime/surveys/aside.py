"""Rows that cannot be worked on: left alone for a while, so that they hold up nobody, and then
tried again, so that none is forgotten."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

AGAIN = timedelta(minutes=10)
"""A reload or a newer program may make it readable."""


class Aside:
    """Names of rows, until when each is left alone. Whoever looks for work asks for `len` more than
    he wants: those that lie here may stand first."""

    def __init__(self) -> None:
        self._until: dict[str, datetime] = {}

    def __len__(self) -> int:
        return len(self._until)

    def put(self, row: str, now: datetime) -> None:
        """Leave it alone from now on."""
        self._until[row] = now + AGAIN

    def others(self, rows: Iterable[str], now: datetime) -> list[str]:
        """Those that may be worked on. What has lain here long enough is among them again."""
        self._until = {row: until for row, until in self._until.items() if until > now}
        return [row for row in rows if row not in self._until]
