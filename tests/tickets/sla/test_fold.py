"""Every line of a ledger, the worked ledger, and properties against a stopwatch.

P5 to P9 and P11 are those of tickets.md section 9.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ivr.tickets.sla.fold import apply, fold
from ivr.tickets.sla.ledger import HAND, MERGED, RECOUNT, UNMERGED, LedgerEvent
from tests.tickets.sla.ledgers import (
    Place,
    Step,
    brute,
    brute_due,
    event,
    events,
    gaps,
    names,
    places,
    steps,
    targets,
)
from tests.tickets.sla.scene import CALENDARS, at

if TYPE_CHECKING:
    from ivr.tickets.sla.clock import ClockState

KINDS = ("pause", "resume", "retarget", "recount", "meet", "reopen", "cancel")
RUNNING = ("pause", "resume", "retarget")


def line(when: datetime, kind: str, reason: str = "", **more: object) -> LedgerEvent:
    return LedgerEvent(1, when, kind, reason, **more)  # type: ignore[arg-type]  # as in a ledger


def state_of(*lines: LedgerEvent) -> ClockState:
    found = fold(lines, CALENDARS)
    assert found is not None
    return found


def started(text: str = "05-25 16:40", target_s: int = 28_800) -> LedgerEvent:
    return line(at(text), "start", target_s=target_s, calendar="branch@1")


def test_the_worked_ledger_of_the_specification() -> None:
    # glpi-project/glpi#6902, #15605, #16383: a new policy forgot the pause time.
    lines = [
        started(),
        line(at("05-25 17:30"), "pause", "customer"),
        line(at("05-26 10:00"), "resume", "customer"),
        line(at("05-26 11:00"), "retarget", "priority", target_s=14_400),
        line(at("06-01 09:20"), "meet"),
        line(at("06-02 10:00"), "reopen"),
    ]
    states = [state_of(*lines[: n + 1]) for n in range(len(lines))]
    assert [each.counted_s for each in states] == [0, 3000, 3000, 6600, 13_200, 13_200]
    assert [each.due_at for each in states] == [
        at("06-01 12:10"),
        None,
        at("06-01 14:40"),
        at("06-01 09:40"),
        None,
        at("06-02 10:20"),
    ]
    assert [each.verdict for each in states] == ["", "", "", "", "met", ""]
    assert states[-1].idle_s == 31_200
    assert states[-1].paused_s == 1800 + 3600


def test_a_ledger_begins_with_a_target_and_a_calendar() -> None:
    assert fold((), CALENDARS) is None
    for wrong in (line(at("05-25 10:00"), "pause"), line(at("05-25 10:00"), "start")):
        with pytest.raises(ValueError, match="a ledger starts with"):
            fold([wrong], CALENDARS)


@pytest.mark.parametrize(
    "doubled",
    [
        started(),
        line(at("05-25 17:30"), "pause", "customer"),
        line(at("05-26 10:00"), "resume", "customer"),
        line(at("05-26 11:00"), "warn", data={"level": "1"}),
        line(at("06-01 09:20"), "meet"),
        line(at("06-01 09:20"), "cancel", "cancelled"),
        line(at("06-02 10:00"), "reopen"),
        line(at("05-26 10:30"), "retarget", target_s=7200, calendar="always@1"),
        line(at("06-01 12:20"), "breach"),
    ],
)
def test_a_doubled_line_changes_nothing(doubled: LedgerEvent) -> None:
    before = [started(), line(at("05-25 17:00"), "pause", "customer")]
    if doubled.kind != "resume":
        before.append(line(at("05-25 17:10"), "resume", "customer"))
    if doubled.kind == "reopen":
        before.append(line(at("06-01 09:20"), "meet"))
    once = state_of(*before, doubled)
    later = replace(doubled, at=doubled.at + timedelta(hours=30))
    assert apply(once, later, CALENDARS) is once


def test_it_runs_only_while_there_is_no_reason_to_pause() -> None:
    lines = [
        started("06-01 09:00"),
        line(at("06-01 10:00"), "pause", "customer"),
        line(at("06-01 10:30"), "pause", "third"),
        line(at("06-01 11:00"), "resume", "customer"),
    ]
    assert state_of(*lines).reasons == ("third",)
    assert state_of(*lines).due_at is None
    again = state_of(*lines, line(at("06-01 12:00"), "resume", "third"))
    assert (again.counted_s, again.paused_s, again.reasons) == (3600, 7200, ())


def test_a_late_report_enters_with_the_last_line() -> None:
    before = state_of(started("06-01 09:00"), line(at("06-01 11:00"), "warn", data={"level": "1"}))
    late = apply(before, line(at("06-01 10:00"), "pause", "customer"), CALENDARS)
    assert (late.at, late.counted_s) == (at("06-01 11:00"), 7200)


def test_a_new_calendar_counts_from_here_and_recount_from_the_start() -> None:
    begin = line(at("06-01 17:00"), "start", target_s=36_000, calendar="branch@1")
    keep = line(at("06-02 10:00"), "retarget", calendar="always@1")
    kept = state_of(begin, keep)
    assert (kept.counted_s, kept.due_at) == (7200, at("06-02 18:00"))
    again = state_of(begin, replace(keep, data={"mode": RECOUNT}))
    assert (again.counted_s, again.due_at) == (17 * 3600, at("06-02 03:00"))


def test_recount_keeps_the_pauses_where_they_were() -> None:
    lines = [
        started("06-01 17:00"),
        line(at("06-01 18:00"), "pause", "customer"),
        line(at("06-02 08:00"), "resume", "customer"),
        line(at("06-02 10:00"), "retarget", calendar="always@1"),
        line(at("06-02 12:00"), "retarget", data={"mode": RECOUNT}),
    ]
    assert [state_of(*lines[:n]).counted_s for n in (3, 4, 5)] == [3600, 7200, 3600 + 4 * 3600]


def test_exactly_on_target_is_met_and_a_second_later_is_not() -> None:
    due = at("06-01 12:10")
    assert state_of(started(), line(due, "meet")).verdict == "met"
    late = line(due + timedelta(seconds=1), "meet")
    assert state_of(started(), late).verdict == "breached_closed"


def test_a_cancelled_clock_has_no_verdict_and_says_why() -> None:
    ended = state_of(started(), line(at("05-26 10:00"), "cancel", "policy"))
    assert (ended.verdict, ended.end_reason, ended.due_at) == ("cancelled", "policy", None)


def test_a_breach_is_never_undone_by_a_later_pause_but_a_longer_target_is_not_missed() -> None:
    missed = [started(), line(at("06-01 12:10"), "breach")]
    paused = state_of(*missed, line(at("06-01 12:10"), "pause", "customer"))
    assert paused.breached_at == at("06-01 12:10")
    resumed = apply(paused, line(at("06-02 10:00"), "resume", "customer"), CALENDARS)
    assert (resumed.breached_at, resumed.due_at) == (at("06-01 12:10"), at("06-01 12:10"))
    longer = state_of(*missed, line(at("06-01 14:00"), "retarget", target_s=36_000))
    assert (longer.breached_at, longer.due_at) == (None, at("06-01 15:10"))
    back = apply(longer, line(at("06-01 14:00"), "retarget", target_s=28_800), CALENDARS)
    assert back.breached_at == at("06-01 12:10")


def test_a_pause_at_the_very_due_moment_moves_it_too() -> None:
    lines = [
        started(),
        line(at("06-01 12:10"), "pause", "customer"),
        line(at("06-02 10:00"), "resume", "customer"),
    ]
    assert state_of(*lines).due_at == at("06-02 10:00")


def test_only_counting_again_takes_a_breach_back_and_it_may_then_be_missed_again() -> None:
    begin = line(at("06-01 09:00"), "start", target_s=36_000, calendar="always@1")
    missed = [begin, line(at("06-01 19:00"), "breach")]
    again = line(at("06-01 20:00"), "retarget", calendar="branch@1", data={"mode": RECOUNT})
    state = state_of(*missed, again)
    assert (state.counted_s, state.breached_at) == (8 * 3600, None)
    assert state.due_at == at("06-02 11:00")
    twice = apply(state, line(at("06-02 11:00"), "breach"), CALENDARS)
    assert twice.breached_at == at("06-02 11:00")


def test_a_breach_of_a_target_that_is_not_used_up_changes_nothing() -> None:
    state = state_of(started())
    assert apply(state, line(at("05-26 10:00"), "breach"), CALENDARS) is state


def test_a_target_that_is_used_up_already_was_due_when_it_was_used_up() -> None:
    state = state_of(started(), line(at("05-26 11:00"), "retarget", target_s=3600))
    assert state.due_at == at("05-25 17:40")


def test_targets_of_merged_tickets_come_and_go_by_their_number() -> None:
    def took(number: str, target_s: int) -> LedgerEvent:
        return line(at("05-26 10:00"), "retarget", MERGED, target_s=target_s, data={"from": number})

    both = [started(), took("17", 10_000), took("18", 20_000)]
    assert state_of(*both).target_s == 10_000
    gone = line(at("05-26 10:00"), "retarget", UNMERGED, data={"from": "17"})
    assert state_of(*both, gone).target_s == 20_000
    policy = line(at("05-26 10:00"), "retarget", target_s=15_000, data={"policy": "other"})
    assert [state_of(*both, policy, *more).target_s for more in ((), (gone,))] == [10_000, 15_000]
    by_hand = line(at("05-26 10:00"), "retarget", HAND, target_s=40_000)
    assert state_of(*both, by_hand).target_s == 40_000


def test_a_pause_of_an_ended_clock_is_known_when_it_is_reopened() -> None:
    lines = [
        started("06-01 09:00"),
        line(at("06-01 10:00"), "meet"),
        line(at("06-01 11:00"), "pause", "merged"),
        line(at("06-01 12:00"), "reopen"),
        line(at("06-01 14:00"), "resume", "merged"),
    ]
    assert state_of(*lines[:4]).due_at is None
    assert (state_of(*lines).counted_s, state_of(*lines).idle_s) == (3600, 7200)


# --- properties ----------------------------------------------------------------------------------


@given(places, steps(KINDS))
def test_p5_a_clock_counts_what_a_stopwatch_counts(where: Place, found: list[Step]) -> None:
    state, watch = fold(events(found, where), where.calendars), brute(found, where)
    assert state is not None
    later = state.counted(where.at(found[-1].minute), where.calendars)
    assert (later, state.verdict) == (watch.counted * 60, watch.verdict)
    assert state.running is watch.runs


@given(places, steps(("pause", "resume", "retarget", "recount")))
def test_p5_it_is_due_when_the_stopwatch_shows_its_target(where: Place, found: list[Step]) -> None:
    state, due = fold(events(found, where), where.calendars), brute_due(found, where)
    assert state is not None
    if due is not None:
        assert state.due_at is not None
        # A target used up at the very second of a calendar change, while closed, may be due there.
        opened = where.tables[state.calendar]
        assert sum(opened[where.minute(state.due_at) : due]) == 0
        assert where.calendars[state.calendar].elapsed(where.at(due), state.due_at) == 0
    elif not state.running:
        assert state.due_at is None
    else:
        assert state.due_at is None or state.due_at <= where.at(found[-1].minute)


@given(places, steps(RUNNING), gaps, gaps)
def test_p6_a_pause_moves_the_due_time_by_just_its_open_seconds(
    where: Place, found: list[Step], wait: int, length: int
) -> None:
    state = fold(events(found, where), where.calendars)
    assert state is not None
    begin = where.at(found[-1].minute + wait)
    end = begin + timedelta(minutes=length)
    assume(state.due_at is not None)
    assume(state.counted(begin, where.calendars) <= state.target_s)
    paused = apply(state, line(begin, "pause", "x"), where.calendars)
    after = apply(paused, line(end, "resume", "x"), where.calendars)
    assert paused.due_at is None
    assert state.due_at is not None
    assert after.due_at is not None
    counts = where.calendars[state.calendar].elapsed
    assert counts(state.due_at, after.due_at) == counts(begin, end)


def ignoring_time(state: ClockState) -> ClockState:
    return replace(state, at=datetime(2026, 1, 1, tzinfo=UTC), counted_s=0)


@given(places, steps(KINDS), gaps, targets, names)
def test_p7_a_retarget_there_and_back_changes_nothing(
    where: Place, found: list[Step], wait: int, target: int, calendar: str
) -> None:
    before = fold(events(found, where), where.calendars)
    assert before is not None
    minute = found[-1].minute + wait
    there = Step(minute, "retarget", HAND, target, calendar)
    back = Step(minute, "retarget", HAND, before.target_s // 60, before.calendar)
    after = before
    for step in (there, back):
        after = apply(after, event(step, 1, where), where.calendars)
    assert ignoring_time(after) == ignoring_time(before)


@given(places, steps(("pause", "resume")), gaps, names)
def test_p7_a_recount_there_and_back_changes_nothing(
    where: Place, found: list[Step], wait: int, calendar: str
) -> None:
    before = fold(events(found, where), where.calendars)
    assert before is not None
    minute = found[-1].minute + wait
    after = before
    for key in (calendar, before.calendar):
        step = Step(minute, "retarget", HAND, None, key, recount=True)
        after = apply(after, event(step, 1, where), where.calendars)
    assert ignoring_time(after) == ignoring_time(before)


spans = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), min_size=0, max_size=3)


@given(places, st.tuples(spans, spans, spans), st.permutations(("customer", "merged", "third")))
def test_p8_pauses_commute(
    where: Place, found: tuple[list[tuple[int, int]], ...], order: list[str]
) -> None:
    # Each reason comes and goes; few distinct moments, so that many fall together.
    told: list[tuple[int, str, int, str]] = []
    for reason, times in zip(("customer", "merged", "third"), found, strict=True):
        edges = sorted(edge * 97 for span in times for edge in span)
        told += [(edge, reason, n, ("pause", "resume")[n % 2]) for n, edge in enumerate(edges)]

    def clock(reasons: list[str]) -> ClockState | None:
        moves = sorted(told, key=lambda each: (each[0], reasons.index(each[1]), each[2]))
        first = Step(0, "start", target=500, calendar="a")
        lines = [Step(each[0], each[3], each[1]) for each in moves]
        return fold(events([first, *lines], where), where.calendars)

    one, other = clock(["customer", "merged", "third"]), clock(order)
    assert one == other


@given(places, steps(KINDS))
def test_p11_only_a_recount_makes_counted_fall(where: Place, found: list[Step]) -> None:
    state: ClockState | None = None
    counted = 0
    for step, each in zip(found, events(found, where), strict=True):
        state = apply(state, each, where.calendars)
        now = state.counted(each.at, where.calendars)
        assert now >= counted or step.recount
        counted = now
