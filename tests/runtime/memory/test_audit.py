"""The audit log in memory; what every store promises is in tests/ports/test_audit.py."""

from __future__ import annotations

from datetime import UTC, datetime

from ivr.runtime.memory.audit import MemoryAudit
from ivr.runtime.ports.desk import AuditRow


async def test_facts_are_kept_as_they_were_when_written() -> None:
    audit = MemoryAudit()
    facts = {"path": ["a"]}
    await audit.append(AuditRow(datetime(2026, 11, 23, tzinfo=UTC), "ayse", "x", facts=facts))
    facts["path"].append("b")
    [row] = await audit.recent()
    assert row.facts == {"path": ["a"]}
