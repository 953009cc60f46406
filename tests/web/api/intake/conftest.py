"""The API of the intake with a program before it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ivr.web.auth.keys import MachineKey
from ivr.web.auth.tokens import digest
from tests.fakes.ticket_door import TicketDoor, ticket_door

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

KEY = "ivrk_abcdefgh_" + "k" * 43


class _OneKey:
    """A key that may put things into the intake."""

    def __init__(self, houses: list[TicketDoor]) -> None:
        self._houses = houses

    async def key(self, wanted: str) -> MachineKey | None:
        ends_at = self._houses[0].door.clock.now().replace(year=2100)
        one = MachineKey("abcdefgh", digest(KEY), "deniz", frozenset({"intake:a"}), ends_at)
        return one if wanted == one.digest else None


@pytest.fixture
async def keyed(own_file: Path) -> AsyncIterator[TicketDoor]:
    """A server that a program named `key` may use."""
    houses: list[TicketDoor] = []
    async with ticket_door(own_file, keys=_OneKey(houses)) as made:
        houses.append(made)
        made.door.tokens["key"] = {"Authorization": f"Bearer {KEY}"}
        yield made
