"""How far mailboxes were read."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from ivr.runtime.ports.mail import MailPosition
from ivr.store.intake.positions import SqlMailPositions

if TYPE_CHECKING:
    from tests.fakes.intake import Pool


async def test_a_position_is_kept_in_the_place_of_the_earlier_one(pool: Pool) -> None:
    positions = SqlMailPositions(pool.store.database)
    assert await positions.get("a@b/INBOX") is None
    first = MailPosition(7, 3, date(2026, 11, 23))
    await positions.save("a@b/INBOX", first)
    await positions.save("c@d/INBOX", MailPosition(4_294_967_295, 4_294_967_295))
    await positions.save("a@b/INBOX", replace(first, uid=4))
    assert await positions.get("a@b/INBOX") == replace(first, uid=4)
    assert await positions.get("c@d/INBOX") == MailPosition(4_294_967_295, 4_294_967_295)
