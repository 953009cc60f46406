"""Promises to call back in memory, gone with the process."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ivr.domain.errors import StaleVersionError, StoreError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ivr.runtime.ports.desk import CallbackRow


class MemoryCallbacks:
    """The port `Callbacks` in a dict, in the order in which they were promised."""

    def __init__(self) -> None:
        self._rows: dict[str, tuple[str, CallbackRow]] = {}

    async def save(self, group: str, row: CallbackRow) -> None:
        """Store it where the stored version is one lower."""
        promise = row.promise
        _group, known = self._rows.get(promise.token, (group, None))
        if promise.version != 1 + (0 if known is None else known.promise.version):
            raise StaleVersionError(f"promise {promise.token} is not at {promise.version - 1}")
        if promise.is_open and promise.identity and self._other(row):
            raise StoreError("another promise to this person is open")
        self._rows[promise.token] = group, replace(row, pop=dict(row.pop))

    async def get(self, promise: str) -> CallbackRow | None:
        """One promise."""
        found = self._rows.get(promise)
        return None if found is None else found[1]

    async def open(self, group: str) -> Sequence[CallbackRow]:
        """Every promise that is still to be kept, oldest first."""
        return [row for of, row in self._rows.values() if of == group and row.promise.is_open]

    async def recent(self, limit: int = 100) -> Sequence[CallbackRow]:
        """The newest promises first."""
        return [row for _group, row in reversed(self._rows.values())][:limit]

    def _other(self, row: CallbackRow) -> bool:
        mine = row.promise
        return any(
            (other.promise.identity, other.promise.queue) == (mine.identity, mine.queue)
            and other.promise.is_open
            and other.promise.token != mine.token
            for _group, other in self._rows.values()
        )
