"""A text that is sent wakes the lanes, once."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from ivr.runtime.ports.texts import Queued, TextNew
from ivr.runtime.texts.house import Bells, TextHouse

NEW = TextNew("+905321112233", "Merhaba", "k", datetime(2026, 11, 23, 12, tzinfo=UTC))


class Keys:
    """Keeps the keys of texts only."""

    def __init__(self) -> None:
        self.seen: set[str] = set()

    async def queue(self, new: TextNew, *, tenant: int = 1) -> Queued:
        """As the port says."""
        fresh = new.origin_key not in self.seen
        self.seen.add(new.origin_key)
        return Queued(f"T{tenant}", fresh)


async def test_a_fresh_text_rings_the_bells_of_all_trunks_with_texts() -> None:
    rung: list[str] = []
    bells = Bells({"text:a": lambda: rung.append("a"), "other": lambda: rung.append("other")})
    nobody: Any = None
    house = TextHouse(Keys(), nobody, nobody, bells, {"a": nobody, "b": nobody})  # type: ignore[arg-type]
    assert await house.send(NEW, 3) == Queued("T3", fresh=True)
    assert (await house.send(NEW)).fresh is False
    assert rung == ["a"]
