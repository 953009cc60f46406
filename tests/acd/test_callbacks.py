"""Promised calls back: the whole table, tries and their times, quiet hours, codes."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.acd.callbacks import (
    OPEN,
    TABLE,
    Callback,
    CallbackError,
    CallbackState,
    Step,
    Wish,
    advance,
    code_of,
    failed,
    first_allowed,
    is_code,
    is_ready,
    open_of,
    promise,
    ripe,
)
from ivr.acd.settings import MINUTE, SECOND

HOUR = 60 * MINUTE
NOON = 12 * HOUR
WISH = Wish("+905321234567", "cards", "+905321234567", NOON - 5 * MINUTE, 2 * HOUR)


def never(_at_ns: int) -> bool:
    return False


def at_night(at_ns: int) -> bool:
    """From 21:00 to 08:00 of a zone without offset."""
    return not 8 * HOUR <= at_ns % (24 * HOUR) < 21 * HOUR


def made(wish: Wish = WISH, now_ns: int = NOON) -> Callback:
    return promise(wish, "token", code_of(1), now_ns)


def tried(callback: Callback) -> Callback:
    return advance(advance(callback, Step.RESERVE), Step.DIAL)


# the table


def test_a_promise_that_is_kept() -> None:
    seen = [made()]
    for step in (Step.DUE, Step.RESERVE, Step.DIAL, Step.CONNECT):
        seen.append(advance(seen[-1], step))
    assert [each.state for each in seen] == ["promised", "due", "reserved", "dialing", "done"]
    assert [each.version for each in seen] == [1, 2, 3, 4, 5]
    assert seen[-1].tries == 1
    assert not seen[-1].is_open


@pytest.mark.parametrize(("step", "state"), list(product(Step, CallbackState)))
def test_every_pair_is_in_the_table_or_refused_without_a_change(
    step: Step, state: CallbackState
) -> None:
    before = replace(made(), state=state)
    if (step, state) in TABLE:
        assert advance(before, step).state is TABLE[step, state]
    else:
        with pytest.raises(CallbackError, match=str(state)):
            advance(before, step)


def test_what_is_over_stays_over_and_what_is_open_can_end() -> None:
    over = [state for state in CallbackState if state not in OPEN]
    assert [state for _, state in TABLE if state in over] == []
    for state in OPEN:
        assert TABLE[Step.CANCEL, state] is CallbackState.CANCELLED
        assert TABLE[Step.RETURN, state] is CallbackState.RETURNED


def test_an_agent_who_does_not_take_it_costs_no_try() -> None:
    due = advance(made(), Step.DUE)
    again = advance(advance(due, Step.RESERVE), Step.RELEASE)
    assert (again.state, again.tries) == (CallbackState.DUE, 0)


# one demand per person and queue


def test_a_second_promise_finds_the_first() -> None:
    first = made()
    assert open_of([first], first.identity, "cards") is first
    assert open_of([first], first.identity, "loans") is None
    assert open_of([first], "+905320000000", "cards") is None


def test_a_promise_that_is_over_does_not_count() -> None:
    over = advance(made(), Step.CANCEL)
    open_ = made()
    assert open_of([over], over.identity, "cards") is None
    assert open_of([over, open_], over.identity, "cards") is open_


def test_two_withheld_callers_are_two_people() -> None:
    assert open_of([replace(made(), identity="")], "", "cards") is None


# places


def test_who_wants_it_now_keeps_his_place() -> None:
    now = made()
    assert (now.from_ns, now.until_ns, now.waited_ns) == (NOON, NOON + 2 * HOUR, None)
    assert now.virtual_ns(90 * SECOND) == WISH.enqueued_ns - 90 * SECOND


def test_who_chooses_a_time_brings_his_wait_along() -> None:
    later = made(replace(WISH, slot_ns=15 * HOUR))
    assert (later.from_ns, later.until_ns) == (15 * HOUR, 17 * HOUR)
    assert later.virtual_ns(30 * SECOND) == 15 * HOUR - 5 * MINUTE - 30 * SECOND


def test_a_slot_that_has_begun_begins_now() -> None:
    assert made(replace(WISH, slot_ns=11 * HOUR)).from_ns == NOON


# time


def test_a_promise_is_due_at_its_time_and_not_before() -> None:
    later = made(replace(WISH, slot_ns=15 * HOUR))
    assert ripe(later, 15 * HOUR - 1, never) is later
    due = ripe(later, 15 * HOUR, never)
    assert due.state is CallbackState.DUE
    assert is_ready(due, 15 * HOUR, never)
    assert not is_ready(later, 15 * HOUR, never)


def test_three_tries_ten_and_sixty_minutes_apart_then_it_is_over() -> None:
    callback, at = ripe(made(), NOON, never), NOON
    times = []
    while callback.is_open:
        assert is_ready(callback, at, never)
        times.append(at)
        callback = failed(tried(callback), at, "no_answer", never)
        at = callback.next_ns
    assert [(b - a) // MINUTE for a, b in pairwise(times)] == [10, 60]
    assert (callback.state, callback.reason) == (CallbackState.EXPIRED, "no_answer")
    assert callback.tries == 3


def test_between_tries_it_is_due_but_not_ready() -> None:
    again = failed(tried(ripe(made(), NOON, never)), NOON, "busy", never)
    assert again.state is CallbackState.DUE
    assert not is_ready(again, NOON + 10 * MINUTE - 1, never)
    assert is_ready(again, NOON + 10 * MINUTE, never)


def test_a_try_that_would_come_after_the_window_is_the_last() -> None:
    short = made(replace(WISH, window_ns=9 * MINUTE))
    over = failed(tried(ripe(short, NOON, never)), NOON, "machine", never)
    assert (over.state, over.reason) == (CallbackState.EXPIRED, "machine")


def test_a_promise_nobody_had_time_for_expires_with_the_window() -> None:
    due = ripe(made(), NOON, never)
    over = ripe(due, NOON + 2 * HOUR, never)
    assert (over.state, over.reason) == (CallbackState.EXPIRED, "window_over")


def test_while_it_is_dialled_time_changes_nothing() -> None:
    dialing = tried(ripe(made(), NOON, never))
    assert ripe(dialing, NOON + 9 * HOUR, never) is dialing


# quiet hours


def test_nobody_is_rung_up_at_night() -> None:
    late = made(replace(WISH, slot_ns=20 * HOUR + 55 * MINUTE, window_ns=14 * HOUR))
    due = ripe(late, 20 * HOUR + 55 * MINUTE, at_night)
    again = failed(tried(due), 20 * HOUR + 56 * MINUTE, "no_answer", at_night)
    assert again.next_ns == 32 * HOUR, "08:00 of the next day"


def test_a_slot_in_the_night_is_put_off_to_the_morning() -> None:
    late = made(replace(WISH, slot_ns=22 * HOUR, window_ns=14 * HOUR))
    put_off = ripe(late, NOON, at_night)
    assert (put_off.state, put_off.next_ns) == (CallbackState.PROMISED, 32 * HOUR)
    assert ripe(put_off, NOON, at_night) is put_off
    assert ripe(put_off, 32 * HOUR, at_night).state is CallbackState.DUE


def test_who_returns_before_the_time_he_chose_is_as_old_as_he_was_then() -> None:
    wish = replace(WISH, enqueued_ns=NOON - 5 * MINUTE)
    chosen = made(replace(wish, slot_ns=NOON + 2 * HOUR))
    assert chosen.virtual_ns(0) == NOON + 2 * HOUR - 5 * MINUTE
    assert chosen.returning_ns(NOON + HOUR) == NOON + HOUR - 5 * MINUTE
    assert chosen.returning_ns(NOON + 3 * HOUR) == NOON + 2 * HOUR - 5 * MINUTE
    assert made(wish).returning_ns(NOON + HOUR) == NOON - 5 * MINUTE


def test_a_window_that_is_night_only_expires_at_once() -> None:
    late = made(replace(WISH, slot_ns=22 * HOUR, window_ns=2 * HOUR))
    over = ripe(late, NOON, at_night)
    assert (over.state, over.reason) == (CallbackState.EXPIRED, "quiet_hours")


def test_a_promise_that_is_due_waits_for_the_morning_too() -> None:
    late = made(replace(WISH, slot_ns=20 * HOUR, window_ns=14 * HOUR))
    due = ripe(late, 20 * HOUR, at_night)
    waiting = ripe(due, 21 * HOUR, at_night)
    assert (waiting.state, waiting.next_ns) == (CallbackState.DUE, 32 * HOUR)
    assert not is_ready(due, 21 * HOUR, at_night)


@given(st.integers(0, 48 * HOUR), st.integers(0, 48 * HOUR))
def test_the_first_allowed_instant_is_never_quiet(at_ns: int, span_ns: int) -> None:
    found = first_allowed(at_ns, at_ns + span_ns, at_night)
    if found is None:
        assert span_ns == 0 or span_ns <= 11 * HOUR
    else:
        assert at_ns <= found < at_ns + span_ns
        assert not at_night(found)
        assert found == at_ns or at_night(found - 1)


# the books


@given(st.lists(st.sampled_from([*Step]), max_size=20))
def test_a_promise_is_open_or_has_ended_in_exactly_one_way(steps: list[Step]) -> None:
    """I12."""
    callback, changes = made(), 0
    for step in steps:
        if (step, callback.state) in TABLE:
            callback = advance(callback, step)
            changes += 1
    assert callback.version == changes + 1
    assert callback.is_open is (callback.state in OPEN)
    assert callback.tries <= steps.count(Step.DIAL)


# codes


@given(st.integers(0, 10**40))
def test_a_code_has_eight_digits_and_checks(number: int) -> None:
    code = code_of(number)
    assert len(code) == 8
    assert is_code(code)


@given(st.integers(0, 10**7), st.integers(0, 7), st.integers(1, 9))
def test_one_wrong_digit_is_found(number: int, place: int, more: int) -> None:
    code = code_of(number)
    wrong = str((int(code[place]) + more) % 10)
    assert not is_code(code[:place] + wrong + code[place + 1 :])


@given(st.integers(0, 10**7), st.integers(0, 6))
def test_two_swapped_digits_are_found(number: int, place: int) -> None:
    code = code_of(number)
    swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    assert swapped == code or not is_code(swapped)


@pytest.mark.parametrize("text", ["", "1234567", "123456789", "1234567a", "١٢٣٤٥٦٧٨"])
def test_other_texts_are_no_codes(text: str) -> None:
    assert not is_code(text)
