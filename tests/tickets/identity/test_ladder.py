"""Each step of the ladder, and that no weak evidence ever names a customer."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.tickets.identity.ladder import NOBODY, Entered, Evidence, How, Match, PointRow, match
from ivr.tickets.identity.points import Point, read_email, read_phone
from ivr.tickets.identity.trust import Trust

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
SENDER = read_phone("0532 123 45 67", "TR")
ROW = PointRow(1, 10, "phone", SENDER.norm, SENDER.tail9, 90, NOW)
ABROAD = "+495321234567"


def who(*rows: PointRow, entered: tuple[Entered, ...] = (), trust: Trust = Trust.PLAIN) -> Match:
    """The match of a call from 0532 123 45 67."""
    return match(SENDER, trust, rows, NOW, entered)


def steps(found: Match) -> list[tuple[int, How]]:
    """Customer and step of each candidate."""
    return [(each.customer, each.how) for each in found.candidates]


def test_a_known_number_of_one_customer_is_exact() -> None:
    found = who(replace(ROW, confirmed_at=NOW - timedelta(days=200)))
    assert (found.how, found.score, found.customer, found.point) == (How.EXACT, 63, 10, 1)
    assert found.known
    assert not found.asks_number


def test_a_verified_entered_number_wins_over_the_telephone() -> None:
    found = who(ROW, entered=(Entered(20, "customer_no", verified=True),))
    assert (found.how, found.score, found.customer, found.point) == (How.ENTERED, 100, 20, None)
    assert steps(found) == [(20, How.ENTERED), (10, How.EXACT)]


def test_an_entered_number_takes_the_telephone_of_its_own_customer_along() -> None:
    found = who(ROW, entered=(Entered(10, "ticket_number", verified=True),))
    assert (found.customer, found.point, len(found.candidates)) == (10, 1, 1)


def test_an_entered_number_that_was_not_verified_counts_for_nothing() -> None:
    assert who(entered=(Entered(20, "customer_no", verified=False),)) == NOBODY


def test_two_entered_numbers_of_two_customers_are_ambiguous() -> None:
    both = (
        Entered(20, "customer_no", verified=True),
        Entered(30, "ticket_number", verified=True),
    )
    found = who(entered=both)
    assert (found.how, found.customer, found.asks_number) == (How.AMBIGUOUS, None, True)


def test_a_hidden_caller_can_still_enter_his_number() -> None:
    found = who(ROW, entered=(Entered(20, "customer_no", verified=True),), trust=Trust.WITHHELD)
    assert steps(found) == [(20, How.ENTERED)]


@pytest.mark.parametrize(
    "rows",
    [
        (replace(ROW, shared=True),),
        (replace(ROW, shared=True), replace(ROW, id=2, customer=20, shared=True)),
        (ROW, replace(ROW, id=2, customer=20, shared=True)),
        (ROW, replace(ROW, id=2, customer=20)),
    ],
)
def test_a_number_that_several_use_is_ambiguous_and_shows_them_all(
    rows: tuple[PointRow, ...],
) -> None:
    found = who(*rows)
    assert (found.how, found.customer, found.known) == (How.AMBIGUOUS, None, False)
    assert found.asks_number
    assert [each.customer for each in found.candidates] == [row.customer for row in rows]


def test_two_rows_of_one_customer_are_one_customer() -> None:
    found = who(replace(ROW, confidence=60), replace(ROW, id=2))
    assert (found.how, found.customer, found.point, found.score) == (How.EXACT, 10, 2, 90)


def test_an_old_number_is_only_maybe() -> None:
    found = who(replace(ROW, confirmed_at=NOW - timedelta(days=400)))
    assert (found.how, found.score, found.customer) == (How.MAYBE, 42, None)
    assert found.perhaps
    assert not found.asks_number


def test_a_doubtful_second_owner_does_not_stand_in_the_way_of_a_known_one() -> None:
    found = who(replace(ROW, id=2, customer=20, confidence=30), ROW)
    assert (found.how, found.customer) == (How.EXACT, 10)
    assert steps(found) == [(10, How.EXACT), (20, How.MAYBE)]


@pytest.mark.parametrize(
    "row",
    [
        replace(ROW, ended=True),
        replace(ROW, confidence=19),
        replace(ROW, confirmed_at=NOW - timedelta(days=1500)),
        replace(ROW, kind="email"),
        replace(ROW, norm="+905551112233", tail9="551112233"),
        replace(ROW, norm=None, tail9=None),
    ],
)
def test_what_is_not_his_number_says_nothing(row: PointRow) -> None:
    assert who(row) == NOBODY


def test_equal_last_digits_of_another_number_are_a_hint_at_most() -> None:
    found = who(replace(ROW, norm=ABROAD))
    assert (found.how, found.score, found.customer) == (How.SUFFIX, 49, None)
    assert found.perhaps


@pytest.mark.parametrize("trust", [Trust.WITHHELD, Trust.FAILED])
def test_a_sender_that_is_not_believed_is_never_matched(trust: Trust) -> None:
    assert who(ROW, replace(ROW, id=2, norm=ABROAD), trust=trust) == NOBODY


@pytest.mark.parametrize("typed", ["112", "0532123456", "anonymous"])
def test_what_cannot_be_matched_matches_no_row_that_cannot_either(typed: str) -> None:
    nameless = replace(ROW, norm=None, tail9=None)
    assert match(read_phone(typed, "TR"), Trust.PLAIN, (nameless,), NOW) == NOBODY


def test_a_service_number_is_matched_whole_but_never_by_its_end() -> None:
    sender = read_phone("444 0 444", "TR")
    row = replace(ROW, norm="+49904440444", tail9="904440444")
    assert match(sender, Trust.PLAIN, (row,), NOW) == NOBODY
    assert match(sender, Trust.PLAIN, (replace(row, norm="+904440444"),), NOW).known


def test_mail_is_matched_like_a_number() -> None:
    sender = read_email("Ali@Firma.com")
    row = replace(ROW, kind="email", norm="ali@firma.com", tail9=None)
    assert match(sender, Trust.PLAIN, (row,), NOW).customer == 10


def test_at_most_ten_are_shown() -> None:
    rows = [replace(ROW, id=at, customer=at, shared=True) for at in range(1, 30)]
    assert len(who(*rows).candidates) == 10


POINTS = st.builds(
    PointRow,
    id=st.integers(1, 9),
    customer=st.integers(1, 4),
    kind=st.sampled_from(["phone", "email"]),
    norm=st.sampled_from([SENDER.norm, ABROAD, "+905551112233", None]),
    tail9=st.sampled_from([SENDER.tail9, "551112233", None]),
    confidence=st.integers(0, 100),
    confirmed_at=st.just(NOW) | st.just(NOW - timedelta(days=500)),
    shared=st.booleans(),
    ended=st.booleans(),
)
ENTERED = st.builds(
    Entered, st.integers(1, 4), st.sampled_from(["customer_no", "ticket_number"]), st.booleans()
)
SENDERS = st.sampled_from([SENDER, read_phone("112", "TR"), read_phone("", "TR")])


@given(SENDERS, st.sampled_from(Trust), st.lists(POINTS, max_size=8), st.lists(ENTERED, max_size=2))
def test_a_customer_is_named_only_on_one_good_piece_of_evidence(
    sender: Point, trust: Trust, rows: list[PointRow], entered: list[Entered]
) -> None:
    found = match(sender, trust, rows, NOW, entered)
    assert found == match(sender, trust, rows[::-1], NOW, entered[::-1])
    assert found.known is (found.how in (How.ENTERED, How.EXACT))
    best: tuple[Evidence, ...] = tuple(one for one in found.candidates if one.how is found.how)
    if found.how is How.EXACT:
        owners = {
            row.customer
            for row in rows
            if row.kind == "phone" and row.norm == sender.norm and not row.ended
            if row.confidence >= 50 and row.confirmed_at == NOW
        }
        assert owners == {found.customer}
        assert [one.shared for one in best] == [False]
    if sender.norm is None or trust in (Trust.WITHHELD, Trust.FAILED):
        assert all(one.how is How.ENTERED for one in found.candidates)
    customers = [one.customer for one in found.candidates]
    assert len(customers) == len(set(customers))
