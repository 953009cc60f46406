"""Marks count from the begin of the recording and end with it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from ivr.runtime.ports.contacts import ContactSegment
from ivr.runtime.ports.recorded.listing import RecordingPause
from ivr.web.api.recordings.marks import Mark, marks_of

BEGIN = datetime(2026, 11, 23, 12, tzinfo=UTC)


def at(seconds: float) -> datetime:
    return BEGIN + timedelta(seconds=seconds)


def part(kind: str, begin: float, end: float, agent: str = "") -> ContactSegment:
    return ContactSegment(0, kind, at(begin), at(end), agent=agent)


def test_what_lies_outside_is_cut_off_or_left_out() -> None:
    parts = [part("talk", -9, -1), part("talk", -1, 4, "ayse"), part("transfer", 8, 20)]
    assert marks_of(at(0), at(10), parts, []) == [
        Mark("talk", 0, 4, "ayse"),
        Mark("transfer", 8, 10),
    ]


def test_waits_and_prompts_are_no_marks() -> None:
    assert marks_of(at(0), at(10), [part("queue", 0, 5), part("ivr", 5, 6)], []) == []


def test_a_pause_that_nobody_ended_lasts_to_the_end_and_stands_in_its_place() -> None:
    pauses = [RecordingPause(at(1), at(2), "ayse"), RecordingPause(at(6))]
    assert marks_of(at(0), at(10), [part("hold", 3, 5, "ayse")], pauses) == [
        Mark("pause", 1, 2, "ayse"),
        Mark("hold", 3, 5, "ayse"),
        Mark("pause", 6, 10),
    ]
