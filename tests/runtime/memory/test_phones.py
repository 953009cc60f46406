"""Phones in memory; what every store promises of them is in tests/ports/test_phones.py."""

from __future__ import annotations

from ivr.runtime.memory.phones import MemoryPhones


async def test_what_is_handed_out_can_be_changed_without_harm() -> None:
    phones = MemoryPhones()
    await phones.save_bindings("phones", [{"path": ["sip:a"]}])
    [row] = await phones.bindings("phones")
    row["path"].append("sip:b")
    assert await phones.bindings("phones") == [{"path": ["sip:a"]}]
