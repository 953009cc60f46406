"""Reads the record of a group, page by page, and has it decided once more."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from ivr.acd.record.replay import Replay
from ivr.runtime.groups.host import CODEC

if TYPE_CHECKING:
    from ivr.acd.words import Event
    from ivr.runtime.ports.desk import GroupLog

PAGE = 2_000
_BEGINS = '{"$":"Restored"'


async def repeat(log: GroupLog, group: str) -> Replay:
    """What came of it. Raises ReplayError for an event of another release, StoreError."""
    replay, seq, place, known = Replay(group), 0, 0, 0
    while events := await log.events(group, seq, PAGE):
        seq = events[-1][0]
        while known <= seq and (decided := await log.decided(group, place, PAGE)):
            place, known = decided[-1][0], decided[-1][1]
            replay.know((number, text) for _place, number, text in decided)
        for number, epoch, body in events:
            if replay.has_begun or body.startswith(_BEGINS):
                replay.take(number, epoch, cast("Event", CODEC.loads(body)))
            else:
                replay.skip()
    return replay
