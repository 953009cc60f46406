"""What merging two tickets does to the clocks of the one that stays, and how it is taken back.

The clocks of the other one pause with reason `merged`, as in any move to that state. Source:
tickets.md section 6.2.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ivr.tickets.sla.following import slot_of, tick
from ivr.tickets.sla.ledger import MERGED, UNMERGED
from ivr.tickets.sla.writing import Clock, Line, write

if TYPE_CHECKING:
    from datetime import datetime

    from ivr.tickets.sla.clock import Calendars
    from ivr.tickets.sla.following import House, TicketClocks


def absorb(
    survivor: TicketClocks, loser: TicketClocks, number: str, at: datetime, house: House
) -> TicketClocks:
    """The clocks of the survivor, each due no later than the same clock of the loser was.

    loser: before it moved to `merged`; number: its ticket number. Only clocks that ran count.
    """
    clocks = dict(survivor.clocks)
    for key, clock in survivor.clocks.items():
        other = loser.open_clock(slot_of(key))
        if clock.state.open and other is not None and other.state.due_at is not None:
            clocks[key] = _earlier(clock, other.state.due_at, number, at, house.calendars)
    return tick(replace(survivor, clocks=clocks), at, house)


def release(survivor: TicketClocks, number: str, at: datetime, house: House) -> TicketClocks:
    """The clocks of the survivor without the targets that merging this ticket had brought."""
    line = Line("retarget", at, UNMERGED, data={"from": number})
    clocks = {
        key: write(clock, line, house.calendars) if clock.state.open else clock
        for key, clock in survivor.clocks.items()
    }
    return tick(replace(survivor, clocks=clocks), at, house)


def _earlier(clock: Clock, due: datetime, number: str, at: datetime, calendars: Calendars) -> Clock:
    used = _used_by(clock, due, at, calendars)
    if used >= clock.state.target_s:
        return clock
    line = Line("retarget", at, MERGED, target_s=used, data={"from": number})
    return write(clock, line, calendars)


def _used_by(clock: Clock, due: datetime, at: datetime, calendars: Calendars) -> int:
    """What the clock will have counted at a moment, if from now on it runs without a pause."""
    state = clock.state
    used = state.counted(due, calendars)
    return used if state.running else used + calendars[state.calendar].elapsed(at, due)
