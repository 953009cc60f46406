"""What happened while a call was recorded: with whom the caller talked, on hold, where nothing was
kept. Times count from the begin of the recording."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ivr.engine.party import HOLD, OUTSIDE, TALK

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

    from ivr.runtime.ports.contacts import ContactSegment
    from ivr.runtime.ports.recorded.listing import RecordingPause

PAUSE = "pause"
_KINDS = frozenset({TALK, HOLD, OUTSIDE})


@dataclass(frozen=True, slots=True)
class Mark:
    """From `begin` to `end`, seconds. kind: of the part of the contact, or `PAUSE`."""

    kind: str
    begin: float
    end: float
    who: str = ""


def marks_of(
    begin: datetime,
    end: datetime,
    parts: Iterable[ContactSegment],
    pauses: Iterable[RecordingPause],
) -> Sequence[Mark]:
    """Of a recording from `begin` to `end`, by their begins; cut off where it begins and ends."""
    found = [
        *_within(
            begin,
            end,
            ((it.kind, it.started_at, it.ended_at, it.agent) for it in parts if it.kind in _KINDS),
        ),
        *_within(begin, end, ((PAUSE, it.begin, it.end or end, it.who) for it in pauses)),
    ]
    return sorted(found, key=lambda mark: (mark.begin, mark.end))


def _within(
    begin: datetime, end: datetime, spans: Iterable[tuple[str, datetime, datetime, str]]
) -> Iterator[Mark]:
    for kind, since, until, who in spans:
        if since < end and until > begin:
            first, last = max(since, begin) - begin, min(until, end) - begin
            yield Mark(kind, round(first.total_seconds(), 3), round(last.total_seconds(), 3), who)
