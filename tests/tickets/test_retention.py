"""What is due for destruction, and what stops it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.tickets.retention import (
    Data,
    Deed,
    Exemption,
    Hold,
    Kept,
    Period,
    Retention,
    is_held,
    keep_until,
    must_ask,
    plan_destruction,
)

MADE = datetime(2026, 1, 1, 12, tzinfo=UTC)
TABLE = [
    (Data.RECORDING, MADE + timedelta(days=180), Deed.DESTROY_FILE),
    (Data.SURVEY_AUDIO, MADE + timedelta(days=90), Deed.DESTROY_FILE),
    (Data.JOURNAL, MADE + timedelta(days=400), Deed.DROP),
    (Data.INTERACTION, MADE.replace(year=2031), Deed.PSEUDONYMISE),
    (Data.TICKET, MADE.replace(year=2031), Deed.PSEUDONYMISE),
    (Data.ARTICLE, MADE.replace(year=2031), Deed.PSEUDONYMISE),
    (Data.SURVEY_ANSWER, MADE.replace(year=2031), Deed.PSEUDONYMISE),
    (Data.TEXT, MADE + timedelta(days=400), Deed.DELETE),
    (Data.REJECTED_INTAKE, MADE + timedelta(days=30), Deed.DELETE),
    (Data.OUTBOX, MADE + timedelta(days=30), Deed.DELETE),
    (Data.INBOX, MADE + timedelta(days=30), Deed.DELETE),
    (Data.AUDIT, MADE.replace(year=2031), Deed.DELETE),
    (Data.ERASURE_REPORT, MADE.replace(year=2031), Deed.DELETE),
]


@pytest.mark.parametrize(("data", "until", "deed"), TABLE)
def test_each_row_of_the_table(data: Data, until: datetime, deed: Deed) -> None:
    thing = Kept(data, 1, MADE)
    assert keep_until(thing) == until
    assert plan_destruction([thing], (), until - timedelta(microseconds=1)).due == ()
    due = plan_destruction([thing], (), until).due
    assert [(each.deed, each.kept) for each in due] == [(deed, thing)]


def test_the_table_names_every_kind_of_data() -> None:
    assert {data for data, _, _ in TABLE} == set(Data)


def test_what_other_work_still_needs_waits() -> None:
    thing = Kept(Data.JOURNAL, 1, MADE, ready=False)
    assert plan_destruction([thing], (), MADE + timedelta(days=4000)).due == ()


@pytest.mark.parametrize(
    ("queue", "outcome", "days"),
    [("", "", 180), ("sales", "", 30), ("energy", "", 2000), ("sales", "fraud", 3000),
     ("vip", "fraud", 4000), ("", "fraud", 3000), ("other", "handled", 180)],
)  # fmt: skip
def test_the_closest_period_counts(queue: str, outcome: str, days: int) -> None:
    retention = Retention(
        (
            Exemption(Data.RECORDING, Period(days=30), queue="sales"),
            Exemption(Data.RECORDING, Period(days=2000), queue="energy"),
            Exemption(Data.RECORDING, Period(days=3000), outcome="fraud"),
            Exemption(Data.RECORDING, Period(days=4000), queue="vip", outcome="fraud"),
            Exemption(Data.JOURNAL, Period(days=1)),
        )
    )
    assert retention.period(Data.RECORDING, queue, outcome) == Period(days=days)


def test_a_tenant_may_set_a_period_for_everything() -> None:
    retention = Retention((Exemption(Data.RECORDING, Period(years=1)),))
    assert keep_until(Kept(Data.RECORDING, 1, MADE), retention) == MADE.replace(year=2027)


@pytest.mark.parametrize("data", [Data.AUDIT, Data.ERASURE_REPORT])
def test_proof_is_kept_three_years_at_least(data: Data) -> None:
    Retention((Exemption(data, Period(years=3)),))
    for short in (Period(years=2), Period(days=1094)):
        with pytest.raises(ValueError, match="at least 3 years"):
            Retention((Exemption(data, short),))


@pytest.mark.parametrize("period", [Period(), Period(days=-1), Period(years=-1)])
def test_a_period_is_a_day_at_least(period: Period) -> None:
    with pytest.raises(ValueError, match="at least one day"):
        Retention((Exemption(Data.RECORDING, period),))


def test_a_leap_day_ends_on_the_first_of_march() -> None:
    leap = datetime(2024, 2, 29, 8, tzinfo=UTC)
    assert Period(years=5).end(leap) == datetime(2029, 3, 1, 8, tzinfo=UTC)
    assert Period(years=4).end(leap) == datetime(2028, 2, 29, 8, tzinfo=UTC)


NOW = MADE.replace(year=2040)


@pytest.mark.parametrize(
    ("holds", "held"),
    [
        ([], False),
        ([Hold(7)], True),
        ([Hold(8)], False),
        ([Hold()], True),
        ([Hold(7, ended_at=NOW)], False),
        ([Hold(7, ended_at=NOW + timedelta(days=1))], True),
    ],
)
def test_a_hold_lists_and_does_not_touch(holds: list[Hold], held: bool) -> None:
    thing = Kept(Data.RECORDING, 1, MADE, customers=(6, 7))
    plan = plan_destruction([thing], holds, NOW)
    assert (plan.held == (thing,), plan.due == ()) == (held, held)
    assert is_held((6, 7), holds, NOW) is held


def test_what_fell_due_first_comes_first_and_is_counted() -> None:
    things = [Kept(Data.RECORDING, 1, MADE + timedelta(days=1)), Kept(Data.RECORDING, 2, MADE)]
    things.append(Kept(Data.INBOX, 3, MADE))
    plan = plan_destruction(things, (), NOW)
    assert [each.kept.id for each in plan.due] == [3, 2, 1]
    assert plan.counts() == {"inbox delete": 1, "recording destroy_file": 2}


@pytest.mark.parametrize(
    ("seen", "asks"),
    [
        (None, False),
        (NOW - timedelta(days=1), False),
        (NOW - timedelta(days=31), False),
        (NOW - timedelta(days=32), True),
        (NOW + timedelta(minutes=5), False),
        (NOW + timedelta(minutes=6), True),
    ],
)
def test_a_clock_that_may_have_jumped_asks_a_person(seen: datetime | None, asks: bool) -> None:
    assert must_ask(seen, NOW) is asks


THINGS = st.builds(
    Kept,
    data=st.sampled_from(Data),
    id=st.integers(1, 5),
    since=st.integers(0, 4000).map(lambda days: MADE + timedelta(days=days)),
    ready=st.booleans(),
    customers=st.lists(st.integers(1, 3), max_size=2).map(tuple),
)


@given(
    st.lists(THINGS, max_size=8),
    st.lists(st.builds(Hold, st.none() | st.integers(1, 3)), max_size=2),
)
def test_nothing_is_destroyed_early_or_under_a_hold(things: list[Kept], holds: list[Hold]) -> None:
    plan = plan_destruction(things, holds, NOW - timedelta(days=2000))
    for each in plan.due:
        assert keep_until(each.kept) <= NOW - timedelta(days=2000)
        assert each.kept.ready
        assert not is_held(each.kept.customers, holds, NOW)
    for held in plan.held:
        assert is_held(held.customers, holds, NOW)
        assert replace(held, ready=True) == held
