"""A request to be forgotten, from the day it comes to the day it is done."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.domain.errors import IllegalTransitionError, NotAllowedError, NotValidError
from ivr.tickets.erasure import (
    Request,
    State,
    Step,
    approve,
    cleared,
    finish,
    is_late,
    next_step,
    open_request,
    pseudonym,
    receipt,
    refuse,
    step_done,
    verify,
)

if TYPE_CHECKING:
    from collections.abc import Callable

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
KEY = b"k" * 32


def running() -> Request:
    """A request that a second person has approved."""
    return approve(verify(open_request("ayse", NOW)), "mehmet", NOW, held=False)


def worked() -> Request:
    """A request of which every step is done."""
    request = running()
    while step := next_step(request, held=False):
        request = step_done(request, step, 1)
    return request


def test_a_request_is_answered_within_thirty_days() -> None:
    request = open_request("ayse", NOW)
    assert (request.state, request.due_at) == (State.OPEN, NOW + timedelta(days=30))
    assert not is_late(request, NOW + timedelta(days=30))
    assert is_late(request, NOW + timedelta(days=31))
    assert not is_late(refuse(request, "not a customer", NOW), NOW + timedelta(days=31))


def test_a_second_person_approves_what_was_verified() -> None:
    request = running()
    assert (request.state, request.approved_by, request.approved_at) == (
        State.RUNNING,
        "mehmet",
        NOW,
    )


def test_nobody_approves_his_own_request() -> None:
    with pytest.raises(NotAllowedError, match="his own"):
        approve(verify(open_request("ayse", NOW)), "ayse", NOW, held=False)


def test_a_hold_stops_the_approval_and_a_job_that_runs() -> None:
    with pytest.raises(IllegalTransitionError, match="legal hold"):
        approve(verify(open_request("ayse", NOW)), "mehmet", NOW, held=True)
    assert next_step(running(), held=True) is None
    assert next_step(running(), held=False) is Step.CONTACT_POINTS


def test_the_steps_come_in_order_and_a_cut_off_job_goes_on_where_it_was() -> None:
    request, order = running(), []
    while step := next_step(request, held=False):
        assert next_step(request, held=False) is step
        order.append(step)
        request = step_done(request, step, 2)
    assert order == list(Step)
    assert request.report.counts["recordings"] == 2


def test_it_is_done_when_every_step_is_and_every_system_has_answered() -> None:
    request = receipt(receipt(worked(), "zammad", ""), "rt", "")
    request = receipt(request, "rt", "gone 2026-11-24")
    with pytest.raises(IllegalTransitionError, match="no receipt yet from zammad"):
        finish(request, NOW)
    request = receipt(receipt(request, "zammad", "gone"), "zammad", "")
    done = finish(request, NOW)
    assert (done.state, done.done_at) == (State.DONE, NOW)
    assert dict(done.report.receipts) == {"zammad": "gone", "rt": "gone 2026-11-24"}


def test_what_is_missing_is_named() -> None:
    request = step_done(running(), Step.NAMES, 1)
    with pytest.raises(IllegalTransitionError, match="not done yet: contact_points, identifiers, "):
        finish(request, NOW)


def test_a_refusal_needs_a_reason() -> None:
    with pytest.raises(NotValidError, match="reason"):
        refuse(open_request("ayse", NOW), "  ", NOW)
    refused = refuse(verify(open_request("ayse", NOW)), "a lawsuit is open", NOW)
    assert (refused.state, refused.refused_because) == (State.REFUSED, "a lawsuit is open")


@pytest.mark.parametrize("state", list(State))
def test_every_other_move_is_refused(state: State) -> None:
    request = {
        State.OPEN: open_request("ayse", NOW),
        State.VERIFIED: verify(open_request("ayse", NOW)),
        State.RUNNING: running(),
        State.DONE: finish(worked(), NOW),
        State.REFUSED: refuse(open_request("ayse", NOW), "no", NOW),
    }[state]
    moves: dict[str, Callable[[], Request]] = {
        "verify": lambda: verify(request),
        "approve": lambda: approve(request, "mehmet", NOW, held=False),
        "refuse": lambda: refuse(request, "no", NOW),
        "finish": lambda: finish(step_by_step(request), NOW),
        "step": lambda: step_done(request, Step.NAMES, 1),
    }
    allowed: set[str] = {
        State.OPEN: {"verify", "refuse"},
        State.VERIFIED: {"approve", "refuse"},
        State.RUNNING: {"finish", "step"},
        State.DONE: set(),
        State.REFUSED: set(),
    }[state]
    for name, move in moves.items():
        if name in allowed:
            move()
        else:
            with pytest.raises(IllegalTransitionError, match=f"is {state}"):
                move()


def step_by_step(request: Request) -> Request:
    """The request after every step, if it runs at all."""
    return worked() if request.state is State.RUNNING else request


def test_a_pseudonym_is_the_same_for_the_same_number_and_tells_nothing() -> None:
    one = pseudonym("+905321234567", KEY)
    assert one == pseudonym("+905321234567", KEY)
    assert one != pseudonym("+905321234568", KEY)
    assert one != pseudonym("+905321234567", b"x" * 32)
    assert len(one) == 64
    assert pseudonym("", KEY) == ""
    with pytest.raises(ValueError, match="16 bytes"):
        pseudonym("+905321234567", b"short")


@given(st.text(min_size=4))
def test_no_pseudonym_holds_what_it_stands_for(value: str) -> None:
    assert value not in pseudonym(value, KEY) or set(value) <= set("0123456789abcdef")


def test_what_people_wrote_is_cleared_and_figures_stay() -> None:
    custom: dict[str, object] = {
        "note": "Ali called",
        "reason": "late",
        "amount": 12,
        "urgent": True,
        "none": None,
        "list": ["Ali"],
    }
    assert cleared(custom, {"reason"}) == {
        "note": "",
        "reason": "late",
        "amount": 12,
        "urgent": True,
        "none": None,
        "list": "",
    }
