"""Whose message it is decides; more of it in `test_playing`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ivr.domain.errors import NotFoundError
from ivr.web.api.recordings.shapes import PLAY
from ivr.web.permissions import Who
from ivr.web.typed import Ask
from tests.fakes.message_desk import parts_of

if TYPE_CHECKING:
    from tests.fakes.ticket_door import TicketDoor


async def test_a_recording_that_is_not_there_is_nobodys(house: TicketDoor) -> None:
    ask = Ask(None, Who("x", roles=("quality",)), "")  # type: ignore[arg-type]
    with pytest.raises(NotFoundError):
        await parts_of(house).needed(ask, "01J", PLAY)
