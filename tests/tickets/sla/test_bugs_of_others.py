"""Bugs that users of other ticket systems reported, one test each, so that we do not have them.

The table is that of tickets.md section 9; each test names owner/name#number.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.domain.calendar import Calendar, Intervals
from ivr.tickets.escalation import send_at
from ivr.tickets.sla.following import pausing
from ivr.tickets.sla.happenings import Answered, CustomerWrote, Happening, Moved, Reviewed
from ivr.tickets.sla.policies import METRICS, Rule, Targets
from ivr.tickets.sla.writing import Key
from ivr.tickets.states import TYPES
from tests.tickets.sla.scene import BRANCH, HOUR, OFFICE, Ticket, at, facts, policy

DEFAULT = policy("default", 9, **dict.fromkeys(METRICS, 8 * HOUR))
URGENT = policy("urgent", 1, "priority == 'urgent'", resolution=4 * HOUR)
WAITING = ("pending_customer", "pending_third", "merged")
RUNNING = ("new", "open")


def opened(text: str, target_s: int = 8 * HOUR) -> Ticket:
    return Ticket((policy("default", 9, resolution=target_s),), at(text))


def due(ticket: Ticket) -> datetime | None:
    return ticket.clock("resolution").state.due_at


@pytest.mark.parametrize("bug", ["glpi-project/glpi#6902", "glpi-project/glpi#15605"])
def test_a_new_policy_by_a_rule_of_priority_forgets_no_pause(bug: str) -> None:
    known = Ticket((DEFAULT, URGENT), at("05-25 16:40")).tell(
        Moved(at("05-25 17:30"), "pending_customer"), Moved(at("05-26 10:00"), "open")
    )
    known.facts = facts(priority="urgent")
    known.tell(Reviewed(at("05-26 11:00")))
    state = known.clock("resolution").state
    assert (state.counted_s, state.due_at) == (6600, at("06-01 09:40")), bug


def test_a_new_policy_while_it_waits_forgets_no_pause_either() -> None:
    # glpi-project/glpi#16383, the pull request about the same: the ticket still waits.
    known = Ticket((DEFAULT, URGENT), at("05-25 16:40"))
    known.tell(Moved(at("05-25 17:30"), "pending_customer"))
    known.facts = facts(priority="urgent")
    known.tell(Reviewed(at("05-26 09:30")), Moved(at("05-26 10:00"), "open"))
    state = known.clock("resolution").state
    assert (state.counted_s, state.paused_s, due(known)) == (3000, 5400, at("06-01 09:40"))


@pytest.mark.parametrize("bug", ["glpi-project/glpi#23359", "glpi-project/glpi#9267"])
def test_between_solved_and_reopened_is_neither_waiting_nor_working(bug: str) -> None:
    known = opened("06-01 09:00").tell(
        Moved(at("06-01 10:00"), "pending_customer"),
        Moved(at("06-01 11:00"), "resolved"),
        Moved(at("06-02 10:00"), "open"),
    )
    state = known.clock("resolution").state
    between_s = (1.5 + 4.5 + 1) * HOUR
    assert (state.counted_s, state.paused_s, state.idle_s) == (HOUR, HOUR, between_s), bug
    assert due(known) == at("06-02 18:00")


@pytest.mark.parametrize("waiting", WAITING)
@pytest.mark.parametrize("running", RUNNING)
@pytest.mark.parametrize("bug", ["glpi-project/glpi#14148", "glpi-project/glpi#17186"])
def test_leaving_any_pause_for_any_running_state_moves_the_due_time_by_the_pause(
    waiting: str, running: str, bug: str
) -> None:
    known = opened("06-01 09:00").tell(
        Moved(at("06-01 10:00"), waiting), Moved(at("06-01 12:00"), running)
    )
    assert due(known) == at("06-02 11:00"), bug
    assert known.clock("resolution").state.reasons == ()


def test_a_due_time_never_lies_outside_the_hours() -> None:
    # glpi-project/glpi#9082
    for target_s in range(900, 40 * HOUR, 1717):
        found = due(opened("05-25 16:40", target_s))
        assert found is not None
        assert BRANCH.is_open(found - timedelta(seconds=1)), target_s


def test_a_pause_over_the_weekend_counts_only_its_open_hours() -> None:
    # glpi-project/glpi#10594: the whole weekend was added. Two hours Friday, four Saturday.
    known = opened("11-20 15:00")
    before = due(known)
    assert before is not None
    known.tell(Moved(at("11-20 16:00"), "pending_customer"), Moved(at("11-23 09:00"), "open"))
    after = due(known)
    assert after is not None
    assert BRANCH.elapsed(before, after) == 6 * HOUR


@pytest.mark.parametrize("start", ["11-22 03:00", "11-21 20:00", "11-23 08:59", "11-23 09:00"])
def test_a_ticket_opened_outside_the_hours_counts_from_the_next_opening(start: str) -> None:
    # glpi-project/glpi#687: opened outside the hours, the time to resolve was 0.
    assert due(opened(start, 60)) == at("11-23 09:01")


def test_half_days_count_until_noon() -> None:
    # glpi-project/glpi#6835. 28 October ends at 12:30, the 29th is a holiday.
    assert due(opened("10-28 12:00", HOUR)) == at("10-30 09:30")
    assert due(opened("05-26 12:45", HOUR)) == at("06-01 10:00")


@pytest.mark.parametrize("bug", ["osTicket/osTicket#6847", "frappe/helpdesk#2212"])
def test_lunch_breaks_are_left_out_and_nothing_else(bug: str) -> None:
    assert due(opened("06-01 12:00", HOUR)) == at("06-01 14:00"), bug
    assert due(opened("06-01 12:45", HOUR)) == at("06-01 14:30"), bug
    assert due(opened("06-01 09:00", 3 * 8 * HOUR)) == at("06-03 18:00"), bug


@pytest.mark.parametrize("weekday", range(7))
def test_a_schedule_of_any_single_weekday_works(weekday: int) -> None:
    # osTicket/osTicket#6739
    week = tuple(OFFICE if day == weekday else () for day in range(7))
    known = Ticket(
        (policy("default", 9, resolution=9 * HOUR),),
        at("06-01 20:00"),
        calendars={"branch@1": Calendar(BRANCH.zone, week)},
    )
    found = due(known)
    assert found is not None
    local = found.astimezone(BRANCH.zone)
    assert (local.weekday(), local.hour) == (weekday, 10)
    assert (local.date() - date(2026, 6, 2)).days in range(7, 14)


@pytest.mark.parametrize(
    "bug",
    [
        "osTicket/osTicket#3034",
        "osTicket/osTicket#6438",
        "osTicket/osTicket#6524",
        "frappe/helpdesk#1554",
    ],
)
@pytest.mark.parametrize("state", TYPES)
def test_what_is_called_paused_does_not_tick_and_the_rest_does(state: str, bug: str) -> None:
    known = opened("06-01 09:00").tell(Moved(at("06-01 10:00"), state))
    clock = known.clock("resolution")
    ticks = clock.state.counted(at("06-01 12:00"), known.calendars) > HOUR
    assert ticks is (state in RUNNING), bug
    assert (clock.state.due_at is not None) is ticks, bug
    assert bool(pausing(clock.key, state)) is (state in WAITING), bug


def test_an_update_never_overrules_the_first_response() -> None:
    # zammad/zammad#5177; test_following.py proves it for all metrics (P12).
    known = Ticket((policy("default", 9, first_response=2 * HOUR, update=HOUR),), at("06-01 09:00"))
    known.tell(CustomerWrote(at("06-01 09:30")))
    assert known.all("update") == []
    assert known.clocks.due_at == at("06-01 11:00")


def test_no_clock_of_an_answer_runs_after_our_answer() -> None:
    # zammad/zammad#3140
    known = Ticket((DEFAULT,), at("06-01 09:00")).tell(
        Answered(at("06-01 09:10")), CustomerWrote(at("06-01 09:20")), Answered(at("06-01 09:30"))
    )
    assert not known.clock("first_response").state.open
    assert not known.clock("next_response").state.open


def test_an_internal_note_meets_nothing() -> None:
    # zammad/zammad#1620. A note is no happening; what surrounds it (a look at the promises) is.
    known = Ticket((DEFAULT,), at("06-01 09:00")).tell(Reviewed(at("06-01 09:10")))
    assert all(clock.state.open for clock in known.clocks.clocks.values())
    assert known.all("update") == []


def test_one_reply_meets_the_response_and_not_the_resolution() -> None:
    # frappe/helpdesk#1542
    known = Ticket((DEFAULT,), at("06-01 09:00")).tell(Answered(at("06-01 09:10")))
    assert known.clock("first_response").state.verdict == "met"
    assert known.clock("first_resolution").state.open
    assert known.clock("resolution").state.open


def test_no_notice_at_midnight_or_on_a_weekend() -> None:
    # zammad/zammad#4432
    rule = Rule(100, tell=("lead",), by=("email",))
    assert send_at(rule, False, BRANCH, at("11-20 23:59")) == at("11-21 10:00")
    assert send_at(rule, False, BRANCH, at("11-22 12:00")) == at("11-23 09:00")
    assert send_at(rule, False, BRANCH, at("11-23 12:00")) == at("11-23 12:00")


def test_a_target_may_have_400_hours() -> None:
    # zammad/zammad#418: no more than 99 hours could be set.
    known = opened("06-01 09:00", 400 * HOUR)
    found = due(known)
    assert found is not None
    assert BRANCH.elapsed(at("06-01 09:00"), found) == 400 * HOUR


def test_summer_time_is_counted_as_the_clocks_show_it() -> None:
    # MicrosoftDocs/azure-devops-docs#8675
    hours: Intervals = ((60, 240),)
    berlin = Calendar(ZoneInfo("Europe/Berlin"), (hours,) * 7)
    for day, counted_s in (("2026-03-29", 2 * HOUR), ("2026-10-25", 4 * HOUR)):
        start = datetime.fromisoformat(day).replace(tzinfo=UTC) - timedelta(hours=4)
        known = Ticket(
            (policy("default", 9, resolution=counted_s),), start, calendars={"branch@1": berlin}
        )
        local_end = due(known)
        assert local_end is not None
        assert local_end.astimezone(berlin.zone).hour == 4


@given(st.integers(1, 100_000), st.integers(0, 7 * 86_400))
def test_seconds_are_never_rounded_to_minutes(target_s: int, later_s: int) -> None:
    # The code of Zammad and iTop (zammad/zammad, Combodo/iTop) counts whole minutes.
    start = at("05-25 00:00") + timedelta(seconds=later_s)
    known = Ticket((policy("default", 9, resolution=target_s),), start)
    found = due(known)
    assert found is not None
    assert BRANCH.elapsed(start, found) == target_s
    assert BRANCH.elapsed(start, found - timedelta(seconds=1)) == target_s - 1


def test_the_overrun_is_right_whatever_happened_before() -> None:
    # The code of iTop (Combodo/iTop): the overrun was wrong without the full history.
    life: list[Happening] = [
        Moved(at("06-01 10:00"), "pending_customer"),
        Moved(at("06-01 11:00"), "open"),
        Moved(at("06-01 15:00"), "resolved"),
        Moved(at("06-01 16:00"), "open"),
    ]
    known = opened("06-01 09:00", 4 * HOUR).tell(*life).tick(at("06-02 09:00"))
    state = known.clock("resolution").state
    late_s = state.counted(at("06-02 09:30"), known.calendars) - state.target_s
    # 1 h + 1.5 h + 1.5 h before it was resolved: used up to the second, then 2 h + 30 min.
    assert (late_s, state.breached_at) == (9000, at("06-01 16:00"))


def test_a_target_of_a_priority_is_taken_when_the_ticket_is_opened_with_it() -> None:
    targets = Targets(8 * HOUR, {"urgent": 900})
    only = replace(DEFAULT, targets={"first_response": targets})
    known = Ticket((only,), at("06-01 09:00"), facts(priority="urgent"))
    assert known.clocks.due_at == at("06-01 09:15")
    assert list(known.clocks.clocks) == [Key("sla", "", "first_response", 1)]
