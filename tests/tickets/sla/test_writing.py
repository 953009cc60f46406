"""Lines are numbered, never go back in time, and note a missed target once.

P9 is that of tickets.md section 9.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given

from ivr.tickets.sla.fold import fold
from ivr.tickets.sla.writing import Clock, Key, Line, begin, read, settle, write
from tests.tickets.sla.ledgers import DAYS, Place, Step, brute, event, places, steps
from tests.tickets.sla.scene import CALENDARS, at

KEY = Key("sla", "", "resolution", 1)
KINDS = ("pause", "resume", "retarget", "meet", "reopen", "cancel")
SECOND = timedelta(seconds=1)


def started() -> Clock:
    line = Line("start", at("06-01 09:00"), target_s=3600, calendar="branch@1")
    return begin(KEY, line, CALENDARS)


def test_an_empty_ledger_is_no_clock() -> None:
    with pytest.raises(ValueError, match="resolution is empty"):
        read(KEY, (), CALENDARS)


def test_a_doubled_report_leaves_one_line() -> None:
    pause = Line("pause", at("06-01 09:30"), "customer")
    once = write(started(), pause, CALENDARS)
    assert write(once, replace(pause, at=at("06-01 09:40")), CALENDARS) is once
    assert [line.seq for line in once.ledger] == [1, 2]


def test_a_missed_target_is_noted_before_the_line_that_finds_it() -> None:
    clock = write(started(), Line("pause", at("06-01 11:00"), "customer"), CALENDARS)
    assert [(line.kind, line.at) for line in clock.ledger[1:]] == [
        ("breach", at("06-01 10:00")),
        ("pause", at("06-01 11:00")),
    ]
    assert clock.ledger[1].target_s == 3600


def test_a_breach_is_dated_when_it_was_due_not_when_it_was_noticed() -> None:
    noticed = settle(started(), at("06-03 11:00"), CALENDARS)
    assert noticed.ledger[-1].at == at("06-01 10:00")
    assert settle(noticed, at("06-04 11:00"), CALENDARS) is noticed
    assert settle(started(), at("06-01 10:00"), CALENDARS).ledger == started().ledger


def test_a_late_report_enters_with_the_last_line_and_says_when_it_was() -> None:
    clock = settle(started(), at("06-01 10:30"), CALENDARS)
    late = write(clock, Line("meet", at("06-01 09:50")), CALENDARS)
    assert late.ledger[-1].at == at("06-01 10:00")
    assert late.ledger[-1].data["reported_at"] == "2026-06-01T06:50:00+00:00"
    assert late.state.breached_at == at("06-01 10:00")
    assert late.state.verdict == "met"


def test_the_two_passes_of_a_doubled_hour_are_told_apart() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    first = datetime(2026, 10, 25, 2, 30, tzinfo=berlin)
    line = Line("start", first, target_s=7200, calendar="always@1")
    clock = write(begin(KEY, line, CALENDARS), Line("meet", first.replace(fold=1)), CALENDARS)
    assert clock.state.counted_s == 3600
    assert "reported_at" not in clock.ledger[-1].data


def test_a_target_shortened_below_what_is_used_up_is_missed_at_once() -> None:
    short = Line("retarget", at("06-01 09:50"), "priority", target_s=1200)
    missed = settle(write(started(), short, CALENDARS), at("06-01 09:50"), CALENDARS)
    assert (missed.ledger[-1].kind, missed.ledger[-1].at) == ("breach", at("06-01 09:50"))


def written(found: list[Step], where: Place) -> list[Clock]:
    """The clock after each step, as the house would write it, a tick after every one."""
    clocks: list[Clock] = []
    for step in found:
        each = event(step, 0, where)
        line = Line(each.kind, each.at, each.reason, each.target_s, each.calendar, each.data)
        if clocks:
            clocks.append(write(clocks[-1], line, where.calendars))
        else:
            clocks.append(begin(KEY, line, where.calendars))
        clocks.append(settle(clocks[-1], each.at, where.calendars))
    clocks.append(settle(clocks[-1], where.at(2 * DAYS * 1440), where.calendars))
    return clocks


@given(places, steps(KINDS))
def test_p9_there_is_at_most_one_breach_per_target(where: Place, found: list[Step]) -> None:
    ledger = written(found, where)[-1].ledger
    breaches = Counter(line.target_s for line in ledger if line.kind == "breach")
    assert max(breaches.values(), default=1) == 1


@given(places, steps(("pause", "resume", "meet", "reopen", "cancel")))
def test_p9_no_pause_undoes_a_breach(where: Place, found: list[Step]) -> None:
    missed = [clock.state.breached_at for clock in written(found, where)]
    first = next((n for n, each in enumerate(missed) if each), len(missed))
    assert len(set(missed[first:])) <= 1


@given(places, steps(KINDS))
def test_p5_what_is_noticed_late_adds_up_to_the_same(where: Place, found: list[Step]) -> None:
    clocks = written(found, where)
    assert fold(clocks[-1].ledger, where.calendars) == clocks[-1].state
    before_end = clocks[-2].state
    watch = brute(found, where)
    at_end = where.at(found[-1].minute)
    assert before_end.counted(at_end, where.calendars) == watch.counted * 60
    assert before_end.verdict == watch.verdict
    times = [line.at for line in clocks[-1].ledger]
    assert times == sorted(times)
