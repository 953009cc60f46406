"""The life of an invitation: the table, every pair it forbids, and reports in any order."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.domain.errors import IllegalTransitionError
from ivr.surveys.eligibility import Reason
from ivr.surveys.invitations import (
    FIRST,
    OPEN,
    Missed,
    State,
    check_move,
    check_reason,
    may_follow,
    states_after,
)

TABLE = {
    "suppressed": "",
    "armed": "offered scheduled missed suppressed",
    "missed": "scheduled",
    "offered": "started declined opted_out missed",
    "scheduled": "sent offered missed expired suppressed opted_out",
    "sent": "delivered undelivered started expired opted_out",
    "delivered": "started expired opted_out",
    "undelivered": "started expired opted_out",
    "started": "completed partial opted_out",
    "completed": "",
    "partial": "",
    "declined": "",
    "opted_out": "",
    "expired": "",
}
"""The table of the design, written a second time; in a planned survey whoever is scheduled may be
called, three times at most."""
STATES = tuple(State)
CALLED = {State.SCHEDULED, State.OFFERED, State.MISSED}
"""Who was not reached is called again."""
REASONS = {State.SUPPRESSED: Reason.GAP, State.MISSED: Missed.SYSTEM}


@pytest.mark.parametrize(("before", "after"), [*product(STATES, STATES)])
def test_every_pair_is_as_the_table_says(before: State, after: State) -> None:
    legal = after in TABLE[before].split()
    assert may_follow(before, after) is legal
    if legal:
        check_move(before, after, REASONS.get(after, ""))
    else:
        with pytest.raises(IllegalTransitionError, match=f"is {before} cannot become {after};"):
            check_move(before, after, REASONS.get(after, ""))


def test_a_refused_move_tells_what_could_be_done() -> None:
    with pytest.raises(IllegalTransitionError, match="it can become started or expired or opted"):
        check_move(State.DELIVERED, State.SENT)
    with pytest.raises(IllegalTransitionError, match="it can become nothing more"):
        check_move(State.COMPLETED, State.STARTED)


@pytest.mark.parametrize(
    ("state", "reason"),
    [
        (State.SUPPRESSED, ""),
        (State.SUPPRESSED, "system"),
        (State.MISSED, "gap"),
        (State.SENT, "gap"),
    ],
)
def test_a_reason_belongs_to_its_state(state: State, reason: str) -> None:
    with pytest.raises(ValueError, match=str(state)):
        check_reason(state, reason)


@pytest.mark.parametrize("state", STATES)
def test_every_state_can_be_reached(state: State) -> None:
    reached = set[State](FIRST)
    for _ in STATES:
        reached |= {after for before in reached for after in states_after(before)}
    assert state in reached


def test_nobody_is_asked_twice_by_one_invitation() -> None:
    seen, edge = set[State](), {State.STARTED}
    while edge:
        seen |= edge
        edge = {after for before in edge for after in states_after(before)} - seen
    assert seen.isdisjoint({State.OFFERED, State.SCHEDULED, State.SENT})


@given(st.lists(st.sampled_from(STATES), max_size=30))
def test_every_life_ends_and_never_returns(wishes: list[State]) -> None:
    state, path = State.ARMED, [State.ARMED]
    for wish in wishes:
        if may_follow(state, wish):
            state = wish
            path.append(wish)
    once = [state for state in path if state not in CALLED]
    assert len(once) == len(set(once))


def test_what_waits_for_an_answer_is_open() -> None:
    assert {State.SENT, State.DELIVERED, State.STARTED} == OPEN
