"""Which status may follow which, what customers are told, and what an illegal move is answered."""

from __future__ import annotations

from itertools import product

import pytest

from ivr.tickets import states
from ivr.tickets.states import (
    CANCELLED,
    CLOSED,
    DEFAULT_STATUSES,
    MERGED,
    NEW,
    OPEN,
    PENDING_CUSTOMER,
    PENDING_THIRD,
    RESOLVED,
    SLA_PAUSES,
    STOPPED,
    TYPES,
    UNDER_WAY,
    Status,
    TicketStateError,
    allowed,
    check_move,
    default_of,
    kind_of_move,
    may_follow,
)

PENDING = {PENDING_CUSTOMER, PENDING_THIRD}
TABLE = {
    NEW: {OPEN, *PENDING, RESOLVED, MERGED, CANCELLED},
    OPEN: {*PENDING, RESOLVED, MERGED, CANCELLED},
    PENDING_CUSTOMER: {OPEN, PENDING_THIRD, RESOLVED, MERGED, CANCELLED},
    PENDING_THIRD: {OPEN, PENDING_CUSTOMER, RESOLVED, MERGED, CANCELLED},
    RESOLVED: {CLOSED, OPEN, MERGED},
    CLOSED: {OPEN, MERGED},
    MERGED: set(),
    CANCELLED: {OPEN},
}
"""The table of the specification, written a second time."""
IN_REPAIR = Status("in_repair", PENDING_THIRD, {"tr": "Onarımda"}, {"tr": "Cihazınız onarımda"})
OLD = Status("old", OPEN, active=False)


@pytest.mark.parametrize(("before", "after"), [*product(TYPES, TYPES)])
def test_every_pair_of_types_is_as_the_table_says(before: str, after: str) -> None:
    assert may_follow(default_of(before), default_of(after)) is (after in TABLE[before])


def test_each_type_has_one_status_that_every_house_has() -> None:
    assert sorted(each.type for each in DEFAULT_STATUSES.values()) == sorted(TYPES)
    assert [each.code for each in DEFAULT_STATUSES.values()] == [
        *("new", "open", "waiting_customer", "waiting_supplier"),
        *("resolved", "closed", "merged", "cancelled"),
    ]


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("new", "Talebiniz alındı"),
        ("open", "Talebiniz üzerinde çalışılıyor"),
        ("waiting_customer", "Sizden bilgi bekliyoruz"),
        ("waiting_supplier", "İlgili birimden yanıt bekliyoruz"),
        ("resolved", "Talebiniz çözüldü"),
        ("closed", "Talebiniz kapatıldı"),
        ("cancelled", "Talebiniz iptal edildi"),
    ],
)
def test_customers_hear_these_words(code: str, told: str) -> None:
    status = DEFAULT_STATUSES[code]
    assert status.public["tr"] == told
    assert status.public["en"]
    assert set(status.labels) == {"tr", "en"}


def test_a_merged_ticket_has_no_public_label_of_its_own() -> None:
    assert DEFAULT_STATUSES["merged"].public == {}


def test_which_types_pause_and_which_stop_the_clocks() -> None:
    pausing = {each.type for each in DEFAULT_STATUSES.values() if each.pauses_sla}
    assert pausing == SLA_PAUSES == {*PENDING, MERGED}
    assert sorted(STOPPED) == sorted((RESOLVED, CLOSED, CANCELLED))
    assert set(TYPES) - UNDER_WAY == {RESOLVED, CLOSED, MERGED, CANCELLED}


def test_a_status_of_the_house_moves_like_its_type() -> None:
    assert may_follow(default_of(OPEN), IN_REPAIR)
    assert may_follow(IN_REPAIR, default_of(RESOLVED))
    assert not may_follow(default_of(RESOLVED), IN_REPAIR)


def test_two_statuses_of_one_type_change_places_while_the_ticket_is_under_way() -> None:
    assert may_follow(IN_REPAIR, default_of(PENDING_THIRD))
    assert not may_follow(IN_REPAIR, IN_REPAIR)
    assert not may_follow(default_of(CLOSED), Status("filed", CLOSED))


def test_a_status_out_of_use_cannot_be_chosen() -> None:
    assert not may_follow(default_of(NEW), OLD)
    assert may_follow(OLD, default_of(RESOLVED))


def test_a_merged_ticket_goes_back_only_to_where_it_was() -> None:
    every = DEFAULT_STATUSES.values()
    assert [each.code for each in allowed(default_of(MERGED), every, PENDING_CUSTOMER)] == [
        "waiting_customer"
    ]
    assert allowed(default_of(MERGED), every) == ()
    assert check_move(default_of(MERGED), default_of(CLOSED), every, CLOSED) == states.UNMERGE


def test_what_a_move_is_called() -> None:
    assert kind_of_move(default_of(RESOLVED), default_of(OPEN)) == states.REOPEN
    assert kind_of_move(default_of(CLOSED), default_of(OPEN)) == states.REOPEN
    assert kind_of_move(default_of(CANCELLED), default_of(OPEN)) == states.REVIVE
    assert kind_of_move(default_of(RESOLVED), default_of(CLOSED)) == states.MOVE
    assert kind_of_move(default_of(NEW), default_of(OPEN)) == states.MOVE


def test_an_illegal_move_is_answered_with_what_is_allowed() -> None:
    every = [*DEFAULT_STATUSES.values(), IN_REPAIR, OLD]
    with pytest.raises(TicketStateError, match="it can become open, closed, merged") as told:
        check_move(default_of(RESOLVED), default_of(NEW), every)
    assert told.value.allowed == ("open", "closed", "merged")
    assert told.value.code == "ticket-state"
    assert told.value.status == 409


def test_where_nothing_can_follow_it_says_so() -> None:
    with pytest.raises(TicketStateError, match="nothing can follow"):
        check_move(default_of(MERGED), default_of(OPEN), DEFAULT_STATUSES.values())
