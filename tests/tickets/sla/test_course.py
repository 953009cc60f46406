"""The table of metrics: what starts each, what meets it, and what ends it otherwise."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ivr.tickets.sla.course import Course, opened, step
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
)
from tests.tickets.sla.scene import at

if TYPE_CHECKING:
    from datetime import datetime

START = at("06-01 09:00")
T = [at(f"06-01 {hour}:00") for hour in range(10, 18)]
AT_ONCE = {"accept": "", "first_response": "", "first_resolution": "", "resolution": ""}


def after(*happenings: Happening, assignee: str = "") -> Course:
    course = opened(Opened(START, "desk", assignee))
    for each in happenings:
        course = step(each, course)
    return course


def ends(*happenings: Happening) -> dict[str, str]:
    """Each metric measured so far with how it ended, "" while it goes on."""
    return {metric: each.end for metric, each in after(*happenings).episodes.items()}


def answered(when: datetime = T[0]) -> Answered:
    return Answered(when)


@pytest.mark.parametrize(
    ("happenings", "changed"),
    [
        ([], {}),
        ([Reviewed(T[0])], {}),
        ([Assigned(T[0], "ayse")], {"accept": "met"}),
        ([Answered(T[0])], {"first_response": "met", "update": ""}),
        ([CustomerWrote(T[0])], {}),  # no reply of ours came before
        (
            [Answered(T[0]), CustomerWrote(T[1])],
            {"first_response": "met", "update": "", "next_response": ""},
        ),
        (
            [Answered(T[0]), CustomerWrote(T[1]), Answered(T[2])],
            {"first_response": "met", "update": "", "next_response": "met"},
        ),
        ([Moved(T[0], "open")], {}),
        (
            [Moved(T[0], "resolved")],
            {
                "accept": "dropped",
                "first_response": "dropped",
                "first_resolution": "met",
                "resolution": "met",
            },
        ),
        (
            [Moved(T[0], "resolved"), Moved(T[1], "closed"), Moved(T[2], "open")],
            {"accept": "dropped", "first_response": "dropped", "first_resolution": "met"},
        ),
        ([Moved(T[0], "cancelled")], dict.fromkeys(AT_ONCE, "cancelled")),
        ([Moved(T[0], "cancelled"), Moved(T[1], "open")], {}),
        ([Moved(T[0], "merged"), Moved(T[1], "open")], {}),
        ([CallbackPromised(T[0], T[3])], {"callback": ""}),
        (
            [CallbackPromised(T[0], T[3]), CallbackTried(T[4], reached=True)],
            {"callback": "met", "first_response": "met", "update": ""},
        ),
        (
            [CallbackPromised(T[0], T[3]), *[CallbackTried(T[4], reached=False)] * 2],
            {"callback": ""},
        ),
        (
            [CallbackPromised(T[0], T[3]), *[CallbackTried(T[4], reached=False)] * 3],
            {"callback": "met"},
        ),
    ],
)
def test_what_becomes_of_each_metric(happenings: list[Happening], changed: dict[str, str]) -> None:
    assert ends(*happenings) == AT_ONCE | changed


def test_a_ticket_opened_for_a_person_has_nothing_to_be_accepted() -> None:
    assert "accept" not in after(assignee="ayse").episodes


def test_each_team_accepts_anew() -> None:
    course = after(Pooled(T[0], "second"))
    assert (course.episodes["accept"].number, course.episodes["accept"].since) == (2, T[0])
    assert course.episodes["accept"].former == "dropped"
    same = step(Pooled(T[1], "second"), course)
    assert same.episodes["accept"] == course.episodes["accept"]
    back = step(Pooled(T[3], "second"), step(Assigned(T[2], "ayse"), same))
    assert (back.episodes["accept"].number, back.episodes["accept"].former) == (3, "met")
    assert (back.team, back.assignee) == ("second", "")


def test_a_burst_of_messages_is_answered_once() -> None:
    course = after(Answered(T[0]), CustomerWrote(T[1]), CustomerWrote(T[2]))
    assert course.episodes["next_response"].since == T[1]
    again = step(CustomerWrote(T[4]), step(Answered(T[3]), course))
    assert (again.episodes["next_response"].number, again.episodes["next_response"].since) == (
        2,
        T[4],
    )


def test_each_reply_starts_the_next_update_but_not_of_a_resolved_ticket() -> None:
    course = after(Answered(T[0]), Answered(T[1]))
    assert (course.episodes["update"].number, course.episodes["update"].since) == (2, T[1])
    resolved = step(Answered(T[3]), step(Moved(T[2], "resolved"), course))
    assert (resolved.episodes["update"].number, resolved.episodes["update"].end) == (2, "dropped")


def test_a_resolved_ticket_starts_nothing() -> None:
    resolved = after(Answered(T[0]), Moved(T[1], "resolved"))
    for each in (CustomerWrote(T[2]), Pooled(T[2], "second"), CallbackPromised(T[2], T[3])):
        assert step(each, resolved).episodes == resolved.episodes


def test_first_resolution_never_runs_again() -> None:
    resolved = after(Moved(T[0], "resolved"), Moved(T[1], "open"))
    assert resolved.measured("first_resolution") is None
    assert resolved.measured("resolution") is not None
    assert resolved.episodes["resolution"].since == START


def test_a_cancelled_ticket_that_was_resolved_before_gets_back_what_ran() -> None:
    course = after(Moved(T[0], "resolved"), Moved(T[1], "open"), Moved(T[2], "cancelled"))
    again = step(Moved(T[3], "open"), course)
    assert again.measured("resolution") is not None
    assert again.measured("first_resolution") is None


def test_a_callback_counts_from_its_window_and_a_new_promise_replaces_the_old() -> None:
    course = after(CallbackPromised(T[0], T[3]), CallbackTried(T[4], reached=False))
    assert (course.episodes["callback"].since, course.tries) == (T[3], 1)
    later = step(CallbackPromised(T[5], T[7]), course)
    assert (later.episodes["callback"].number, later.tries) == (2, 0)
    assert later.episodes["callback"].former == "dropped"


def test_an_attempt_without_a_promise_starts_no_callback() -> None:
    assert "callback" not in after(CallbackTried(T[0], reached=False)).episodes


def test_a_move_that_is_told_twice_or_too_late_keeps_the_order_of_moves() -> None:
    course = after(Moved(T[2], "open"), Moved(T[3], "open"), Moved(T[1], "pending_third"))
    assert course.moves == ((START, "new"), (T[2], "open"), (T[2], "pending_third"))
