"""Phones that ring, and how long."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.channels.sip.wire.orders import HangUp
from ivr.channels.sip.works import Party

if TYPE_CHECKING:
    from tests.fakes.sip_rig import Rig


def party(rig: Rig) -> Party:
    return Party("d1", rig.house.new_line(), rig.works)


async def test_who_rings_too_long_is_given_up_once(rig: Rig) -> None:
    bob, clock = party(rig), rig.desk.clock
    rig.house.bells.ring_until(bob, clock.now().replace(minute=clock.now().minute + 1))
    await clock.advance(59)
    assert not rig.ordered(HangUp)
    await clock.advance(2)
    await clock.advance(100)
    assert [each.call for each in rig.ordered(HangUp)] == ["d1"]
    assert bob.rang_out


async def test_who_answered_rings_no_more(rig: Rig) -> None:
    bob, clock = party(rig), rig.desk.clock
    rig.house.bells.ring_until(bob, clock.now().replace(minute=clock.now().minute + 1))
    rig.house.bells.stop(bob)
    rig.house.bells.stop(bob)
    assert len(rig.house.bells) == 0
    await clock.advance(100)
    assert not rig.ordered(HangUp)
