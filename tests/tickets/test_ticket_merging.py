"""Merges of tickets: nothing moves, and the way back is known."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ivr.domain.errors import IllegalTransitionError
from ivr.tickets.merging import AlreadyMergedError, root
from ivr.tickets.ticket_merging import TicketMerge, merge_to_undo, plan_ticket_merge


def test_the_loser_points_to_the_survivor_and_keeps_its_way_back() -> None:
    plan = plan_ticket_merge(20, 10, {10: None, 20: None}, "waiting_customer")
    assert plan == TicketMerge(20, 10, "waiting_customer")


def test_the_target_is_the_root() -> None:
    assert plan_ticket_merge(20, 30, {30: 10, 10: None}, "new").survivor == 10


@pytest.mark.parametrize(("loser", "target"), [(10, 20), (10, 10), (20, 10)])
def test_a_circle_is_refused(loser: int, target: int) -> None:
    with pytest.raises(AlreadyMergedError, match="tickets are already merged"):
        plan_ticket_merge(loser, target, {20: 10, 10: None}, "open")


def test_a_ticket_that_has_gone_elsewhere_is_refused() -> None:
    with pytest.raises(AlreadyMergedError, match="merge that one"):
        plan_ticket_merge(20, 30, {20: 10, 10: None, 30: None}, "open")


def test_a_row_of_merges_goes_on_to_the_last_and_comes_back_in_any_order() -> None:
    into: dict[int, int | None] = {10: None, 20: None, 30: None}
    first = plan_ticket_merge(30, 20, into, "open")
    into[30] = first.survivor
    second = plan_ticket_merge(20, 10, into, "new")
    into[20] = second.survivor
    assert root(30, into) == 10
    assert merge_to_undo(30, into[30], [first, second]) == first
    assert merge_to_undo(20, into[20], [first, second]) == second


def test_only_a_merge_that_still_holds_is_undone() -> None:
    merges = [
        TicketMerge(20, 10, "new", id=1, undone=True),
        TicketMerge(20, 10, "open", id=2),
        TicketMerge(30, 10, "open", id=3),
    ]
    assert merge_to_undo(20, 10, merges).status == "open"
    with pytest.raises(IllegalTransitionError, match="not merged"):
        merge_to_undo(20, None, merges)
    with pytest.raises(IllegalTransitionError, match="not merged"):
        merge_to_undo(20, 10, [replace(merges[1], undone=True)])
