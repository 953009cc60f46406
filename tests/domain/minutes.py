"""A table of open minutes, made by walking the wall clock: the second opinion on calendars."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ivr.domain.calendar import Calendar

MINUTE = timedelta(minutes=1)


def minute_table(calendar: Calendar, start: datetime, minutes: int) -> bytearray:
    """1 for each minute the place is open, by walking the wall clock as a person would.

    An interval is open from the first minute whose wall clock has reached its start to the last
    minute that shows its end, or where none does, to the first that shows a later time.
    """
    zone, origin = calendar.zone, datetime.fromisoformat("1970-01-01")
    shown = []
    for i in range(minutes):
        if i % 15 == 0:
            local = (start + i * MINUTE).astimezone(zone).replace(tzinfo=None)
            base = (local - origin) // MINUTE - i
        shown.append(base + i)
    table = bytearray(minutes)
    first_day = (start - timedelta(days=4)).date()
    for n in range(minutes // 1440 + 8):
        day = first_day + timedelta(days=n)
        plan = calendar.exceptions.get(day)
        if plan is None:
            plan = calendar.holidays.get(day)
        if plan is None:
            plan = calendar.weekly[day.weekday()]
        midnight = (date(day.year, day.month, day.day) - origin.date()).days * 1440
        for begin, end in plan:
            guess = (n - 5) * 1440 + begin
            near = range(max(guess - 1440, 0), min(guess + 6 * 1440, minutes))
            opens = next((i for i in near if shown[i] >= midnight + begin), minutes)
            closes = next((i for i in reversed(near) if shown[i] == midnight + end), None)
            if closes is None:  # the clock skips the end
                closes = next((i for i in near if shown[i] > midnight + end), minutes)
            table[opens:closes] = b"\1" * max(closes - opens, 0)
    return table
