"""A ticket with its clocks: what each happening writes, and what a change of promises does."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.domain.calendar import Calendar
from ivr.tickets.sla.following import House, follow, new_lines, open_ticket, pausing, tick
from ivr.tickets.sla.happenings import (
    Answered,
    Assigned,
    CallbackPromised,
    CallbackTried,
    CustomerWrote,
    Happening,
    Moved,
    Opened,
    Pooled,
    Reviewed,
    TargetSet,
)
from ivr.tickets.sla.policies import METRICS, Policy, Targets
from ivr.tickets.sla.writing import Key, read
from tests.tickets.sla.scene import (
    CALENDARS,
    HOUR,
    ISTANBUL,
    REVISIONS,
    TURKEY,
    WEEK,
    Ticket,
    at,
    facts,
    policy,
)

EVERYTHING = dict.fromkeys(METRICS, 8 * HOUR)
START = at("06-01 09:00")


def ticket(*policies: Policy) -> Ticket:
    return Ticket(policies or (policy("default", 9, **EVERYTHING),), START)


def test_a_new_ticket_starts_what_is_promised_of_it() -> None:
    plain = ticket(policy("default", 9, first_response=HOUR, resolution=8 * HOUR))
    assert [key.metric for key in plain.clocks.clocks] == ["first_response", "resolution"]
    assert plain.clocks.due_at == at("06-01 10:00")
    first = plain.clock("resolution").ledger[0]
    assert (first.kind, first.at, first.target_s, first.calendar) == (
        "start",
        START,
        8 * HOUR,
        "branch@1",
    )
    assert first.data == {"policy": "default", "episode": "1"}


def test_a_ticket_without_any_promise_has_no_clock() -> None:
    quiet = ticket(policy("vip", 1, "customer.vip_rank > 0", resolution=HOUR))
    assert quiet.clocks.clocks == {}
    assert quiet.clocks.due_at is None


def test_the_life_of_a_ticket_line_by_line() -> None:
    known = ticket().tell(
        Assigned(at("06-01 09:10"), "ayse"),
        Answered(at("06-01 09:30")),
        Moved(at("06-01 09:30"), "pending_customer"),
        CustomerWrote(at("06-01 11:00")),
        Moved(at("06-01 11:00"), "open"),
        Answered(at("06-01 11:30")),
        Moved(at("06-01 12:00"), "resolved"),
        Moved(at("06-02 09:00"), "open"),
    )
    assert known.kinds("accept") == ["start", "meet"]
    assert known.kinds("first_response") == ["start", "meet"]
    assert known.kinds("next_response") == ["start", "meet"]
    waited = ["start", "pause customer", "resume customer", "meet"]
    assert known.kinds("first_resolution") == waited
    assert known.kinds("resolution") == [*waited, "reopen"]
    assert [clock.key.instance for clock in known.all("update")] == [1, 2]
    assert known.all("update")[0].state.counted_s == 30 * 60
    assert known.kinds("update") == ["start", "cancel resolved"]
    assert known.clock("resolution").state.counted_s == 90 * 60


@pytest.mark.parametrize(
    ("kind", "metric", "state", "reasons"),
    [
        ("sla", "resolution", "pending_customer", ("customer",)),
        ("sla", "resolution", "pending_third", ("third",)),
        ("ola", "resolution", "pending_third", ("third",)),
        ("uc", "resolution", "pending_third", ()),
        ("uc", "resolution", "pending_customer", ("customer",)),
        ("sla", "update", "pending_customer", ("customer",)),
        ("sla", "first_response", "pending_customer", ()),
        ("sla", "next_response", "pending_third", ()),
        ("sla", "accept", "pending_customer", ()),
        ("sla", "callback", "pending_customer", ()),
        ("sla", "callback", "merged", ("merged",)),
        ("uc", "accept", "merged", ("merged",)),
        ("sla", "resolution", "open", ()),
    ],
)
def test_why_a_clock_stands_still(
    kind: str, metric: str, state: str, reasons: tuple[str, ...]
) -> None:
    assert pausing(Key(kind, "", metric, 1), state) == reasons  # type: ignore[arg-type]


def test_from_one_pause_to_the_next_nothing_is_counted() -> None:
    known = ticket().tell(
        Moved(at("06-01 10:00"), "pending_customer"), Moved(at("06-01 11:00"), "pending_third")
    )
    lines = ["start", "pause customer", "pause third", "resume customer"]
    assert known.kinds("resolution") == lines


def test_a_higher_priority_is_a_retarget_that_keeps_what_is_counted() -> None:
    targets = Targets(8 * HOUR, {"urgent": 4 * HOUR})
    known = ticket(policy("default", 9, resolution=targets))
    known.facts = facts(priority="urgent")
    known.tell(Reviewed(at("06-01 11:00")))
    line = known.clock("resolution").ledger[-1]
    assert (line.kind, line.reason, line.target_s) == ("retarget", "target", 4 * HOUR)
    assert known.clocks.due_at == at("06-01 14:00")
    assert known.tell(Reviewed(at("06-01 11:30"))).kinds("resolution") == [
        "start",
        "retarget target",
    ]


def test_another_policy_keeps_counted_time_and_pauses() -> None:
    vip = policy("vip", 1, "customer.vip_rank > 0", hours="always", resolution=4 * HOUR)
    known = ticket(policy("default", 9, resolution=8 * HOUR), vip).tell(
        Moved(at("06-01 10:00"), "pending_customer"), Moved(at("06-01 11:00"), "open")
    )
    known.facts = facts(vip=1)
    known.tell(Reviewed(at("06-01 12:00")))
    state = known.clock("resolution").state
    assert (state.policy, state.calendar, state.counted_s) == ("vip", "always@1", 2 * HOUR)
    assert state.due_at == at("06-01 14:00")
    assert known.clock("resolution").key == Key("sla", "", "resolution", 1)


def test_a_promise_that_is_gone_ends_its_clock_without_verdict() -> None:
    vip = policy("vip", 1, "customer.vip_rank > 0", update=HOUR, resolution=4 * HOUR)
    known = Ticket((policy("default", 9, resolution=8 * HOUR), vip), START, facts(vip=1))
    known.tell(Answered(at("06-01 09:30")))
    known.facts = facts()
    known.tell(Reviewed(at("06-01 10:00")))
    assert known.kinds("update") == ["start", "cancel policy"]
    assert known.kinds("resolution") == ["start", "retarget policy"]


def test_a_promise_that_begins_late_counts_from_the_start_with_every_pause() -> None:
    # The category is often chosen when the ticket has long been open.
    moves: list[Happening] = [
        Moved(at("06-01 10:00"), "pending_customer"),
        Moved(at("06-01 11:00"), "open"),
        Moved(at("06-01 12:00"), "resolved"),
        Moved(at("06-01 14:00"), "open"),
        Moved(at("06-01 15:00"), "pending_third"),
    ]
    promise = policy("billing", 1, "category == 'billing'", resolution=8 * HOUR)
    late = ticket(promise).tell(*moves)
    late.facts = facts(category="billing")
    late.tell(Reviewed(at("06-01 16:00")), Moved(at("06-01 17:00"), "open"))
    early = Ticket((promise,), START, facts(category="billing")).tell(*moves)
    early.tell(Moved(at("06-01 17:00"), "open"))
    assert late.clock("resolution").state == early.clock("resolution").state
    assert late.clock("resolution").ledger[0].data["noticed_at"] == "2026-06-01T13:00:00+00:00"


def test_a_late_promise_of_an_update_starts_in_the_pause_in_which_we_replied() -> None:
    promise = policy("billing", 1, "category == 'billing'", update=HOUR)
    late = ticket(promise).tell(
        Moved(at("06-01 09:30"), "pending_third"), Answered(at("06-01 10:00"))
    )
    late.facts = facts(category="billing")
    late.tell(Reviewed(at("06-01 11:00")), Moved(at("06-01 12:00"), "open"))
    assert late.kinds("update") == ["start", "pause third", "resume third"]
    assert late.clocks.due_at == at("06-01 14:00")


def test_a_late_promise_knows_what_happened_in_the_second_of_the_opening() -> None:
    promise = policy("billing", 1, "category == 'billing'", resolution=8 * HOUR)
    late = ticket(promise).tell(Moved(START, "resolved"), Moved(at("06-01 10:00"), "open"))
    late.facts = facts(category="billing")
    late.tell(Reviewed(at("06-01 11:00")))
    assert late.kinds("resolution") == ["start", "meet", "reopen"]
    assert late.clocks.due_at == at("06-02 10:00")


def test_a_promise_that_begins_after_a_cancellation_and_after_its_due_time() -> None:
    promise = policy("billing", 1, "category == 'billing'", first_response=2 * HOUR)
    late = ticket(promise).tell(
        Moved(at("06-01 10:00"), "cancelled"), Moved(at("06-01 11:00"), "open")
    )
    late.facts = facts(category="billing")
    late.tell(Reviewed(at("06-01 15:00")))
    lines = ["start", "cancel cancelled", "reopen", "breach"]
    assert late.kinds("first_response") == lines
    assert late.clock("first_response").state.breached_at == at("06-01 12:00")


def test_what_was_met_before_it_was_promised_gets_no_clock() -> None:
    known = ticket(policy("vip", 1, "customer.vip_rank > 0", first_response=HOUR))
    known.tell(Answered(at("06-01 09:30")))
    known.facts = facts(vip=1)
    assert known.tell(Reviewed(at("06-01 10:00"))).clocks.clocks == {}


def test_a_promise_that_comes_back_is_a_new_clock_that_forgot_nothing() -> None:
    known = ticket(policy("urgent", 1, "priority == 'urgent'", resolution=8 * HOUR))
    for hour, priority in ((10, "urgent"), (11, "normal"), (12, "urgent")):
        known.facts = facts(priority=priority)
        known.tell(Reviewed(at(f"06-01 {hour}:00")))
    assert [clock.key.instance for clock in known.all("resolution")] == [1, 2]
    known.tell(Moved(at("06-01 12:15"), "resolved"), Moved(at("06-01 14:00"), "open"))
    assert known.kinds("resolution") == ["start", "meet", "reopen"]
    assert known.clock("resolution").state.counted_s == 3 * HOUR + 900
    assert known.all("resolution")[0].ledger[-1].reason == "policy"


def test_a_new_revision_of_the_calendar_keeps_what_is_counted_on_every_open_clock() -> None:
    known = ticket(policy("default", 9, first_response=HOUR, resolution=8 * HOUR))
    known.tell(Answered(at("06-01 09:30")))
    storm = {**TURKEY, at("06-01 00:00").date(): ((540, 660),)}
    known.calendars["branch@2"] = Calendar(ISTANBUL, WEEK, {}, storm)
    known.revisions["branch"] = "branch@2"
    known.tell(Reviewed(at("06-01 10:00")))
    assert known.kinds("resolution") == ["start", "retarget calendar"]
    assert known.kinds("first_response") == ["start", "meet"]
    state = known.clock("resolution").state
    # One hour before and one after in the new hours, then six of Tuesday.
    assert (state.calendar, state.due_at) == ("branch@2", at("06-02 16:00"))


def test_a_target_set_by_hand_stays_until_the_promise_changes() -> None:
    targets = Targets(8 * HOUR, {"urgent": 4 * HOUR})
    known = ticket(policy("default", 9, resolution=targets))
    key = known.clock("resolution").key
    wish = TargetSet(at("06-01 10:00"), key, 12 * HOUR, "supplier closed", "ali")
    known.tell(wish, Moved(at("06-01 10:30"), "open"))
    line = known.clock("resolution").ledger[-1]
    assert (line.reason, dict(line.data)) == ("hand", {"why": "supplier closed", "by": "ali"})
    assert known.clock("resolution").state.target_s == 12 * HOUR
    known.facts = facts(priority="urgent")
    assert known.tell(Reviewed(at("06-01 11:00"))).clock("resolution").state.target_s == 4 * HOUR
    known.tell(replace(wish, at=at("06-01 12:00"), target_s=9 * HOUR, recount=True))
    assert known.clock("resolution").ledger[-1].data["mode"] == "recount"
    with pytest.raises(KeyError):
        known.tell(replace(wish, key=replace(key, instance=7)))


def test_every_ola_and_uc_has_clocks_of_its_own() -> None:
    known = ticket(
        policy("default", 9, resolution=8 * HOUR),
        policy("second_line", 1, kind="ola", resolution=4 * HOUR),
        policy("carrier", 2, kind="uc", hours="always", resolution=6 * HOUR),
    ).tell(Moved(at("06-01 10:00"), "pending_third"), Moved(at("06-01 12:00"), "open"))
    counted = {
        clock.key.owner: clock.state.counted(at("06-01 12:00"), CALENDARS)
        for clock in known.all("resolution")
    }
    assert counted == {"": HOUR, "second_line": HOUR, "carrier": 3 * HOUR}
    assert [key.owner for key in known.clocks.clocks] == ["second_line", "carrier", ""]


def test_moving_to_another_team_replaces_the_clock_of_accepting() -> None:
    known = ticket().tell(Pooled(at("06-01 10:00"), "second"), Assigned(at("06-01 10:20"), "veli"))
    assert [clock.state.end_reason for clock in known.all("accept")] == ["replaced", ""]
    assert [clock.state.verdict for clock in known.all("accept")] == ["cancelled", "met"]
    assert known.clock("accept").state.counted_s == 20 * 60


def test_a_callback_is_counted_from_its_window() -> None:
    known = ticket(policy("default", 9, callback=HOUR)).tell(
        CallbackPromised(at("06-01 10:00"), at("06-01 15:00")),
        CallbackTried(at("06-01 11:00"), reached=False),
    )
    assert known.clocks.due_at == at("06-01 16:00")
    known.tell(CallbackTried(at("06-01 15:30"), reached=True))
    assert (known.clock("callback").state.counted_s, known.clock("callback").state.verdict) == (
        1800,
        "met",
    )


def test_a_callback_reached_before_its_window_is_met_with_nothing_counted() -> None:
    known = ticket(policy("default", 9, callback=HOUR)).tell(
        CallbackPromised(at("06-01 10:00"), at("06-01 15:00")),
        CallbackTried(at("06-01 11:00"), reached=True),
    )
    assert (known.clock("callback").state.counted_s, known.clock("callback").state.verdict) == (
        0,
        "met",
    )


def test_a_cancelled_ticket_taken_up_again_goes_on_where_it_stood() -> None:
    known = ticket(policy("default", 9, first_response=2 * HOUR)).tell(
        Moved(at("06-01 10:00"), "cancelled"), Moved(at("06-03 10:00"), "open")
    )
    assert known.kinds("first_response") == ["start", "cancel cancelled", "reopen"]
    assert known.clocks.due_at == at("06-03 11:00")


def test_a_ticket_that_is_reopened_into_a_pause_does_not_run() -> None:
    known = ticket().tell(
        Moved(at("06-01 10:00"), "resolved"), Moved(at("06-01 11:00"), "pending_customer")
    )
    assert known.kinds("resolution") == ["start", "meet", "reopen", "pause customer"]
    assert known.clock("resolution").state.counted(at("06-01 12:00"), CALENDARS) == HOUR


def test_lines_are_handed_out_once_for_the_store() -> None:
    house = House((policy("default", 9, resolution=HOUR),), CALENDARS, REVISIONS)
    first = open_ticket(Opened(START), facts(), house)
    assert [event.kind for _, event in new_lines(None, first)] == ["start"]
    later = follow(first, Moved(at("06-01 09:30"), "pending_third"), facts(), house)
    assert [event.kind for _, event in new_lines(first, later)] == ["pause"]
    assert new_lines(later, tick(later, at("06-09 09:00"), house)) == ()
    for key, clock in later.clocks.items():
        assert read(key, clock.ledger, CALENDARS) == clock


# --- P12 and determinism -------------------------------------------------------------------------

STATES = ("open", "pending_customer", "pending_third", "resolved", "merged", "cancelled")


@st.composite
def lives(draw: st.DrawFn) -> list[Happening]:
    """Up to twelve happenings of a ticket within a week or two."""
    now, found = START, list[Happening]()
    for _ in range(draw(st.integers(0, 12))):
        now += timedelta(minutes=draw(st.one_of(st.integers(0, 90), st.integers(0, 4000))))
        happening: st.SearchStrategy[Happening] = st.one_of(
            st.just(Answered(now)),
            st.just(CustomerWrote(now)),
            st.builds(Moved, st.just(now), st.sampled_from(STATES)),
            st.builds(Assigned, st.just(now), st.just("ayse")),
            st.builds(Pooled, st.just(now), st.sampled_from(("desk", "second"))),
            st.just(CallbackPromised(now, now + timedelta(hours=3))),
            st.builds(CallbackTried, st.just(now), st.booleans()),
        )
        found.append(draw(happening))
    return found


@given(lives(), st.sampled_from(METRICS))
def test_p12_no_clock_alters_another(life: list[Happening], metric: str) -> None:
    # zammad/zammad#5177: the update target overruled the first response.
    alone = ticket(policy("default", 9, **{metric: 8 * HOUR})).tell(*life)
    others = {name: (1 + n) * HOUR for n, name in enumerate(METRICS)}
    among = ticket(policy("default", 9, **{**others, metric: 8 * HOUR})).tell(*life)
    assert alone.all(metric) == among.all(metric)


@given(lives())
def test_a_promise_that_begins_last_of_all_writes_what_an_early_one_has_written(
    life: list[Happening],
) -> None:
    promise = policy("billing", 1, "category == 'billing'", **EVERYTHING)
    now = life[-1].at if life else START
    late = ticket(promise).tell(*life)
    late.facts = facts(category="billing")
    late.tell(Reviewed(now))
    early = Ticket((promise,), START, facts(category="billing")).tell(*life, Reviewed(now))
    for metric in METRICS:
        for clock in late.all(metric):
            twin = early.clock(metric)
            assert clock.state.counted_s == twin.state.counted(clock.state.at, CALENDARS)
            assert (clock.state.due_at, clock.state.reasons) == (
                twin.state.due_at,
                twin.state.reasons,
            )
    open_early = {key.metric for key, clock in early.clocks.clocks.items() if clock.state.open}
    assert {key.metric for key in late.clocks.clocks} == open_early
