"""What agents say of their calls, in memory, gone with the process."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ivr.runtime.ports.desk import WrapupRow

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime


class MemoryWrapups:
    """The port `Wrapups` in a dict."""

    def __init__(self) -> None:
        self._rows: dict[tuple[str, str], WrapupRow] = {}

    async def note(self, call: str, agent: str, at: datetime, note: str) -> None:
        """Keep a note, in the place of his earlier one."""
        self._rows[call, agent] = replace(self._row(call, agent, at), note=note, at=at)

    async def code(self, call: str, agent: str, at: datetime, code: str) -> None:
        """Keep the wrap-up code, in the place of an earlier one."""
        self._rows[call, agent] = replace(self._row(call, agent, at), code=code, at=at)

    async def of(self, call: str) -> Sequence[WrapupRow]:
        """What was said of a call, in the order of the agents' names."""
        found = [row for (about, _agent), row in self._rows.items() if about == call]
        return sorted(found, key=lambda row: row.agent)

    def _row(self, call: str, agent: str, at: datetime) -> WrapupRow:
        if at.tzinfo is None:
            raise ValueError("naive datetime")
        return self._rows.get((call, agent)) or WrapupRow(call, agent, at)
