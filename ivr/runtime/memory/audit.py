"""The record of what people did, in memory, gone with the process."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

from ivr.domain.plain import plain_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ivr.runtime.ports.desk import AuditRow


class MemoryAudit:
    """The port `Audit` in a list. Facts are copied, so that no later change gets in."""

    def __init__(self) -> None:
        self._rows: list[AuditRow] = []

    async def append(self, row: AuditRow) -> None:
        """Keep it. Raises StoreError for facts that are no plain data."""
        if row.at.tzinfo is None:
            raise ValueError("naive datetime")
        facts = json.loads(plain_text(row.facts, "an audit row"))
        self._rows.append(replace(row, facts=facts))

    async def recent(self, limit: int = 100) -> Sequence[AuditRow]:
        """The newest first."""
        return self._rows[::-1][:limit]
