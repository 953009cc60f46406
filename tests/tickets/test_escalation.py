"""Who is told of a late ticket, when, and just once."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.tickets.escalation import (
    Concerned,
    Fired,
    FiredKey,
    Told,
    addressed,
    changes,
    next_at,
    passed,
    passed_on,
    send_at,
    threshold_s,
    told,
)
from ivr.tickets.sla.policies import Rule
from ivr.tickets.sla.writing import Clock, Key, Line, begin, write
from tests.tickets.sla.scene import BRANCH, CALENDARS, HOUR, at

if TYPE_CHECKING:
    from ivr.tickets.sla.clock import ClockState

# The rules of the specification, for a target of eight hours.
TELL = Rule(75, tell=("assignee",), by=("desk", "email"))
LATE = Rule(100, tell=("lead",), by=("desk", "sms"), set={"priority": "urgent"})
AGAIN = Rule(100, 2 * HOUR, ("manager",), ("call",), {}, 4 * HOUR, 3, True)
RULES = (TELL, LATE, AGAIN)
KEY = Key("sla", "", "first_resolution", 1)
NOTHING: frozenset[FiredKey] = frozenset()
ALL = [("vip", 1, 0), ("vip", 2, 0), ("vip", 3, 0), ("vip", 3, 1), ("vip", 3, 2)]


def started(*lines: Line) -> Clock:
    """Opened on Monday at 09:00, due at 18:00."""
    data = {"policy": "vip"}
    first = Line("start", at("06-01 09:00"), "", 8 * HOUR, "branch@1", data)
    clock = begin(KEY, first, CALENDARS)
    for line in lines:
        clock = write(clock, line, CALENDARS)
    return clock


def levels(
    state: ClockState, now: datetime, done: frozenset[FiredKey] = NOTHING
) -> list[tuple[int, int, str]]:
    found = passed(state, RULES, done, state.counted(now, CALENDARS))
    return [(each.level, each.n, each.outcome) for each in found]


@dataclass
class Town:
    """Teams with leads and the team above, and roles."""

    leading: dict[str, tuple[str, ...]] = field(default_factory=dict)
    above: dict[str, str] = field(default_factory=dict)
    roles: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def leads(self, team: str) -> tuple[str, ...]:
        return self.leading.get(team, ())

    def parent(self, team: str) -> str | None:
        return self.above.get(team)

    def with_role(self, role: str) -> tuple[str, ...]:
        return self.roles.get(role, ())


TOWN = Town(
    {"desk": ("lale",), "service": (), "house": ("can", "ece")},
    {"desk": "service", "service": "house"},
    {"supervisor": ("suna",)},
)
TICKET = Concerned("ayse", "desk", "customer-1")


def test_a_rule_comes_at_its_share_of_the_target() -> None:
    assert threshold_s(TELL, 28_800) == 21_600
    assert threshold_s(Rule(75), 3) == 3  # not before three quarters of it are over
    assert threshold_s(LATE, 28_800) == 28_801  # at the due moment itself nothing is late
    assert threshold_s(AGAIN, 28_800) == 28_801 + 7200


def test_levels_are_passed_one_after_another() -> None:
    state = started().state
    second = timedelta(seconds=1)
    assert levels(state, at("06-01 16:00") - second) == []
    assert levels(state, at("06-01 16:00")) == [(1, 0, "sent")]
    done = frozenset(ALL[:1])
    assert levels(state, at("06-01 17:00"), done) == []
    assert levels(state, at("06-01 18:00"), done) == []
    assert levels(state, at("06-02 09:00") + second, done) == [(2, 0, "sent")]
    done = frozenset(ALL[:2])
    assert levels(state, at("06-02 11:00") + second, done) == [(3, 0, "sent")]
    done = frozenset(ALL[:3])
    assert levels(state, at("06-02 16:00") + second, done) == [(3, 1, "sent")]


def test_repeats_end_after_the_most() -> None:
    assert levels(started().state, at("06-30 12:00"), frozenset(ALL[:4])) == [(3, 2, "sent")]
    assert levels(started().state, at("06-30 12:00"), frozenset(ALL)) == []


def test_after_an_outage_only_the_highest_level_passed_is_told() -> None:
    found = levels(started().state, at("06-02 16:00:01"))
    assert found == [(1, 0, "skipped"), (2, 0, "skipped"), (3, 0, "skipped"), (3, 1, "sent")]


def test_levels_that_are_passed_at_the_same_second_are_all_told() -> None:
    both = (LATE, Rule(100, tell=("role:supervisor",)))
    found = passed(started().state, both, NOTHING, 28_801)
    assert [each.outcome for each in found] == ["sent", "sent"]


def test_a_pause_holds_levels_back_and_the_end_ends_them() -> None:
    paused = started(Line("pause", at("06-01 15:00"), "customer"))
    assert levels(paused.state, at("06-09 15:00")) == []
    assert next_at(paused.state, RULES, NOTHING, CALENDARS) is None
    late = started(Line("pause", at("06-01 16:30"), "customer"))
    assert levels(late.state, at("06-09 15:00")) == [(1, 0, "sent")]
    ended = started(Line("meet", at("06-01 16:30")))
    assert levels(ended.state, at("06-09 15:00")) == []


def test_the_next_level_is_known_ahead() -> None:
    state = started().state
    times = [
        at("06-01 16:00"),
        at("06-02 09:00:01"),
        at("06-02 11:00:01"),
        at("06-02 16:00:01"),
        at("06-03 11:00:01"),
        None,
    ]
    for count, expected in enumerate(times):
        assert next_at(state, RULES, frozenset(ALL[:count]), CALENDARS) == expected


def test_a_level_that_a_shorter_target_has_passed_is_next_at_once() -> None:
    short = started(Line("retarget", at("06-01 12:00"), "target", target_s=HOUR))
    assert next_at(short.state, RULES, NOTHING, CALENDARS) == at("06-01 12:00")


def test_a_longer_target_does_not_tell_the_same_level_again() -> None:
    longer = started(Line("retarget", at("06-01 16:30"), "target", target_s=16 * HOUR))
    assert levels(longer.state, at("06-02 12:30"), frozenset(ALL[:1])) == []
    assert levels(longer.state, at("06-03 09:00:01"), frozenset(ALL[:1])) == [(2, 0, "sent")]


def test_a_rule_may_repeat_without_end() -> None:
    rule = Rule(100, repeat_s=HOUR)
    found = passed(started().state, (rule,), frozenset({("vip", 1, 0)}), 28_801 + 10 * HOUR)
    assert [each.n for each in found] == list(range(1, 11))
    done = {each.key for each in found} | {("vip", 1, 0)}
    assert next_at(started().state, (rule,), done, CALENDARS) is not None


@given(
    st.lists(st.integers(0, 60 * HOUR), min_size=1, max_size=8),
    st.lists(
        st.builds(
            Rule,
            st.integers(1, 150),
            st.integers(0, 4 * HOUR),
            repeat_s=st.one_of(st.none(), st.integers(HOUR, 8 * HOUR)),
            most=st.one_of(st.none(), st.integers(1, 4)),
        ),
        max_size=4,
    ),
)
def test_however_often_one_looks_each_level_fires_once(looks: list[int], rules: list[Rule]) -> None:
    done: list[FiredKey] = []
    for counted_s in sorted(looks):
        found = passed(started().state, rules, frozenset(done), counted_s)
        done += [each.key for each in found]
        told_now = {each.at_s for each in found if each.outcome == "sent"}
        assert len(told_now) == (1 if found else 0)
        assert all(each.at_s < max(told_now) for each in found if each.outcome == "skipped")
    assert len(done) == len(set(done))
    at_last = passed(started().state, rules, NOTHING, max(looks))
    assert sorted(done) == sorted(each.key for each in at_last)


# --- whom ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("names", "ticket", "expected"),
    [
        (("assignee",), TICKET, Told(("ayse",))),
        (("lead",), TICKET, Told(("lale",))),
        (("manager",), TICKET, Told(("can", "ece"), why=("team service has no lead",))),
        (("role:supervisor", "assignee"), TICKET, Told(("suna", "ayse"))),
        (("customer",), TICKET, Told((), customer=True)),
        (
            ("assignee",),
            Concerned("", "desk"),
            Told(("lale",), why=("the ticket has no assignee",)),
        ),
        (
            ("role:night",),
            TICKET,
            Told(("lale",), why=("nobody has the role night",)),
        ),
        (
            ("assignee", "lead"),
            Concerned("", "service"),
            Told(
                ("can", "ece"),
                why=("the ticket has no assignee", "team service has no lead"),
            ),
        ),
        (("customer",), Concerned("ayse", "desk"), Told(why=("the ticket has no customer",))),
        (
            ("lead",),
            Concerned("", "nowhere"),
            Told(why=("team nowhere has no lead", "nobody is above team nowhere")),
        ),
    ],
)
def test_who_is_missing_is_replaced_by_the_next_above(
    names: tuple[str, ...], ticket: Concerned, expected: Told
) -> None:
    assert told(names, ticket, TOWN) == expected


def test_teams_that_stand_above_each_other_end_the_climb() -> None:
    round_about = Town(above={"a": "b", "b": "a"})
    assert told(("manager",), Concerned("", "a"), round_about).people == ()


def fired(rules: tuple[Rule, ...], counted_s: int, ticket: Concerned, town: Town) -> list[Fired]:
    found = passed(started().state, rules, NOTHING, counted_s)
    return list(addressed(found, rules, NOTHING, ticket, town))


def test_where_nobody_is_found_the_next_level_comes_at_once() -> None:
    rules = (Rule(75, tell=("lead",)), Rule(100, tell=("role:supervisor",)), AGAIN)
    town = Town(roles={"supervisor": ("suna",)})
    found = fired(rules, 21_600, Concerned("", "desk"), town)
    assert [(each.level, each.outcome, each.people) for each in found] == [
        (1, "nobody", ()),
        (2, "sent", ("suna",)),
    ]
    assert found[1].why == ("level 1 found nobody",)
    assert found[0].why == ("team desk has no lead", "nobody is above team desk")


def test_where_nobody_is_found_at_all_every_level_says_so_once() -> None:
    found = fired(RULES, 21_600, Concerned("", "desk"), Town())
    assert [(each.level, each.n, each.outcome) for each in found] == [
        (1, 0, "nobody"),
        (2, 0, "nobody"),
        (3, 0, "nobody"),
    ]


def test_a_level_that_is_passed_on_brings_the_next_that_has_not_come() -> None:
    key = ("vip", 1, 0)
    (found,) = passed_on(key, "ayse passed it on", RULES, frozenset({key}), TICKET, TOWN)
    assert (found.level, found.people, found.why) == (2, ("lale",), ("ayse passed it on",))
    done = frozenset({key, ("vip", 2, 0)})
    (found,) = passed_on(key, "ayse passed it on", RULES, done, TICKET, TOWN)
    assert (found.level, found.people) == (3, ("can", "ece"))
    assert passed_on(("vip", 3, 1), "can passed it on", RULES, done, TICKET, TOWN) == ()


def test_a_rule_that_only_sets_or_tells_a_system_needs_nobody() -> None:
    rules = (Rule(50, set={"severity": "major"}), Rule(60, tell=("lead",), by=("webhook",)))
    for count, percent in ((1, 50), (2, 60)):
        found = fired(rules[:count], 28_800 * percent // 100, Concerned("", "desk"), Town())
        assert found[-1].outcome == "sent"


def test_skipped_levels_tell_nobody_but_still_set_their_fields() -> None:
    found = fired(RULES, 28_801 + 2 * HOUR, TICKET, TOWN)
    assert [(each.outcome, each.people) for each in found] == [
        ("skipped", ()),
        ("skipped", ()),
        ("sent", ("can", "ece")),
    ]
    assert changes(found) == {"priority": "urgent"}
    lower = Rule(50, set={"priority": "high", "severity": "major"})
    both = fired((LATE, lower), 28_801, TICKET, TOWN)
    assert changes(both) == {"priority": "urgent", "severity": "major"}


# --- when ----------------------------------------------------------------------------------------


def test_a_notice_waits_for_the_hours_of_who_is_told() -> None:
    night, day = at("11-20 23:00"), at("11-20 15:00")
    assert send_at(TELL, False, BRANCH, day) == day
    assert send_at(TELL, False, BRANCH, night) == at("11-21 10:00")


def test_any_hour_and_emergencies_go_at_once() -> None:
    night = at("11-20 23:00")
    assert send_at(AGAIN, False, BRANCH, night) == night
    assert send_at(TELL, True, BRANCH, night) == night
