"""When the days of a time zone begin: counts of the day begin anew at midnight there.

Zone files are read here, so that what decides reads none.
"""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo
from functools import lru_cache

from ivr.config.calendars import find_zone

_FIRST = round(datetime(2020, 1, 1, tzinfo=UTC).timestamp())
_LAST = round(datetime(2060, 1, 1, tzinfo=UTC).timestamp())
_DAY_S = 86_400
_NS = 1_000_000_000


@lru_cache(8)
def day_offsets(zone: str) -> tuple[tuple[int, int], ...]:
    """(since when, what is added to UTC for local time from then on), ns, from 2020 to 2060.

    The first one holds from ever on, the last one for ever. Raises UnknownZoneError.
    """
    where = find_zone(zone)
    found = [(0, _offset_s(where, _FIRST))]
    for day in range(_FIRST, _LAST, _DAY_S):
        if _offset_s(where, day + _DAY_S) != found[-1][1]:
            found.append(_change(where, day, day + _DAY_S))
    return tuple((at * _NS, offset * _NS) for at, offset in found)


def _change(where: tzinfo, before: int, after: int) -> tuple[int, int]:
    """The second of a change between two moments, and the offset from then on."""
    old = _offset_s(where, before)
    while after - before > 1:
        middle = (before + after) // 2
        if _offset_s(where, middle) == old:
            before = middle
        else:
            after = middle
    return after, _offset_s(where, after)


def _offset_s(where: tzinfo, at: int) -> int:
    offset = datetime.fromtimestamp(at, where).utcoffset()
    return 0 if offset is None else round(offset.total_seconds())
