"""What keeps a ticket from being solved, when it closes, what a returning customer is offered."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from ivr.domain.calendar import Calendar
from ivr.tickets.resolving import (
    KINDS,
    ROOT_CAUSES,
    Earlier,
    Offer,
    Work,
    closes_at,
    failures,
    family,
    offer,
)
from ivr.tickets.states import CANCELLED, CLOSED, OPEN, RESOLVED

ISTANBUL = ZoneInfo("Europe/Istanbul")
WEEK = (((540, 1080),),) * 5 + (((600, 840),), ())
BRANCH = Calendar(ISTANBUL, WEEK, holidays={date(2026, 10, 29): ()})
DONE = Work("complaint", "billing.wrong_amount", "procedure_error")
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def codes(work: Work) -> list[str]:
    return [each.code for each in failures(work)]


def test_a_ticket_with_everything_done_may_be_solved() -> None:
    assert failures(DONE) == ()
    assert failures(Work("request", "cards")) == ()


def test_all_that_is_missing_is_told_at_once() -> None:
    work = Work(
        "complaint",
        missing_fields=("invoice_no", "amount"),
        open_items=("Tutar karşılaştırıldı",),
        blocking=("260042174",),
    )
    found = failures(work)
    assert codes(work) == ["category", "form", "checklist", "children", "root-cause"]
    assert found[1].details == ("invoice_no", "amount")
    assert found[1].message == "the form lacks invoice_no, amount"
    assert found[2].details == ("Tutar karşılaştırıldı",)
    assert found[3].message == "waits for 260042174"


@pytest.mark.parametrize("kind", KINDS)
def test_only_a_complaint_must_have_a_cause(kind: str) -> None:
    assert codes(Work(kind, "cards")) == (["root-cause"] if kind == "complaint" else [])


def test_a_cause_that_is_none_is_refused_for_every_kind() -> None:
    assert codes(Work("request", "cards", "bad_luck")) == ["root-cause"]


def test_there_are_twelve_causes_in_three_places() -> None:
    places = list(ROOT_CAUSES.values())
    assert len(ROOT_CAUSES) == 12
    assert [places.count(each) for each in ("employee", "product", "customer")] == [2, 6, 4]


@pytest.mark.parametrize(
    ("solved", "closes"),
    [
        ("2026-11-23 10:00", "2026-11-27 00:00"),  # Monday: Tue, Wed, Thu
        ("2026-11-23 23:59", "2026-11-27 00:00"),
        (
            "2026-11-20 17:00",
            "2026-11-25 00:00",
        ),  # Friday: Sat, Mon, Tue; Sunday counts for nothing
        ("2026-11-22 12:00", "2026-11-26 00:00"),  # Sunday: Mon, Tue, Wed
        ("2026-10-28 12:00", "2026-11-03 00:00"),  # a holiday on Thursday: Fri, Sat, Mon
    ],
)
def test_a_solved_ticket_closes_when_three_business_days_are_over(solved: str, closes: str) -> None:
    at = datetime.fromisoformat(solved).replace(tzinfo=ISTANBUL)
    assert closes_at(at, 3, BRANCH) == datetime.fromisoformat(closes).replace(tzinfo=ISTANBUL)


def test_without_a_calendar_every_day_counts_and_nought_days_is_at_once() -> None:
    assert closes_at(NOW, 2, None) == datetime(2026, 11, 26, tzinfo=UTC)
    assert closes_at(NOW.astimezone(ISTANBUL), 0, BRANCH) == NOW


def test_a_calendar_that_opens_too_rarely_ends_the_search() -> None:
    once = Calendar(UTC, ((),) * 7, exceptions={date(2026, 12, 1): ((0, 60),)})
    assert closes_at(NOW, 1, once) == datetime(2026, 12, 2, tzinfo=UTC)
    assert closes_at(NOW, 2, once) == datetime(2027, 12, 29, tzinfo=UTC)


def earlier(number: str, **changes: object) -> Earlier:
    facts: dict[str, object] = {
        "customer": "C-9",
        "category": "billing.wrong_amount",
        "state": RESOLVED,
        "done_at": NOW - timedelta(days=3),
    }
    return Earlier(number, **{**facts, **changes})  # type: ignore[arg-type]


def test_the_family_of_a_category_is_its_top() -> None:
    assert family("billing.wrong_amount") == family("billing") == "billing"


@pytest.mark.parametrize(
    ("ago", "reopen"),
    [
        (timedelta(0), True),
        (timedelta(days=14), True),
        (timedelta(days=14, seconds=1), False),
        (timedelta(days=400), False),
    ],
)
def test_fourteen_days_to_the_second_it_is_opened_again_later_followed_up(
    ago: timedelta, reopen: bool
) -> None:
    found = offer([earlier("1", done_at=NOW - ago)], "C-9", "billing.fee_refund", NOW)
    assert found == Offer("1", reopen)


def test_a_house_has_its_own_number_of_days() -> None:
    rows = [earlier("1", done_at=NOW - timedelta(days=20))]
    assert offer(rows, "C-9", "billing", NOW, 30) == Offer("1", reopen=True)


def test_the_latest_one_is_offered() -> None:
    rows = [earlier("1"), earlier("2", done_at=NOW - timedelta(days=1)), earlier("3")]
    assert offer(rows, "C-9", "billing", NOW) == Offer("2", reopen=True)


@pytest.mark.parametrize(
    "changes",
    [
        {"customer": "C-8"},
        {"category": "cards.lost"},
        {"state": OPEN},
        {"state": CANCELLED},
        {"done_at": NOW + timedelta(seconds=1)},
    ],
)
def test_other_tickets_are_not_offered(changes: dict[str, object]) -> None:
    assert offer([earlier("1", **changes)], "C-9", "billing", NOW) is None


def test_nobody_is_no_customer_and_nothing_no_category() -> None:
    assert offer([earlier("1", customer="")], "", "billing", NOW) is None
    assert offer([earlier("1", category="")], "C-9", "", NOW) is None
    assert offer([earlier("1", state=CLOSED)], "C-9", "billing", NOW) is not None
