"""Promises in memory; what every store promises of them is in tests/ports/test_callbacks.py."""

from __future__ import annotations

from ivr.acd.callbacks import Wish, promise
from ivr.runtime.memory.callbacks import MemoryCallbacks
from ivr.runtime.ports.desk import CallbackRow


async def test_what_was_saved_does_not_change_with_the_mapping() -> None:
    books, pop = MemoryCallbacks(), {"reason": "card"}
    kept = promise(Wish("+90532", "cards", "+90532", 0, 10), "p-1", "12345670", 5)
    await books.save("g1", CallbackRow(kept, pop=pop))
    pop["reason"] = "loan"
    (found,) = await books.open("g1")
    assert found.pop == {"reason": "card"}
