"""A server with surveys in its database."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.fakes.opinions import published

if TYPE_CHECKING:
    from tests.fakes.opinions import Opinions
    from tests.fakes.ticket_door import TicketDoor


@pytest.fixture
async def book(house: TicketDoor) -> Opinions:
    """The survey of the example, published, with one plan."""
    return await published(house.desk.store.database, house.door.clock.now())
